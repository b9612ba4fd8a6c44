"""What a file of logs, resources or series is taken for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.declared.declaration import Declaration, Declared
from firedrill.resources import Resource, dumps
from firedrill.standalone.formats import read_declared
from firedrill.standalone.read import Source, parse_entries, parse_json, parse_logs, parse_time, read_sources
from firedrill.standalone.recording import Files, Recording, record
from firedrill.standalone.words import count, iso_ms

T0 = 1_767_571_200_000


def recorded(text: str, *metrics: dict[str, Any]) -> Recording:
    specs = tuple(Declaration("log metric", metric["id"], metric) for metric in metrics)
    return record(Files(series=Source("f", text)), Declared("r", specs, {}), [])


def points(recording: Recording, metric: str) -> dict[tuple[str, ...], list[tuple[int, int, float]]]:
    """By tags: (10 s slot since the start, when it arrived in ms since the start, value)."""
    return {
        tags: [
            (int(slot) - T0 // 10_000, int(arrived) - T0, float(value))
            for slot, arrived, value in zip(*series, strict=True)
        ]
        for tags, series in recording.store.series(metric).items()
    }


@pytest.mark.parametrize(
    "text", ['{"a": 1}\n{"a": 2}\n', '[{"a": 1}, {"a": 2}]', '[\n {"a": 1},\n {"a": 2}\n]', '\n{"a": 1}\r\n\n{"a": 2}']
)
def test_logs_are_an_array_or_one_object_a_line(text: str) -> None:
    assert parse_logs(Source("f", text)) == [{"a": 1}, {"a": 2}]


def test_one_log_may_have_many_lines() -> None:
    assert parse_logs(Source("f", '{\n  "a": {"b":\n1}\n}\n')) == [{"a": {"b": 1}}]


def test_entries_in_yaml_have_the_scalars_of_json() -> None:
    text = "- {a: on, b: 010, c: 1.5, d: ~, e: true, f: 2026-01-05T00:00:00Z, g: -7, h: 1e3, i: '7', j: 1:30}"
    (entry,) = parse_entries(Source("f", text), "event")
    assert list(entry.values()) == ["on", "010", 1.5, None, True, "2026-01-05T00:00:00Z", -7, 1000.0, "7", "1:30"]


@pytest.mark.parametrize("text", ['{"data": [{"a": 1}], "meta": {}}', "data: [{a: 1}]", '{"a": 1}', "a: 1", "- a: 1"])
def test_entries_may_be_in_a_field_of_an_answer(text: str) -> None:
    assert parse_entries(Source("f", text), "event", ("events", "data")) == [{"a": 1}]


def test_a_byte_order_mark_is_no_part_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("[]", encoding="utf-8-sig")
    assert read_sources(str(tmp_path / "f"))[0].text == "[]"


def test_half_a_surrogate_pair_becomes_the_replacement_character() -> None:
    assert parse_json(Source("f", r'["\ud83d\ude00", "\ud83d", "\uDE00x"]')) == ["\U0001f600", "\ufffd", "\ufffdx"]


def test_a_time_is_iso_8601_or_milliseconds() -> None:
    assert parse_time("2026-01-05T01:00:00+01:00", "t") == parse_time(str(T0), "t") == T0
    assert iso_ms(T0 + 7) == "2026-01-05T00:00:00.007Z"


def test_things_are_counted_in_words() -> None:
    assert [count(1, "log index"), count(2, "log index"), count(0, "monitor")] == [
        "1 log index",
        "2 log indexes",
        "0 monitors",
    ]


def test_rendered_resources_are_what_render_prints(rendered: list[Resource]) -> None:
    declared = read_declared(Source("f", dumps(rendered)))
    assert {declaration.kind for declaration in declared.declarations} == {
        "pipeline",
        "log metric",
        "monitor",
        "Logpush job",
        "WorkersScript",
    }
    assert set(declared.others) == {"cloudflare:index/workersScriptSubdomain:WorkersScriptSubdomain"}
    assert len(declared.of("monitor")) == sum(each.type.endswith(":Monitor") for each in rendered)


def test_the_stack_itself_has_no_problem(
    firedrill: Callable[..., Any], rendered: list[Resource], tmp_path: Path
) -> None:
    (tmp_path / "f").write_text(dumps(rendered))
    ran = firedrill("check", "--resources", "f", folder=tmp_path)
    assert ran.code == 0
    assert all(line.startswith("firedrill: modelled, ") for line in ran.err.splitlines())
    assert ran.out.startswith("no problem in ")


@pytest.mark.parametrize(
    "text",
    [
        "interval: 20\nseries:\n  - {metric: a, tags: ['B:C', 'a:b', 'a:b'], values: 0x1 _ -2+3x1}",
        json.dumps({"interval": 20, "series": [{"metric": "a", "tags": ["a:b", "b:c"], "values": "0x1 _ -2 1"}]}),
    ],
)
def test_values_are_one_interval_apart(text: str) -> None:
    recording = recorded(text)
    assert points(recording, "a") == {
        ("a:b", "b:c"): [(0, 0, 0.0), (2, 20_000, 0.0), (6, 60_000, -2.0), (8, 80_000, 1.0)]
    }
    assert (recording.begin_ms, recording.end_ms) == (T0, T0 + 100_000)


def test_what_looks_like_a_number_to_yaml_is_the_notation() -> None:
    assert len(points(recorded("series: [{metric: a, values: 0x10}]"), "a")[()]) == 11
    assert points(recorded("series: [{metric: a, values: 010}]"), "a") == {(): [(0, 0, 10.0)]}


def test_points_have_times_of_their_own_and_may_arrive_late() -> None:
    text = f"series: [{{metric: a, delay: 30, points: [[2026-01-05T00:00:10Z, 5], [{T0}, 6.5]]}}]"
    recording = recorded(text)
    assert points(recording, "a") == {(): [(0, 30_000, 6.5), (1, 40_000, 5.0)]}
    assert (recording.begin_ms, recording.end_ms) == (T0, T0 + 70_000)


def test_a_series_may_start_later_and_run_faster() -> None:
    text = "series: [{metric: a, values: 1}, {metric: b, start: 2026-01-05T00:05:00Z, interval: 10, values: 1 2}]"
    recording = recorded(text)
    assert points(recording, "b") == {(): [(30, 300_000, 1.0), (31, 310_000, 2.0)]}
    assert (recording.begin_ms, recording.end_ms) == (T0, T0 + 320_000)


def test_a_metric_has_the_kind_that_is_declared_else_it_is_a_gauge() -> None:
    compute = {"aggregation_type": "distribution", "path": "@ms"}
    metric = {"id": "a", "compute": compute, "filter": {"query": "*"}}
    store = recorded("series: [{metric: a, values: 1}, {metric: b, values: 1}]", metric).store
    assert [(store.kind(name), store.percentiles(name)) for name in ("a", "b")] == [
        ("distribution", False),
        ("gauge", True),
    ]
