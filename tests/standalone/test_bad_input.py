"""Bad input ends with exit code 2 and one message that says what is wrong and what to change."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

PIPELINE = {"name": "p", "is_enabled": True, "filter": {"query": "*"}, "processors": []}
MONITOR = {"id": 11, "name": "m", "type": "query alert", "query": "avg(last_5m):avg:a{*} > 1", "message": ""}
LOG = {"message": "a"}
SERIES = {"series": [{"metric": "a", "values": "1"}]}
SHAPES = (
    "it should be rendered resources (firedrill render), what terraform show -json, pulumi stack export or pulumi "
    "preview --json prints, a file of Wrangler's, or Datadog's API JSON of pipelines, log-based metrics, indexes, "
    "monitors, downtimes, SLOs, dashboards, notification rules or archives."
)
NOTATION = (
    "write 1.5, _ for no point, _x4 for four of them, 7x3 to repeat 7 three times more, or 0+30x20 for steps of 30."
)


@pytest.fixture
def refused(firedrill: Run, tmp_path: Path) -> Callable[..., str]:
    """What a command says of its files, which are written as given: text as it is, anything else as JSON."""

    def run(command: str, *options: str, stdin: str = "", **files: Any) -> str:
        for name, content in files.items():
            (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content))
        arguments = [word for name in files for word in (f"--{name}", name)]
        ran = firedrill(command, *arguments, *options, stdin=stdin, folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        text: str = ran.err
        return text.removeprefix("firedrill: ").removesuffix("\n")

    return run


@pytest.mark.parametrize(
    ("resources", "message"),
    [
        ("{", "resources, line 1, column 2: not JSON (Expecting property name enclosed in double quotes)."),
        ('[\n  {"a": nul}\n]', "resources, line 2, column 9: not JSON (Expecting value)."),
        ("", "resources is empty; it has to be JSON."),
        (" \n", "resources is empty; it has to be JSON."),
        ("9" * 5000, f"resources: not JSON (the number {'9' * 20}... has 5000 digits; at most 4000 are read)."),
        ("[" * 200 + "]" * 200, "resources: nested more than 100 levels deep."),
        ("[NaN]", "resources: not JSON (NaN is not a number)."),
        ("[1e999]", "resources: not JSON (the number 1e999 is too large)."),
        ("7", f"resources is 7; {SHAPES}"),
        ([PIPELINE, {"a": 1}], f'resources, entry 2 is {{"a": 1}}; {SHAPES}'),
        ([[["x" * 99]]], f'resources, entry 1, entry 1, entry 1 is "{"x" * 59}...; {SHAPES}'),
        ({"data": {"type": "logs_metrics"}}, f'resources is {{"type": "logs_metrics"}}; {SHAPES}'),
        (
            [{"inputs": {}}],
            "resources is not a list of rendered resources (entry 1 has no 'type'); create it with: firedrill render",
        ),
        (
            '[{"name": "p",\n  "name": "q"}]',
            "resources, line 2, column 3: key 'name' is defined at line 1 and again at line 2; remove one.",
        ),
        ([], "resources declares nothing of Datadog's or Cloudflare's that could be checked."),
    ],
)
def test_resources_that_are_none(refused: Callable[..., str], resources: Any, message: str) -> None:
    assert refused("check", resources=resources) == message


@pytest.mark.parametrize(
    ("logs", "message"),
    [
        ("7", "logs: log 1 is 7; a log is a JSON object."),
        ("plain text\n", "logs, line 1, column 1: not JSON (Expecting value)."),
    ],
)
def test_logs_that_are_none(refused: Callable[..., str], logs: str, message: str) -> None:
    assert refused("pipeline", resources=PIPELINE, logs=logs) == message


@pytest.mark.parametrize(
    ("logs", "problem"),
    [
        ('[{"a": 1}, "text"]', 'logs: log 2 is "text"; a log is a JSON object.'),
        (f'{{"a": 1}}\n"{"x" * 99}"\n', f'logs, line 2: this is "{"x" * 59}...; a log is a JSON object.'),
        ('{"a": 1}\n\n[2]\n', "logs, line 3: this is [2]; a log is a JSON object."),
        ('{"a": 1}\n{"b": }\n', "logs, line 2, column 7: not JSON (Expecting value)."),
        ('{"b": 2\n{"a": 1}\n', "logs, line 2, column 1: not JSON (Expecting ',' delimiter)."),
        (
            '{"a": 1}\n{"b": {"c": 1, "c": 2}}\n',
            "logs, line 2, column 16: key 'c' is defined twice at line 2; remove one.",
        ),
        ('{"a": 1}\n{"b": 1e999}\n', "logs, line 2: not JSON (the number 1e999 is too large)."),
        *(
            (
                '{"a": 1}\n\n' + '{"b":' * depth + "1" + "}" * depth + "\n",
                "logs, line 3: nested more than 100 levels deep.",
            )
            for depth in (200, 1005, 2000)
        ),
    ],
)
def test_a_line_that_is_no_log_is_named_and_the_rest_goes_on(
    firedrill: Run, tmp_path: Path, logs: str, problem: str
) -> None:
    (tmp_path / "resources").write_text(json.dumps(PIPELINE))
    (tmp_path / "logs").write_text(logs)
    ran = firedrill("pipeline", "--resources", "resources", "--logs", "logs", "--json", folder=tmp_path)
    assert ran.code == 1
    assert [json.loads(line)["attributes"] for line in ran.out.splitlines()] == [{"a": 1}]
    assert f"firedrill: {problem}\n" in ran.err


@pytest.mark.parametrize(
    ("series", "message"),
    [
        (
            "- a\n- b",
            'series is ["a", "b"]; a series file has to be an object with a list '
            "'series', as docs/standalone.md shows.",
        ),
        ({"series": []}, "series: no series has a value or a gap; there is no time to evaluate."),
        ({}, "series: series is missing; allowed: a list."),
        (
            {"series": [{"metric": "a", "value": "1"}], "interval": 0},
            "series: interval is 0; allowed: a whole number from 1 to 86400.\n"
            "series: option 'series[0].value' (did you mean 'values'?) "
            "is unknown; docs/standalone.md says what a series file holds.",
        ),
        ({"series": [{"metric": "a"}]}, "series, series 1 (a): give it either values or points."),
        (
            {"series": [{"metric": "a", "values": "1", "points": [["2026-01-05T00:00:00Z", 1]]}]},
            "series, series 1 (a): give it either values or points.",
        ),
        (
            {"series": [{"metric": "a", "values": "1 two"}]},
            f"series, series 1 (a): Series '1 two': 'two' is not a value; {NOTATION}",
        ),
        (
            {"series": [{"metric": "a", "values": "1 1e999"}]},
            "series, series 1 (a): value 2 of '1 1e999' is too large for a number.",
        ),
        (
            {"series": [{"metric": "a", "points": [["noon", 1]]}]},
            "series, series 1 (a): a point's time is 'noon'; write it like 2026-01-05T00:00:00Z, or in milliseconds "
            "since 1970.",
        ),
        (
            {"series": [{"metric": "a", "points": ["x"]}]},
            "series: series[0].points[0] is 'x'; allowed: a time and a number, such as [2026-01-05T00:00:00Z, 1.5].",
        ),
        (
            {"series": [{"metric": "a", "points": [["2026-01-05T00:00:00Z", True]]}], "interval": True},
            "series: interval is true; allowed: a whole number from 1 to 86400.\n"
            "series: series[0].points[0][1] is true; allowed: a time and a number, such as "
            "[2026-01-05T00:00:00Z, 1.5].",
        ),
        (
            "series: [{metric: null, values: 1}]",
            "series: series[0].metric is null; allowed: text that is not empty.",
        ),
        ("series: [{metric: a, values: }]", "series, series 1 (a): give it either values or points."),
        (
            {"series": [{"metric": "a", "values": "1"}], "expect": [{"monitor": "m", "minute": True, "state": "OK"}]},
            "series: expect[0].minute is true; allowed: a whole number of at least 1.",
        ),
        (
            {"series": [{"metric": "a", "values": "1x1000000"}]},
            "series, series 1 (a): Series '1x1000000': it stands for more than 527040 values, a year of minutes; make "
            "it shorter, or give it a longer interval.",
        ),
        (
            {"start": "soon", "series": [{"metric": "a", "values": "1"}]},
            "series, series 1 (a): start is 'soon'; write it like 2026-01-05T00:00:00Z, or in milliseconds since 1970.",
        ),
        (
            {"series": [{"metric": "a", "values": ""}]},
            "series: no series has a value or a gap; there is no time to evaluate.",
        ),
        (
            {"series": [{"metric": "a", "values": "1"}, {"metric": "a", "kind": "count", "values": "1"}]},
            "Metric 'a' is a gauge and cannot take count points: a metric has one type; give one of the two another "
            "name.",
        ),
        (
            {"series": [{"metric": "a", "points": [["2026-01-05T00:00:00Z", 1], ["2027-02-05T00:00:00Z", 1]]}]},
            "the time to evaluate lasts 570240 minutes, at most 527040 are allowed; bring the times in "
            "the files and --from, --to or --minutes closer together.",
        ),
        (
            "series:\n- metric: a\n  values: 1\n  values: 2\n",
            "series, line 4, column 3: key 'values' is defined at line 3 and again at line 4; remove one.",
        ),
        (
            '{"series": [],\n\t"series": []}',
            "series, line 2, column 2: key 'series' is defined at line 1 and again at line 2; remove one.",
        ),
        (
            "series: [",
            "series, line 1, column 10: not YAML (expected the node content, but found '<stream end>').",
        ),
    ],
)
def test_series_that_are_none(refused: Callable[..., str], series: Any, message: str) -> None:
    assert refused("monitor", resources=MONITOR, series=series) == message


def test_a_file_that_is_not_there(refused: Callable[..., str]) -> None:
    assert refused("check", "--resources", "none.json") == "'none.json' does not exist; correct its path."


def test_a_path_that_is_empty_or_a_folder(refused: Callable[..., str]) -> None:
    assert refused("check", "--resources", "") == (
        "the path of a file is empty; give the path of a file, or - for standard input."
    )
    assert refused("check", "--resources", ".") == "'.' is a folder; put a file in its place."


def test_a_series_file_that_is_empty(refused: Callable[..., str]) -> None:
    assert refused("monitor", resources=MONITOR, series="") == (
        "series is empty; a series file has to be an object with a list 'series', as docs/standalone.md shows."
    )


def test_a_geoip_file_that_is_not_there(refused: Callable[..., str]) -> None:
    message = refused("pipeline", "--geoip", "none.mmdb", resources=PIPELINE, logs=LOG)
    assert message == "'none.mmdb' is not a file; name a MaxMind file (.mmdb)."


def test_a_file_that_is_no_text(firedrill: Run, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xff\xfe\x00")
    ran = firedrill("check", "--resources", "file", folder=tmp_path)
    assert ran.code == 2
    assert ran.err == "firedrill: file, line 1: not UTF-8 text (byte 0xff); save it as UTF-8.\n"


def test_standard_input_can_only_be_one_of_the_files(refused: Callable[..., str]) -> None:
    message = refused("pipeline", "--resources", "-", "--logs", "-")
    assert message == "'-' is given more than once; standard input can be only one of the files."


def test_what_is_declared_wrongly_stops_the_pipeline_with_every_mistake(refused: Callable[..., str]) -> None:
    message = refused("pipeline", resources={**PIPELINE, "processors": [{"type": "x"}, {"type": "y"}]}, logs=LOG)
    assert [line.partition(";")[0] for line in message.split("\n")] == [
        "pipeline 'p' / processor 1 'x': 'type' is 'x'",
        "pipeline 'p' / processor 2 'y': 'type' is 'y'",
    ]


def test_a_time_that_is_none(refused: Callable[..., str]) -> None:
    message = refused("pipeline", "--received", "now", resources=PIPELINE, logs=LOG)
    assert message == "--received is 'now'; write it like 2026-01-05T00:00:00Z, or in milliseconds since 1970."


def test_a_span_that_ends_before_it_begins(refused: Callable[..., str]) -> None:
    message = refused("monitor", "--to", "2026-01-01T00:00:00Z", resources=MONITOR, series=SERIES)
    assert message == "the time to evaluate ends before it begins; change --from, --to or --minutes."


def test_a_monitor_that_is_not_declared_is_answered_with_the_one_that_is_meant(refused: Callable[..., str]) -> None:
    declared = {**MONITOR, "name": "shop errors"}
    message = refused("monitor", "--monitor", "shop error", resources=declared, series=SERIES)
    assert message == (
        "resources declares no monitor 'shop error' (did you mean 'shop errors'?); it declares 'shop errors'."
    )


def test_two_ends_of_a_span(refused: Callable[..., str]) -> None:
    options = ("--to", "2026-01-05T00:00:00Z", "--minutes", "5")
    message = refused("monitor", *options, resources=MONITOR, series=SERIES)
    assert message == "--to and --minutes exclude each other; keep one of them."


def test_monitors_that_are_not_there(refused: Callable[..., str]) -> None:
    message = refused("monitor", resources=PIPELINE, series=SERIES)
    assert message == "resources declares no monitor; there is nothing to evaluate."


def test_a_monitor_of_an_unknown_name(refused: Callable[..., str]) -> None:
    message = refused("monitor", "--monitor", "x", resources=MONITOR, series=SERIES)
    assert message == "resources declares no monitor 'x'; it declares 'm'."


def test_monitors_need_a_file_to_read(refused: Callable[..., str]) -> None:
    message = refused("monitor", resources=MONITOR)
    assert message == "monitors need something to read: give --series, --logs, --events or --checks."


def test_files_that_hold_nothing_give_no_time_to_evaluate(refused: Callable[..., str]) -> None:
    message = refused("monitor", resources=MONITOR, logs="[]", events="[]", checks="[]")
    assert message == "the files hold nothing that a monitor could read; there is no time to evaluate."


@pytest.mark.parametrize(
    ("events", "message"),
    [
        ("- [", "events, line 1, column 4: not YAML (expected the node content"),
        ("- &a [*a]", "events: nested more than 100 levels deep."),
        ("- {title: 1e999}", "events: not JSON (Infinity is not a number)."),
        ("a text", 'events: event 1 is "a text"; an event is a JSON object.'),
        ("[1]", "events: event 1 is 1; an event is a JSON object."),
        ('{"data": [1]}', "events: event 1 is 1; an event is a JSON object."),
        ('{"title": "a"\n', "events, line 2, column 1: not JSON (Expecting ',' delimiter)."),
        ('{"title": "a"}\n{"title": 1e999}\n', "events, line 2: not JSON (the number 1e999 is too large)."),
        ({"date_happened": -1}, "events, event 1: date_happened is -1; allowed: seconds since 1970, or ISO 8601"),
    ],
)
def test_events_that_are_none(refused: Callable[..., str], events: Any, message: str) -> None:
    assert refused("monitor", resources=MONITOR, events=events).startswith(message)
