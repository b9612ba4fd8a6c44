"""`firedrill pipeline`: every log of a file as Datadog would hold it.

Each log counts as a request of its own, so what is limited is the log, not the file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from firedrill.declared.declaration import Json
from firedrill.organisation import Logging
from firedrill.standalone.read import DEFAULT_TIME_MS
from firedrill.vendors.datadog.dates import LATEST_MS, other_unit
from firedrill.vendors.datadog.indexes import Placement
from firedrill.vendors.datadog.intake import (
    MAX_LOG_BYTES,
    MAX_REQUEST_BYTES,
    builder,
    cut_short,
    receive,
    within_window,
)
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import Reason
from firedrill.vendors.datadog.pipelines import Step
from firedrill.vendors.datadog.undocumented import CAUTIOUS

ANY_DATE = replace(CAUTIOUS, future_date="keep")


class Held(NamedTuple):
    """What became of one log, the `number`th of its file.

    `dropped` says why Datadog does not hold it; then there may be no `log`. `cut` logs were over the size limit.
    `steps`, `points` and `placement` are there only when they were asked for.
    """

    number: int
    log: Log | None
    dropped: str = ""
    cut: bool = False
    steps: Sequence[Step] = ()
    points: Sequence[Reason] = ()
    placement: Placement | None = None


class Holder:
    """What Datadog makes of one log after another, each a request of its own.

    All are received at `received_ms`; without it each at its own date, those without one at DEFAULT_TIME_MS.
    """

    def __init__(self, logging: Logging, params: Mapping[str, str], received_ms: int | None) -> None:
        self._logging, self._received_ms = logging, received_ms
        self._build = builder(params)

    def hold(self, number: int, entry: Json, size_bytes: int, *, explain: bool = False) -> Held:
        """What it holds of the `number`th log, of that many bytes."""
        if size_bytes > MAX_REQUEST_BYTES:
            return Held(number, None, f"request of {size_bytes} bytes, over {MAX_REQUEST_BYTES}: refused (413)")
        received_ms = DEFAULT_TIME_MS if self._received_ms is None else self._received_ms
        short = cut_short(entry) if size_bytes > MAX_LOG_BYTES else None
        log = self._build(short or entry, received_ms)
        if reason := self._refusal(log):
            return Held(number, None, reason)
        steps: Sequence[Step] = ()
        date_ms = log.timestamp
        if explain:
            steps = self._logging.pipelines.explain(log)
        else:
            self._logging.pipelines.process(log)
        reason = self._refusal(log) if log.timestamp != date_ms else ""
        held = Held(number, log, reason, short is not None, steps)
        if explain and not held.dropped:
            received_ms = log.timestamp if self._received_ms is None else received_ms
            placement = self._logging.indexes.store(log, received_ms) if self._logging.indexes else None
            held = held._replace(points=self._logging.metrics.explain(log, received_ms), placement=placement)
        return held

    def _refusal(self, log: Log) -> str:
        """Why Datadog drops a log for its date; "" when it does not."""
        unit = other_unit(log.timestamp)
        if self._received_ms is None and not unit:
            return ""  # received at its own date
        received_ms = DEFAULT_TIME_MS if self._received_ms is None else self._received_ms
        late = within_window([log], received_ms)[1]
        meant = f"; its date {log.timestamp} looks like {unit} since 1970, and Datadog reads milliseconds"
        return late[0][0] + (meant if unit else "") if late else ""


def official_date(entry: Json, logging: Logging, params: Mapping[str, str]) -> int | None:
    """A log's official date after the pipelines (ms), None when it has none."""
    logs = receive([entry], params=params, received_ms=0, undocumented=ANY_DATE).logs
    date_ms = max((logging.pipelines.process(log).timestamp for log in logs), default=0)
    return date_ms if 0 < date_ms <= LATEST_MS else None
