"""Whatever JSON comes in, a command ends with its result or with one message: never with a traceback."""

from __future__ import annotations

import copy
import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.resources import Resource
from firedrill.standalone.from_files import run_check, run_monitor, run_pipeline
from firedrill.vendors.errors import FiredrillError

Step = str | int

NO_SPAN = ("", "", None)

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "standalone"
LOGS, SERIES = str(EXAMPLES / "shop.ndjson"), str(EXAMPLES / "shop-series.yaml")
SHOP, MONITORS = str(EXAMPLES / "shop-logs.json"), str(EXAMPLES / "shop-monitors.json")

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
ANYTHING = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=5
)


def paths(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """Where every part of a JSON value is."""
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(inner, (*path, key))


def changed(value: Any) -> st.SearchStrategy[Any]:
    """The value with one of its parts replaced by anything, by its neighbour's kind of thing, or left out."""

    def replace(path: tuple[Step, ...], part: Any) -> Any:
        if not path:
            return None if part is LEFT_OUT else part
        result = copy.deepcopy(value)
        inner = result
        for step in path[:-1]:
            inner = inner[step]
        if part is LEFT_OUT:
            del inner[path[-1]]
        else:
            inner[path[-1]] = part
        return result

    parts = ANYTHING | st.sampled_from([LEFT_OUT, {}, [], [{}], [[]], "", 0, -1, "x", {"x": 1}, True])
    return st.builds(replace, st.sampled_from(sorted(paths(value), key=str)), parts)


LEFT_OUT: Any = object()

LOGGING = json.loads(Path(SHOP).read_text())
MONITORING = json.loads(Path(MONITORS).read_text())
LOG = json.loads(Path(LOGS).read_text().splitlines()[0]) | {"timestamp": 1, "status": "x", "a": {"b": [1]}, "dd": {}}
SERIES_FILE = {
    "start": "2026-01-05T00:00:00Z",
    "interval": 60,
    "series": [
        {"metric": "a", "kind": "count", "tags": ["b:c"], "values": "0x3 _", "delay": 1},
        {"metric": "b", "points": [["2026-01-05T00:00:00Z", 1], [1767571200000, 2.5]]},
    ],
}

CASES = Path(__file__).parent / "cases"
EVERY_KIND = str(CASES / "monitor-says-what-no-file-holds" / "resources.json")
EVENTS = [
    *json.loads((CASES / "monitor-events-of-both-versions-of-the-api" / "events.json").read_text())["data"],
    {"title": "a", "text": "b", "date_happened": 1767607200, "tags": ["c:d"], "host": "e", "alert_type": "info"},
]
CHECK_RUNS = json.loads((CASES / "monitor-check-runs-in-a-row-and-none-at-all" / "checks.json").read_text())


def ends_well(command: Callable[..., object], *arguments: Any, stdin: str, **options: Any) -> None:
    """Run a command as the command line does; a FiredrillError is what it shows as one message."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        with suppress(FiredrillError):
            command(*arguments, explain=True, **options)


@given(ANYTHING | changed(LOGGING))
def test_any_resources_of_a_pipeline(value: Any) -> None:
    ends_well(run_pipeline, "-", LOGS, {}, "", json_lines=True, stdin=json.dumps(value))


@given(ANYTHING | changed(LOG) | changed([LOG, LOG]), st.booleans())
def test_any_logs(value: Any, json_lines: bool) -> None:
    ends_well(run_pipeline, SHOP, "-", {}, "", json_lines=json_lines, stdin=json.dumps(value))


@given(ANYTHING | changed(MONITORING), st.booleans())
def test_any_monitors(value: Any, json_lines: bool) -> None:
    ends_well(run_monitor, "-", {"series": SERIES}, (), NO_SPAN, json_lines=json_lines, stdin=json.dumps(value))


@given(ANYTHING | changed(SERIES_FILE))
def test_any_series(value: Any) -> None:
    ends_well(run_monitor, MONITORS, {"series": "-"}, (), NO_SPAN, json_lines=True, stdin=json.dumps(value))


@given(ANYTHING | changed(LOG) | changed([LOG, LOG]))
def test_any_logs_that_monitors_read(value: Any) -> None:
    ends_well(run_monitor, EVERY_KIND, {"logs": "-"}, (), NO_SPAN, json_lines=False, stdin=json.dumps(value))


@given(ANYTHING | changed(EVENTS), st.booleans())
def test_any_events(value: Any, json_lines: bool) -> None:
    ends_well(run_monitor, EVERY_KIND, {"events": "-"}, (), NO_SPAN, json_lines=json_lines, stdin=json.dumps(value))


@given(ANYTHING | changed(CHECK_RUNS), st.booleans())
def test_any_check_runs(value: Any, json_lines: bool) -> None:
    ends_well(run_monitor, EVERY_KIND, {"checks": "-"}, (), NO_SPAN, json_lines=json_lines, stdin=json.dumps(value))


@given(st.text() | st.text().map("- title: {}".format))
def test_any_text_as_events(text: str) -> None:
    ends_well(run_monitor, EVERY_KIND, {"events": "-"}, (), NO_SPAN, json_lines=True, stdin=text)


@given(st.text())
def test_any_text_as_series(text: str) -> None:
    ends_well(run_monitor, MONITORS, {"series": "-"}, (), NO_SPAN, json_lines=True, stdin=text)


@given(ANYTHING | changed([*LOGGING, *MONITORING]))
def test_any_api_json_is_checked(value: Any) -> None:
    ends_well(run_check, "-", json_lines=False, stdin=json.dumps(value))


CHECKED_ONLY = [
    json.loads((CASES / case / "resources.json").read_text())
    for case in ("check-slos", "check-dashboards", "check-what-else-an-organisation-has")
]


@given(st.sampled_from(CHECKED_ONLY).flatmap(changed))
def test_any_slo_dashboard_rule_or_archive_is_checked(value: Any) -> None:
    ends_well(run_check, "-", json_lines=True, stdin=json.dumps(value))


@given(st.data())
def test_any_rendered_resource_is_checked(rendered: list[Resource], data: st.DataObject) -> None:
    resource = data.draw(st.sampled_from(rendered)).to_json()
    ends_well(run_check, "-", json_lines=True, stdin=json.dumps([data.draw(changed(resource))]))


@pytest.mark.parametrize("text", ["[" * 5_000, '{"a":' * 5_000, "[" * 500 + "]" * 500], ids=["[", "{", "[]"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--resources", "-"],
        ["pipeline", "--resources", SHOP, "--logs", "-"],
        ["monitor", "--resources", MONITORS, "--series", "-"],
    ],
)
def test_what_is_nested_without_end_is_refused(firedrill: Callable[..., Any], arguments: list[str], text: str) -> None:
    ran = firedrill(*arguments, stdin=text)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("firedrill: standard input")
