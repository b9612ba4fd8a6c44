"""Kinds of log processing that people really have, each by several inputs, through the commands that users run.

A line of logs.jsonl holds the `kind`, the `page` that says what is right, the `log` and the `processors` of a pipeline
for it; expected are fields of the log after it. What is expected stands on the page, or follows from the results that
Datadog publishes with its pipelines; it was never read off the emulator.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import firedrill
from tests.test_case_files import PAGES

CASES = [json.loads(line) for line in (Path(__file__).parent / "logs.jsonl").read_text(encoding="utf-8").splitlines()]
KINDS = (
    "message remapper",
    "message remapper moves",
    "attribute remapper host/status/service/message",
    "attribute remapper from status",
    "date remapper double",
    "grok array without brackets",
    "grok trims",
    "cast in place",
    "source below itself",
    "source removed on conflict",
    "other sources removed",
    "scalar parent",
    "numeric text in range",
    "numeric text compared",
    "status e",
    "year-less date",
    "url no port",
    "url hash, dup",
    "keyvalue brackets",
    "keyvalue quoted blank",
    "keyvalue durations",
    "keyvalue big number",
    "array index in path",
    "trace remapper moves",
    "json raw newline",
    "space after colon",
    "rule starts with _",
    "(?i)",
    "named group",
    "unused bad support rule",
    "rule below",
    "csv dotted header",
    "date zone twice",
    "search space after colon",
    "two categories of one name",
    "array filter group",
    "class [::1]",
    r"\p{C}",
    "log without a status",
    "several remappers",
)
"""The kinds that were once read wrongly or refused; more are in the file."""
LEAST = 3


def pipeline(number: int, case: dict[str, Any]) -> dict[str, Any]:
    steps = [{"is_enabled": True, "name": "", **processor} for processor in case["processors"]]
    return {
        "name": f"case {number}",
        "type": "pipeline",
        "is_enabled": True,
        "filter": {"query": f"source:case{number}"},
        "processors": steps,
    }


PIPELINES = [pipeline(number, case) for number, case in enumerate(CASES)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the pipelines of all cases, and all logs."""
    path = tmp_path_factory.mktemp("kinds")
    (path / "pipelines.json").write_text(json.dumps(PIPELINES))
    logs = [json.dumps({"ddsource": f"case{number}", **case["log"]}) for number, case in enumerate(CASES)]
    (path / "logs.ndjson").write_text("\n".join(logs))
    return path


@pytest.fixture(scope="module")
def logs(folder: Path) -> list[dict[str, Any]]:
    """What `firedrill pipeline` makes of the logs, in their order."""
    ran = firedrill("pipeline", "--resources", "pipelines.json", "--logs", "logs.ndjson", "--json", folder=folder)
    assert ran.code == 0, ran.err
    return [json.loads(line) for line in ran.out.splitlines()]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{case['kind']}-{n}" for n, case in enumerate(CASES)])
def test_a_log_comes_out_as_datadog_has_it(number: int, logs: list[dict[str, Any]]) -> None:
    expected = CASES[number]["expected"]
    got = {name: logs[number][name] for name in expected}
    assert json.dumps(got, sort_keys=True) == json.dumps(expected, sort_keys=True), CASES[number]


def test_check_finds_nothing_wrong_with_the_pipelines(folder: Path) -> None:
    ran = firedrill("check", "--resources", "pipelines.json", folder=folder)
    assert (ran.code, ran.out) == (0, f"no problem in {len(CASES)} pipelines\n"), ran.err


def test_every_kind_has_inputs_of_its_own() -> None:
    times = Counter(case["kind"] for case in CASES)
    assert {kind: times[kind] for kind in KINDS if times[kind] < LEAST} == {}
    different = {json.dumps([case["log"], case["processors"]], sort_keys=True) for case in CASES}
    assert len(different) == len(CASES)


def test_every_input_names_its_page_and_expects_something() -> None:
    assert [case for case in CASES if not case["page"].startswith(PAGES) or not case["expected"]] == []
