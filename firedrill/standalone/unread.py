"""What monitors ask for and no file holds, and the other way round: most often a name that is misspelled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from firedrill.standalone.monitor import Watched
from firedrill.standalone.recording import Files
from firedrill.vendors.datadog.monitors import Monitor, ServiceCheck
from firedrill.vendors.datadog.objectives import SloQuery
from firedrill.vendors.datadog.queries import MonitorQuery, PointStore, RecordQuery

_OPTIONS: Mapping[str, str] = {
    "points": "--series or --logs",
    "logs": "--logs",
    "events": "--events",
    "check runs": "--checks",
}
"""What gives monitors what they read."""


def unread(watched: Watched) -> Iterator[str]:
    """One sentence per monitor that has no file to read or finds nothing in it, and per metric that is of no use."""
    known = {metric for metric in watched.recording.store.metrics() if watched.recording.store.series(metric)}
    asked: dict[str, str] = {}
    for monitor in watched.monitors:
        if monitor.reads and not _is_given(watched.files, monitor.reads):
            yield f"no {_OPTIONS[monitor.reads]} given, so monitor {monitor.name!r} sees none"
        elif metrics := _metrics(monitor):
            asked.update(dict.fromkeys(metrics, monitor.name))
        elif nothing := _nothing(monitor, watched.recording.store):
            yield f"{nothing} of monitor {monitor.name!r}"
    for metric in sorted(asked.keys() - known):
        is_log_metric = watched.files.logs and watched.recording.store.kind(metric)
        source = "log makes a point" if is_log_metric else "series is"
        yield f"no {source} of the metric {metric!r}, which monitor {asked[metric]!r} asks for"
    for metric in sorted(watched.recording.series - asked.keys()):
        yield f"no monitor asks for the metric {metric!r} of the series"


def _is_given(files: Files, reads: str) -> bool:
    given = {"points": files.series or files.logs, "logs": files.logs, "events": files.events}
    return given.get(reads, files.checks) is not None


def _metrics(monitor: Monitor) -> tuple[str, ...]:
    query = monitor.threshold_query
    return query.metrics if isinstance(query, MonitorQuery | SloQuery) else ()


def _nothing(monitor: Monitor, store: PointStore) -> str:
    """What is not there, when the monitor finds no record or run at all."""
    if isinstance(monitor.condition, ServiceCheck):
        query = monitor.condition.query
        return "" if any(map(query.selects, store.checks)) else "no check run matches the query"
    found = monitor.threshold_query
    if not isinstance(found, RecordQuery) or any(map(found.matches, found.source.records(store))):
        return ""
    return f"no {found.source.head.removesuffix('s')} matches the query"
