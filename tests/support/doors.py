"""Case files of the emulator's parts, put through the commands that a user has: `pipeline` and `monitor`.

Each door returns what a case expects and what the command printed instead, both as plain data to compare.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from firedrill.vendors.datadog.queries.notation import parse_notation
from tests.cases import Case
from tests.command_line import firedrill

Json = dict[str, Any]
RECEIVED_MS = 1_700_000_000_000
MIDNIGHT_MS = 1_699_920_000_000
START_S = 1_767_571_200  # 2026-01-05 00:00:00 UTC
_FIELDS = {"source": "ddsource", "host": "hostname"}


class Compared(NamedTuple):
    """What a case expects, and what came of it."""

    expected: object
    found: object


def grok(case: Case, folder: Path) -> Compared:
    """A text's attributes after a grok parser."""
    rules = {name: "\n".join(case.given.get(name, [])) for name in ("match_rules", "support_rules")}
    parser = {"type": "grok-parser", "source": "message", "samples": [], "grok": rules, "is_enabled": True}
    at_ms = case.given.get("at_ms", RECEIVED_MS)
    (held,) = _pipeline(folder, [_pipeline_of(parser)], [{"message": case.given["log"]}], at_ms)
    return Compared(_exact(case.expected["result"]), _exact(held["attributes"]))


def search(case: Case, folder: Path) -> Compared:
    """Which logs an index with the query as its filter takes."""
    logs = [_entry(log) for log in (*case.expected["finds"], *case.expected["misses"])]
    held = _pipeline(folder, [_index({"name": "found", "filter": {"query": case.given["query"]}})], logs)
    expected = ["found"] * len(case.expected["finds"]) + [""] * len(case.expected["misses"])
    return Compared(expected, [each["explain"]["index"]["name"] for each in held])


def processors(case: Case, folder: Path) -> Compared:
    """Fields of a log after processors."""
    enabled = [{"is_enabled": True, **each} for each in case.given["processors"]]
    received_ms = case.expected.get("timestamp", RECEIVED_MS)
    (held,) = _pipeline(folder, [_pipeline_of(*enabled)], [_entry(case.given["log"])], received_ms)
    return Compared(case.expected, {name: held[name] for name in case.expected})


def intake(case: Case, folder: Path) -> Compared:
    """Fields of a log as it comes out of the intake."""
    options = [f"--{name}={value}" for name, value in case.given.get("params", {}).items()]
    (held,) = _pipeline(folder, [_pipeline_of()], [case.given["entry"]], RECEIVED_MS, *options)
    return Compared(case.expected, {name: held[name] for name in case.expected})


def log_metrics(case: Case, folder: Path) -> Compared:
    """The points that a log makes."""
    metric = {"id": "m", **case.given["metric"]}
    entry = {**_entry(case.given["log"]), "timestamp": RECEIVED_MS - 1000 * case.given.get("age_s", 5)}
    (held,) = _pipeline(folder, [metric], [entry])
    points = [each["point"] for each in held["explain"]["points"] if each["point"]]
    kind = metric["compute"]["aggregation_type"]
    expected = [{"kind": kind, "value": value, "tags": tags} for tags, value in case.expected["points"]]
    return Compared(expected, points)


def indexes(case: Case, folder: Path) -> Compared:
    """Where logs that are received together are placed."""
    (hours,) = {log.get("at_h", 0) for log in case.given["logs"]}
    logs = [_entry({name: value for name, value in log.items() if name != "at_h"}) for log in case.given["logs"]]
    held = _pipeline(
        folder, [_index(each) for each in case.given["indexes"]], logs, MIDNIGHT_MS + int(hours * 3_600_000)
    )
    placed = [each["explain"]["index"] for each in held]
    return Compared(case.expected["placed"], [[each["name"], each["stored"], each["note"]] for each in placed])


