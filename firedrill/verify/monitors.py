"""Whether each declared monitor is there as declared, and gets data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from firedrill.vendors.datadog.monitors import Composite, Monitor, parse_monitors
from firedrill.vendors.datadog.queries import MonitorQuery, nodes
from firedrill.vendors.datadog.queries.printer import print_expression
from firedrill.verify.check import Check, Outcome, Patience, failed, ok, unproven
from firedrill.verify.datadog_api import Datadog
from firedrill.verify.deployment import Deployment

NO_DATA = "No Data"
_GONE = "does not exist; run pulumi refresh, then pulumi up"
_PLAIN = ("name", "type", "query", "message", "priority")
_METRIC_TYPES = {"metric alert": "query alert"}
"""Datadog answers with the other name of the type. Source: docs.datadoghq.com/api/latest/monitors"""


def check_monitors(
    deployment: Deployment, datadog: Datadog, fed: Mapping[str, Outcome], patience: Patience
) -> Iterator[Check]:
    """Each monitor: its definition, and that it is out of No Data.

    `fed` is what was found of the points of each metric: a monitor may be without data where its metrics are.
    """
    compiled = {each.id: each for each in parse_monitors(deployment.declared.of("monitor"), strict=True)}
    there = []
    for declaration, spec in deployment.of("monitor"):
        found = _definition(_subject(declaration.name), spec, datadog.monitor(int(declaration.id)))
        yield found
        if found.told != _GONE:
            there.append(compiled[declaration.id])
    yield from _data(there, compiled, datadog, fed, patience)


def _subject(name: str) -> str:
    return f"monitor {name!r}"


def _definition(subject: str, spec: Mapping[str, Any], held: Mapping[str, Any] | None) -> Check:
    if held is None:
        return failed("monitor-declared", subject, _GONE)
    if differing := list(_differences(held, spec)):
        told = f"was changed: {'; '.join(differing)}; run pulumi up --refresh, or declare what is there"
        return failed("monitor-declared", subject, told)
    return ok("monitor-declared", subject, "is as declared")


def _differences(held: Mapping[str, Any], spec: Mapping[str, Any]) -> Iterator[str]:
    """What is declared and held otherwise; what Datadog adds of its own does not count."""
    for key in _PLAIN:
        if key in spec and _same(key, held.get(key)) != _same(key, spec[key]):
            yield f"its {key} is {held.get(key)!r}, declared is {spec[key]!r}"
    if sorted(spec.get("tags") or ()) != sorted(held.get("tags") or ()):
        yield f"its tags are {sorted(held.get('tags') or ())}, declared are {sorted(spec.get('tags') or ())}"
    options = held.get("options") or {}
    for key, value in (spec.get("options") or {}).items():
        if value != options.get(key):
            yield f"its {key} is {options.get(key)!r}, declared is {value!r}"


def _same(key: str, value: Any) -> Any:
    return _METRIC_TYPES.get(str(value), str(value)) if key == "type" else value


@dataclass(frozen=True)
class _Seen:
    """The groups of a monitor that are in No Data, and what excuses them."""

    without: Sequence[str] = ()
    excuses: Sequence[str] = ()

    @property
    def wrong(self) -> bool:
        return bool(self.without) and not self.excuses


def _data(
    monitors: Sequence[Monitor],
    all_: Mapping[str, Monitor],
    datadog: Datadog,
    fed: Mapping[str, Outcome],
    patience: Patience,
) -> Iterator[Check]:
    """Wait for all of them at once."""
    seen: dict[str, _Seen] = {}

    def lacking() -> str | None:
        for monitor in monitors:
            if monitor.id not in seen or seen[monitor.id].wrong:
                held = datadog.monitor(int(monitor.id)) or {}
                without = _without_data(held)
                excuses = _excuses(_queries(monitor, all_), monitor, held, datadog, fed) if without else ()
                seen[monitor.id] = _Seen(without, excuses)
        wrong = sum(each.wrong for each in seen.values())
        return f"{wrong} of {len(monitors)} in {NO_DATA}" if wrong else None

    patience.until("monitors", lacking)
    for monitor in monitors:
        subject, found = _subject(monitor.name), seen[monitor.id]
        if found.wrong:
            metrics = ", ".join(sorted({name for query in _queries(monitor, all_) for name in query.metrics}))
            told = f"is in {NO_DATA} for {', '.join(found.without)}: look at {metrics} above, its query and its window"
            yield failed("monitor-data", subject, told)
        elif found.without:
            yield unproven("monitor-data", subject, f"is in {NO_DATA}: {'; '.join(found.excuses)}")
        else:
            yield ok("monitor-data", subject, "has data")


def _without_data(held: Mapping[str, Any]) -> list[str]:
    groups = (held.get("state") or {}).get("groups") or {}
    if not groups:
        return ["all"] if held.get("overall_state") == NO_DATA else []
    return sorted(name for name, group in groups.items() if group.get("status") == NO_DATA)


def _excuses(
    queries: Sequence[MonitorQuery],
    monitor: Monitor,
    held: Mapping[str, Any],
    datadog: Datadog,
    fed: Mapping[str, Outcome],
) -> list[str]:
    """Why a monitor may be without data: it is younger than what it looks at, or what it looks at has not happened.

    A metric that should have points and has none excuses nothing.
    """
    if any(fed.get(name) == "failed" for query in queries for name in query.metrics):
        return []
    now = datadog.now
    reach = timedelta(seconds=max((query.reach_s for query in queries), default=0) + monitor.options.evaluation_delay)
    leaves = [leaf for query in queries for leaf in query.leaves]
    idle = [text for text in dict.fromkeys(map(_counted, leaves)) if not datadog.points(text, now - reach)]
    found = [f"no point of {text} in the last {reach}" for text in idle]
    if held.get("created") and now - _time(held["created"]) < reach:
        found.append(f"it looks back {reach} and is younger")
    return found


def _counted(leaf: nodes.MetricQuery) -> str:
    """A query that has a point wherever this one sees one."""
    return print_expression(replace(leaf, aggregator="sum", by=(), rollup=None, fill=None))


def _queries(monitor: Monitor, all_: Mapping[str, Monitor]) -> list[MonitorQuery]:
    condition = monitor.condition
    if isinstance(condition, Composite):
        return [query for id_ in condition.ids if id_ in all_ for query in _queries(all_[id_], all_)]
    query = monitor.threshold_query
    return [query] if isinstance(query, MonitorQuery) else []


def _time(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
