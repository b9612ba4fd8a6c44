"""The logs that were sent, through the declared pipelines: each is received when it happened, as far as is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from firedrill.declared.declaration import Json
from firedrill.organisation import Logging, Organisation, empty_store
from firedrill.standalone.pipeline import official_date
from firedrill.standalone.read import DEFAULT_TIME_MS
from firedrill.vendors.datadog.indexes import Indexes
from firedrill.vendors.datadog.intake import receive, within_window
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.pipelines import Writer
from firedrill.vendors.datadog.queries.store import PointStore


@dataclass(frozen=True)
class Sending:
    """How logs were sent: the parameters of the intake's URL, and when they arrived (ms; None is at their own dates).

    `delay_ms` is how much later Datadog knew them, which is modelled.
    """

    params: Mapping[str, str]
    received_ms: int | None = None
    delay_ms: int = 0


@dataclass(frozen=True)
class Sent:
    """The `number`th log as the emulator holds it; `not_held` says why it does not, "" for one that it holds.

    A log that is not `dated` has the date of its receipt, which only Datadog knows.
    """

    number: int
    entry: Json
    log: Log
    received_ms: int
    dated: bool = True
    not_held: str = ""

    @property
    def date_ms(self) -> int:
        """The official date."""
        return self.log.timestamp if self.dated else self.received_ms


def replay(entries: Sequence[Json], logging: Logging, sending: Sending) -> list[Sent]:
    """Every log after the pipelines, in the order in which they were received."""
    sent = []
    for number, entry in enumerate(entries, start=1):
        date_ms = official_date(entry, logging, sending.params)
        given = date_ms if sending.received_ms is None else sending.received_ms
        received_ms = DEFAULT_TIME_MS if given is None else given
        dated = date_ms is not None or sending.received_ms is not None
        sent.append(_hold(number, entry, logging, sending, received_ms, dated=dated))
    return sorted(sent, key=lambda each: each.received_ms)


def indexed(sent: Sequence[Sent], indexes: Indexes) -> list[Sent]:
    """The same logs, those that no index stores no longer held."""
    result = []
    for each in sent:
        place = None if each.not_held else indexes.store(each.log, each.received_ms)
        result.append(each if place is None or place.stored else replace(each, not_held=place.reason))
    return result


def _hold(number: int, entry: Json, logging: Logging, sending: Sending, received_ms: int, *, dated: bool) -> Sent:
    intake = receive([entry], params=sending.params, received_ms=received_ms)
    if not intake.logs:
        return Sent(number, entry, Log({}, received_ms), received_ms, dated, intake.dropped[0][0])
    log = logging.pipelines.process(intake.logs[0])
    late = within_window([log], received_ms)[1]
    return Sent(number, entry, log, received_ms, dated, late[0][0] if late else "")


def writers(sent: Sent, logging: Logging, sending: Sending) -> dict[str, Writer]:
    """Which processor wrote what of a log that is held."""
    (log,) = receive([sent.entry], params=sending.params, received_ms=sent.received_ms).logs
    return logging.pipelines.writers(log)


def stored(sent: Sequence[Sent], organisation: Organisation, sending: Sending) -> PointStore:
    """The points and indexed logs that the logs make, each arriving when it was received, and the delay later."""
    store = empty_store(organisation.logging.metrics)
    indexes = organisation.indexes()
    for each in sorted(sent, key=lambda one: one.received_ms):
        arrived_ms = each.received_ms + sending.delay_ms
        organisation.ingest([each.entry], sending.params, arrived_ms, indexes).add_to(store)
    return store