def queries(case: Case, folder: Path) -> Compared:
    """The values of a query's groups at the times of the case."""
    given = case.given
    start_s = int(datetime.fromisoformat(given["start"]).timestamp())
    options = {"evaluation_delay": given["evaluate"].get("delay_s", 0), "new_group_delay": 0, "new_host_delay": 0}
    monitor = {"id": "1", "name": "case", "type": "query alert", "query": given["query"], "options": options}
    series = [_series(each, start_s, 10) for each in given["series"]]
    times_s = [start_s + second for second in given["evaluate"]["at"]]
    printed = _monitor(folder, [monitor], {"series": {"series": series}}, min(times_s), max(times_s))
    values = {(each["group"], _seconds(each["time"])): each["value"] for each in printed}
    expected = {
        (group, time_s): value
        for group, text in case.expected["values"].items()
        for time_s, value in zip(times_s, parse_notation(text), strict=True)
        if value is not None
    }
    found = {key: values.get(key) for key in expected}
    return Compared(expected, pytest.approx(found, rel=1e-4) if None not in found.values() else found)


def monitors(case: Case, folder: Path) -> Compared:
    """Changes of state and notifications: of the signals of a case, or of series that its queries answer with.

    A series is fed as one point a minute, and the queries have windows of one minute, so that they answer with it.
    """
    declared = [dict(each) for each in case.given["monitors"]]
    files: Json
    if signals := case.given.get("signals"):
        files = {_FILES[kind]: _SIGNALS[kind](each) for kind, each in signals.items()}
        first_s, minutes = START_S + 60 * case.given.get("first_minute", 0), case.given["minutes"]
        last_s = START_S + 60 * (minutes - 1)
    else:
        given = [(metric, *each) for metric, groups in case.given["series"].items() for each in groups.items()]
        series = [
            {
                "metric": metric,
                "tags": [] if group == "*" else group.split(","),
                "values": text,
                "start": f"{START_S - 60}000",
            }
            for metric, group, text in given
        ]
        files = {"series": {"series": series}}
        first_s, last_s = (
            START_S,
            START_S + 60 * (max((len(parse_notation(text)) for _, _, text in given), default=1) - 1),
        )
        for each in declared:
            each["query"] = re.sub(r"\(last_\w+\)", "(last_1m)", each["query"])
    printed = _monitor(folder, [*declared, *case.given.get("downtimes", [])], files, first_s, last_s)
    names = {str(each["id"]): str(each["name"]) for each in declared}
    found_states = {
        id_: {group: _changes(printed, names[id_], group, first_s) for group in groups}
        for id_, groups in case.expected["states"].items()
    }
    expected_states = {
        id_: {group: [each for each in changes if each[1] != "(no group)"] for group, changes in groups.items()}
        for id_, groups in case.expected["states"].items()
    }
    expected: Json = {"states": expected_states}
    found: Json = {"states": found_states}
    if "notifications" in case.expected:
        expected["notifications"] = sorted(
            (each["minute"], names[each["monitor"]], each["group"], each["kind"], each["title"], each["message"])
            for each in case.expected["notifications"]
        )
        found["notifications"] = sorted(
            (
                _minute(each, first_s),
                each["monitor"],
                each["group"] or "*",
                sent["kind"],
                sent["title"],
                sent["message"],
            )
            for each in printed
            if (sent := each["notification"])
        )
    return Compared(expected, found)


DOORS: Mapping[str, Callable[[Case, Path], Compared]] = {
    "grok": grok,
    "indexes": indexes,
    "intake": intake,
    "log_metrics": log_metrics,
    "monitors": monitors,
    "processors": processors,
    "queries": queries,
    "search": search,
}
"""By the folder of tests/vendors/datadog that the cases are in."""


def _pipeline(
    folder: Path, resources: Sequence[Json], logs: Sequence[Json], received_ms: int = RECEIVED_MS, *options: str
) -> list[Json]:
    """The logs as `firedrill pipeline` prints them; each must be held."""
    (folder / "resources.json").write_text(json.dumps(resources))
    (folder / "logs.json").write_text(json.dumps(logs))
    files = ("--resources", "resources.json", "--logs", "logs.json", "--received", str(received_ms))
    held = _lines(folder, "pipeline", *files, "--explain", *options)
    assert len(held) == len(logs)
    return held


def _monitor(folder: Path, resources: Sequence[Json], files: Json, first_s: int, last_s: int) -> list[Json]:
    """Every minute of every group as `firedrill monitor` prints them; `files` are by option."""
    for name, content in {"resources": resources, **files}.items():
        (folder / f"{name}.json").write_text(json.dumps(content))
    given = (word for name in ("resources", *files) for word in (f"--{name}", f"{name}.json"))
    return _lines(folder, "monitor", *given, "--from", f"{first_s}000", "--to", f"{last_s}000")


