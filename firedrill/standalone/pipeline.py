"""`firedrill pipeline`: every log of a file as Datadog would hold it.

Each log counts as a request of its own, so what is limited is the log, not the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from firedrill.declared.declaration import Json
from firedrill.organisation import Logging
from firedrill.standalone.read import DEFAULT_TIME_MS
from firedrill.standalone.words import iso_ms
from firedrill.vendors.datadog.dates import LATEST_MS, other_unit
from firedrill.vendors.datadog.indexes import Placement
from firedrill.vendors.datadog.intake import receive, within_window
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import Reason
from firedrill.vendors.datadog.pipelines import Step
from firedrill.vendors.datadog.undocumented import CAUTIOUS

ANY_DATE = replace(CAUTIOUS, future_date="keep")


@dataclass(frozen=True)
class Held:
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


def hold(
    entries: Sequence[Json], logging: Logging, params: Mapping[str, str], received_ms: int, *, explain: bool = False
) -> Iterator[Held]:
    """What Datadog holds of each log, in order, all of them received at `received_ms`; see `intake.receive`."""
    for number, entry in enumerate(entries, start=1):
        intake = receive([entry], params=params, received_ms=received_ms)
        if not intake.logs:
            dated = receive([entry], params=params, received_ms=0, undocumented=ANY_DATE).logs
            yield Held(number, None, intake.dropped[0][0] + _unit_meant(dated))
            continue
        (log,) = intake.logs
        steps = logging.pipelines.explain(log) if explain else []
        if not explain:
            logging.pipelines.process(log)
        late = within_window([log], received_ms)[1]
        held = Held(number, log, late[0][0] + _unit_meant([log]) if late else "", bool(intake.truncated), steps)
        if explain and not late:
            placement = logging.indexes.store(log, received_ms) if logging.indexes else None
            held = replace(held, points=logging.metrics.explain(log, received_ms), placement=placement)
        yield held


def _unit_meant(logs: Sequence[Log]) -> str:
    """What to say of a log that is dropped for a date in another unit than Datadog reads."""
    for log in logs:
        if unit := other_unit(log.timestamp):
            return f"; its date {log.timestamp} looks like {unit} since 1970, and Datadog reads milliseconds"
    return ""


def time_of_receipt(entries: Sequence[Json], logging: Logging, params: Mapping[str, str]) -> tuple[int, str]:
    """When logs are taken to be received (ms) if nobody says: at the newest official date after the pipelines; and why.

    Never the clock of the machine, so that the same file gives the same logs on every day.
    """
    dates = [date for entry in entries if (date := official_date(entry, logging, params)) is not None]
    if dates:
        return max(dates), f"received at {iso_ms(max(dates))}, the newest date in the logs; --received sets another"
    return DEFAULT_TIME_MS, f"received at {iso_ms(DEFAULT_TIME_MS)}, as no log has a date; --received sets another"


def official_date(entry: Json, logging: Logging, params: Mapping[str, str]) -> int | None:
    """A log's official date after the pipelines (ms), None when it has none."""
    logs = receive([entry], params=params, received_ms=0, undocumented=ANY_DATE).logs
    date_ms = max((logging.pipelines.process(log).timestamp for log in logs), default=0)
    return date_ms if 0 < date_ms <= LATEST_MS else None
