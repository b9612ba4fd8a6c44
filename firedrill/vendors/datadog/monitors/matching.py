"""Template variables about what the query matched: a log, an event, a run of a check.

Sources: docs.datadoghq.com/monitors/notify/variables, docs.datadoghq.com/monitors/types/event
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors.checks import ServiceCheck, last_run
from firedrill.vendors.datadog.monitors.monitor import Monitor
from firedrill.vendors.datadog.monitors.states import Group
from firedrill.vendors.datadog.monitors.templates import Path, Variables
from firedrill.vendors.datadog.queries import PointStore, RecordQuery
from firedrill.vendors.datadog.tags import text

LOG_FIELDS = ("message", "service", "status", "source", "span_id", "timestamp", "trace_id", "link")
"""First-level attributes of a log, and `{{log.link}}`, here a link to the query's logs."""
EVENT_FIELDS: tuple[Path, ...] = (("id",), ("title",), ("text",), ("host", "name"), ("tags",))


def is_matching(monitor: Monitor, path: Path) -> bool:
    """Whether the monitor provides this variable from what its query matched."""
    head, *rest = path
    if isinstance(monitor.condition, ServiceCheck):
        return path == ("check_message",)
    if monitor.type == "log alert" and head == "log" and rest:
        return rest[0] in ("attributes", "tags") if len(rest) == 2 else tuple(rest) in {(name,) for name in LOG_FIELDS}
    if monitor.type == "event-v2 alert" and head == "event" and rest:
        return tuple(rest) in EVENT_FIELDS or (rest[0] == "tags" and len(rest) == 2)
    return False


def matching_variables(monitor: Monitor, store: Any, group: Group, time_s: int) -> Variables:
    """The variables' values at a notification; empty when the messages use none or nothing was matched.

    A message shows one of the records that matched; which one is not documented, here it is the latest.
    """
    if not any(is_matching(monitor, path) for path in used(monitor)) or not isinstance(store, PointStore):
        return {}
    if isinstance(monitor.condition, ServiceCheck):
        run = last_run(monitor.condition.query, store, group, time_s)
        return {("check_message",): run.message} if run else {}
    query = monitor.threshold_query
    if not isinstance(query, RecordQuery):
        return {}
    log = query.latest(store, time_s, group, delay_s=monitor.options.evaluation_delay)
    if log is None:
        return {}
    link = f"https://app.datadoghq.com/logs?query={quote(query.tree.text)}"
    return {("log", "link"): link, **dict(_READERS[query.source.head](log))}


def used(monitor: Monitor) -> Iterator[Path]:
    """Every variable that a monitor's title and messages read."""
    for template in filter(None, (monitor.title, monitor.message, monitor.escalation)):
        yield from (path for path, _ in template.paths())


def _log(log: Log) -> Iterator[tuple[Path, str]]:
    for name in LOG_FIELDS:
        value = getattr(log, name, None) or log.attributes.get(name)
        if value is not None:
            yield ("log", name), text(value)
    for path, value in _leaves(log.attributes):
        yield ("log", "attributes", path), text(value)
    for key, value in _by_key(log.tags).items():
        yield ("log", "tags", key), value


def _event(event: Log) -> Iterator[tuple[Path, str]]:
    about = event.attributes.get("evt")
    identifier = about.get("id") if isinstance(about, dict) else None
    fields = (identifier, event.attributes.get("title"), event.message, event.host, ", ".join(event.tags))
    for path, value in zip(EVENT_FIELDS, fields, strict=True):
        if value is not None:
            yield ("event", *path), text(value)
    for key, value in _by_key(event.tags).items():
        yield ("event", "tags", key), value


_READERS: Mapping[str, Callable[[Log], Iterator[tuple[Path, str]]]] = {"logs": _log, "events": _event}


def _leaves(value: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, inner in value.items():
        if isinstance(inner, dict):
            yield from _leaves(inner, f"{before}{name}.")
        elif inner is not None:
            yield f"{before}{name}", inner


def _by_key(tags: list[str]) -> dict[str, str]:
    """Each key's values, separated by commas in lexicographic order as the page has it for groups."""
    values: dict[str, list[str]] = {}
    for tag in sorted(tags):
        key, colon, value = tag.partition(":")
        if colon:
            values.setdefault(key, []).append(value)
    return {key: ",".join(found) for key, found in values.items()}
