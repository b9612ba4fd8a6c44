"""What monitors are evaluated on, from the files that are given: points, indexed logs, events and check runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from firedrill.declared.declaration import Declared, Json
from firedrill.organisation import Organisation, compile_logging, empty_store
from firedrill.standalone.pipeline import official_date
from firedrill.standalone.read import Source, parse_entries, parse_logs
from firedrill.standalone.series import add_series
from firedrill.vendors.datadog.log_metrics import compile_metrics
from firedrill.vendors.datadog.modelled import UNDOCUMENTED
from firedrill.vendors.datadog.monitors import Monitor
from firedrill.vendors.datadog.queries.store import PointStore
from firedrill.vendors.datadog.reported import read_check_run, read_event
from firedrill.vendors.errors import FiredrillError, Mistakes

T = TypeVar("T")


@dataclass(frozen=True)
class Files:
    """The files that are given, each None without one."""

    series: Source | None = None
    logs: Source | None = None
    events: Source | None = None
    checks: Source | None = None


@dataclass(frozen=True)
class Recording:
    """What the files hold, and the time that they cover: from what happens first to the end of what happens last.

    `series` are the metrics that the series file has points of; `remarks` say which logs Datadog would drop.
    """

    store: PointStore
    begin_ms: int
    end_ms: int
    series: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()


_LISTS = ("events", "data")
"""Where the events API has its answer's events, in version 1 and 2."""


class Extent(NamedTuple):
    """From `begin_ms` to `end_ms`, not included."""

    begin_ms: int
    end_ms: int


def record(files: Files, declared: Declared, monitors: Sequence[Monitor]) -> Recording:
    """Read the files into one store, the logs through what is `declared` about logs.

    Raises FiredrillError for mistakes in them, and when they hold nothing.
    """
    logging = compile_logging(declared) if files.logs else None
    store = empty_store(logging.metrics if logging else compile_metrics(declared.of("log metric")))
    spans: list[Extent] = []
    remarks: list[str] = []
    if files.series:
        spans.append(Extent(*add_series(files.series, store)))
    series = frozenset(metric for metric in store.metrics() if store.series(metric))
    if files.logs and logging:
        organisation = Organisation((), logging, monitors, (), {})
        dated, dropped = _add_logs(files.logs, organisation, store)
        remarks = [*(f"{UNDOCUMENTED}: {text}" for text in logging.modelled), *dropped]
        spans += dated
    if files.events:
        spans += _add_events(files.events, store)
    if files.checks:
        spans += _add_checks(files.checks, store)
    if not spans:
        raise FiredrillError("the files hold nothing that a monitor could read; there is no time to evaluate.")
    return Recording(store, min(spans).begin_ms, max(span.end_ms for span in spans), series, tuple(remarks))


def _add_logs(source: Source, organisation: Organisation, store: PointStore) -> tuple[list[Extent], list[str]]:
    """Take each log in at its own date, in the order of the dates; also what is said of those that are dropped."""
    dated = []
    for number, entry in enumerate(parse_logs(source), start=1):
        date_ms = official_date(entry, organisation.logging, {})
        if date_ms is None:
            raise FiredrillError(
                f"{source.name}: log {number} has no date, and a monitor has to know when it happened; give it a "
                "'timestamp' in ISO 8601 or in milliseconds since 1970."
            )
        dated.append((date_ms, number, entry))
    indexes, spans, remarks = organisation.indexes(), [], []
    for date_ms, number, entry in sorted(dated, key=lambda each: each[:2]):
        ingested = organisation.ingest([entry], {}, date_ms, indexes)
        ingested.add_to(store)
        spans += [_moment(date_ms) for _ in ingested.logs]
        remarks += [f"log {number} is dropped: {reason}" for reason in ingested.dropped]
    return spans, remarks


def _add_events(source: Source, store: PointStore) -> list[Extent]:
    events = _read_all(source, "event", read_event)
    for event in events:
        store.add_event(event, event.timestamp)
    return [_moment(event.timestamp) for event in events]


def _add_checks(source: Source, store: PointStore) -> list[Extent]:
    runs = _read_all(source, "check run", read_check_run)
    for run in runs:
        store.add_check(run)
    return [_moment(run.timestamp_ms) for run in runs]


def _read_all(source: Source, noun: str, read: Callable[[Json, str], T]) -> list[T]:
    """What `read` makes of every entry of a file and its place. Raises FiredrillError with every mistake."""
    mistakes = Mistakes()
    found = []
    for number, entry in enumerate(parse_entries(source, noun, _LISTS), start=1):
        with mistakes.collect():
            found.append(read(entry, f"{source.name}, {noun} {number}"))
    mistakes.raise_all()
    return found


def _moment(time_ms: int) -> Extent:
    return Extent(time_ms, time_ms + 1)