def _lines(folder: Path, *arguments: str) -> list[Json]:
    ran = firedrill(*arguments, "--json", folder=folder)
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


def _pipeline_of(*processors: Json) -> Json:
    return {"name": "case", "is_enabled": True, "filter": {"query": "*"}, "processors": processors}


def _index(index: Json) -> Json:
    """An index as the API answers with it."""
    return {"exclusion_filters": [], **index}


def _entry(log: Json) -> Json:
    """A log as it is sent to the intake."""
    entry = {_FIELDS.get(name, name): value for name, value in log.items() if name not in ("attributes", "tags")}
    tags = {"ddtags": ",".join(log["tags"])} if "tags" in log else {}
    return {**log.get("attributes", {}), **entry, **tags}


def _series(series: Json, start_s: int, every_s: int) -> Json:
    """A series of a case as a series file has it."""
    shared: Json = {"metric": series["metric"], "kind": series.get("kind", "gauge"), "tags": series.get("tags", [])}
    shared |= {"delay": series.get("late_s", 0), "interval": series.get("every_s", every_s)}
    if "points" in series:
        return {**shared, "points": [[f"{start_s + second}000", value] for second, value in series["points"]]}
    return {**shared, "values": series["values"], "start": f"{start_s + series.get('from_s', 0)}000"}


def _points(points: Sequence[Json]) -> Json:
    return {"series": [_series(each, START_S, 60) for each in points]}


def _logs(logs: Sequence[Json]) -> list[Json]:
    return [{**_entry(each), "timestamp": at_ms} for each, at_ms in _at(logs)]


def _events(events: Sequence[Json]) -> list[Json]:
    """As version 2 of the events API answers."""
    return [{"type": "event", "attributes": {"timestamp": at_ms, **_event(each)}} for each, at_ms in _at(events)]


def _event(event: Json) -> Json:
    inner = {_EVENT_FIELDS[name]: event[name] for name in event if name in _EVENT_FIELDS}
    outer: Json = {name: event[name] for name in ("message", "tags") if name in event}
    return {**outer, "attributes": {**event.get("attributes", {}), **inner}}


def _at(records: Sequence[Json]) -> Iterator[tuple[Json, int]]:
    """Each record and its times (ms); those that arrive late have no place in a file."""
    for record in records:
        assert record.keys() <= {"at", "attributes", "message", "tags", *_FIELDS, "service", "status"}, record
        fields = {name: value for name, value in record.items() if name != "at"}
        yield from ((fields, 1000 * (START_S + second)) for second in record["at"])


def _check_runs(checks: Sequence[Json]) -> list[Json]:
    return [
        {
            "check": each["check"],
            "status": _STATUSES[letter],
            "tags": each["tags"],
            "timestamp": START_S + each.get("from_s", 0) + number * each.get("every_s", 60),
            "message": each.get("message", ""),
        }
        for each in checks
        for number, letter in enumerate(each["runs"].replace(" ", ""))
        if letter != "_"
    ]


_EVENT_FIELDS = {"source": "source_type_name", "host": "hostname", "service": "service", "status": "status"}
_STATUSES = {"O": "OK", "W": "WARNING", "C": "CRITICAL", "U": "UNKNOWN"}
_FILES = {"points": "series", "logs": "logs", "events": "events", "checks": "checks"}
_SIGNALS: Mapping[str, Callable[[Sequence[Json]], object]] = {
    "points": _points,
    "logs": _logs,
    "events": _events,
    "checks": _check_runs,
}
"""What a case's signals are in a file that the command reads, and the option that it is given with."""


def _changes(printed: Sequence[Json], name: str, group: str, first_s: int) -> list[list[object]]:
    """[minute, state] at the first minute and at each change of one group."""
    own = [each for each in printed if (each["monitor"], each["group"] or "*") == (name, group)]
    states = {_minute(each, first_s): each["state"] for each in own}
    return [[minute, state] for minute, state in states.items() if states.get(minute - 1) != state]


def _minute(printed: Json, first_s: int) -> int:
    return (_seconds(printed["time"]) - first_s) // 60


def _seconds(text: str) -> int:
    return math.floor(datetime.fromisoformat(text).timestamp())


def _exact(value: object) -> str:
    """JSON, in which 1 is another number than 1.0."""
    return json.dumps(value, sort_keys=True)
