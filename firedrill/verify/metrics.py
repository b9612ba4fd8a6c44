"""Whether each declared log-based metric is there as declared, and has points wherever logs match its filter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from firedrill.verify.check import Check, Patience, failed, ok, unproven
from firedrill.verify.datadog_api import Datadog
from firedrill.verify.deployment import Deployment

LOOK_BACK = timedelta(hours=1)
_NAMED = ("compute", "filter", "group_by")


def check_metrics(deployment: Deployment, datadog: Datadog, patience: Patience) -> Iterator[Check]:
    """Each metric: its definition, then a point of the last hour. A metric without logs is unproven, not wrong."""
    watched = {}
    for declaration, spec in deployment.of("log metric"):
        found = _definition(declaration.name, spec, datadog.metric(declaration.name))
        yield found
        if found.outcome == "ok":
            watched[declaration.name] = spec
    yield from _points(watched, datadog, datadog.now - LOOK_BACK, patience)


def _subject(name: str) -> str:
    return f"metric {name}"


def _definition(name: str, spec: Mapping[str, Any], held: Mapping[str, Any] | None) -> Check:
    if held is None:
        return failed("metric-declared", _subject(name), "does not exist; run pulumi refresh, then pulumi up")
    if differing := [key for key in _NAMED if _plain(held.get(key)) != _plain(spec.get(key))]:
        told = f"was changed: its {', '.join(differing)} differ from what is declared; run pulumi up --refresh"
        return failed("metric-declared", _subject(name), told)
    return ok("metric-declared", _subject(name), "is as declared")


def _points(
    watched: Mapping[str, Mapping[str, Any]], datadog: Datadog, since: datetime, patience: Patience
) -> Iterator[Check]:
    """Wait for all of them at once; what is without points and without logs is not waited for."""
    points: dict[str, int] = {}
    logs: dict[str, int] = {}

    def missing() -> str | None:
        for name, spec in watched.items():
            if not points.get(name):
                points[name] = datadog.points(_query(name, spec), since)
                logs[name] = len(datadog.logs(spec["filter"]["query"], since)) if not points[name] else 0
        lacking = sum(not points[name] and logs[name] > 0 for name in watched)
        return f"{lacking} of {len(watched)} have logs and no point yet" if lacking else None

    patience.until("metrics", missing)
    for name in watched:
        if points[name]:
            yield ok("metric-points", _subject(name), f"has {points[name]} points of the last hour")
        elif logs[name]:
            told = f"has no point, though logs match its filter ({logs[name]})"
            yield failed("metric-points", _subject(name), told)
        else:
            yield unproven("metric-points", _subject(name), "has no point: no log of the last hour matches its filter")


def _query(name: str, spec: Mapping[str, Any]) -> str:
    return f"sum:{name}{{*}}.as_count()" if spec["compute"]["aggregation_type"] == "count" else f"avg:{name}{{*}}"


def _plain(value: Any) -> Any:
    """Without what only one side writes out: order of groups, and keys that hold nothing."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items() if each not in (None, False, "")}
    if isinstance(value, list):
        return sorted((_plain(each) for each in value), key=str)
    return str(value)
