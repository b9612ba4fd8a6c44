"""What Datadog would answer with about logs, if it did what the emulator does: exports to compare, and to alter."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from firedrill.declared.declaration import Json
from firedrill.organisation import compile_logging
from firedrill.standalone.formats import read_declared
from firedrill.standalone.minutes import minutes_of
from firedrill.standalone.monitor import Span, watch
from firedrill.standalone.pipeline import Holder, official_date
from firedrill.standalone.read import Source
from firedrill.standalone.recording import Files
from firedrill.standalone.words import iso_ms
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors import State

INTERVAL_MS = 60_000


@dataclass
class Exports:
    """Each export as its API has it: a search, the lines of an archive, both versions of points, monitors."""

    search: Json
    archive: list[Json]
    points: Json
    points_2: Json
    monitors: list[Json]


def exports(resources: list[Json], entries: Sequence[Json], metric: str, at_ms: int) -> Exports:
    """The exports of logs that arrived at their own dates: points of a count by its only tag, states of `at_ms`."""
    declared = read_declared(Source("resources", json.dumps(resources)))
    logging = compile_logging(declared)
    logs: list[Log] = []
    groups: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for entry in entries:
        date_ms = official_date(entry, logging, {})
        assert date_ms is not None
        held = Holder(logging, {}, date_ms).hold(1, entry, len(json.dumps(entry)))
        assert held.log is not None
        logs.append(held.log)
        for point in logging.metrics.points(held.log, date_ms):
            if point.metric == metric:
                groups[point.tags[0]][date_ms // INTERVAL_MS * INTERVAL_MS] += point.value
    (definition,) = [each for each in resources if each.get("id") == metric]
    query = f"sum:{metric}{{*}} by {{{definition['group_by'][0]['tag_name']}}}.as_count()"
    return Exports(
        {"data": [_found(log, number) for number, log in enumerate(logs)], "meta": {"status": "done"}},
        [_archived(log, number) for number, log in enumerate(logs)],
        _points(query, metric, groups),
        _points_2(groups),
        _monitors(declared.of("monitor"), resources, entries, at_ms),
    )


def _found(log: Log, number: int) -> Json:
    fields = _fields(log) | {"timestamp": iso_ms(log.timestamp), "tags": [*log.tags, f"source:{log.source}"]}
    del fields["source"]
    return {"id": f"AQ{number}", "type": "log", "attributes": fields}


def _archived(log: Log, number: int) -> Json:
    return {"_id": f"AW{number}", "date": iso_ms(log.timestamp), **_fields(log), "tags": list(log.tags)}


def _fields(log: Log) -> Json:
    names = ("message", "status", "service", "source", "host", "attributes")
    return json.loads(json.dumps({name: getattr(log, name) for name in names}))  # type: ignore[no-any-return]


def _points(query: str, metric: str, groups: dict[str, dict[int, float]]) -> Json:
    times = sorted(at for points in groups.values() for at in points)
    series = [
        {
            "metric": metric,
            "scope": group,
            "tag_set": [group],
            "interval": INTERVAL_MS // 1000,
            "query_index": 0,
            "pointlist": [[float(at), value] for at, value in sorted(points.items())],
        }
        for group, points in groups.items()
    ]
    return {
        "status": "ok",
        "query": query,
        "from_date": times[0],
        "to_date": times[-1] + INTERVAL_MS,
        "series": series,
    }


def _points_2(groups: dict[str, dict[int, float]]) -> Json:
    found = sorted({at for points in groups.values() for at in points})
    times = list(range(found[0], found[-1] + 2 * INTERVAL_MS, INTERVAL_MS))
    attributes: dict[str, Any] = {
        "series": [{"group_tags": [group], "query_index": 0, "unit": None} for group in groups],
        "times": times,
        "values": [[points.get(at) for at in times] for points in groups.values()],
    }
    return {"data": {"type": "timeseries_response", "attributes": attributes}}


def _monitors(specs: Sequence[Json], resources: list[Json], entries: Sequence[Json], at_ms: int) -> list[Json]:
    declared = read_declared(Source("resources", json.dumps(resources)))
    logs = Source("logs", json.dumps(list(entries)))
    groups: dict[str, dict[str, Json]] = {spec["name"]: {} for spec in specs}
    for minute in minutes_of(watch(declared, Files(logs=logs), Span(to_ms=at_ms))):
        fields = groups[minute.monitor.name].setdefault(minute.group or "*", {"name": minute.group or "*"})
        fields["status"] = minute.state.label
        if minute.changed and minute.state is State.ALERT:
            fields["last_triggered_ts"] = minute.time_s
        if minute.changed and minute.state is State.OK and minute.before not in (State.ABSENT, State.OK):
            fields["last_resolved_ts"] = minute.time_s
    return [
        {"id": spec["id"], "name": spec["name"], "query": spec["query"], "state": {"groups": groups[spec["name"]]}}
        for spec in specs
    ]
