"""Kinds of monitors, SLOs and pipelines that people really declare, each by several inputs, through `firedrill check`.

A line of resources.jsonl holds the `kind`, the `page` or the report that says what is right, and the `resource` in the
API's form; `problems` and `warnings` are parts of what `check` says, one of each line that it prints.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import firedrill
from tests.test_case_files import PAGES

FILE = Path(__file__).parent / "resources.jsonl"
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
KINDS = (
    "default_zero with on_missing_data",
    "warning without critical",
    "critical_recovery of an event alert",
    "single quotes",
    "grok samples that no rule matches",
    "default()",
    "no space aggregator",
    "export metadata",
    "number as text",
    "unknown message variable",
    "weighted()",
    "rollup of odd seconds, fill of a number",
    "formula of a log alert",
    "thresholds.ok",
    "functions",
    "as_count with another time aggregator",
    "forecast",
    "aggregation by group",
    "scopes with or and commas",
    "short forms of anomalies()",
    "escalation without renotify, priority 0",
    "search terms",
    "types that are not evaluated",
    "an SLO is no monitor",
    "logs() in a metric alert",
    "unescaped [ in a grok rule",
    "a group key named twice",
    "cumulative window of a chained query",
)
"""The kinds that were once wrongly accepted, wrongly refused, or refused in misleading words."""
LEAST = 3


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    """What `firedrill check` says of each resource: problems and warnings by its name."""
    folder = tmp_path_factory.mktemp("kinds")
    resources = [{"name": f"case {number}", **case["resource"]} for number, case in enumerate(CASES)]
    (folder / "resources.json").write_text(json.dumps(resources))
    ran = firedrill("check", "--resources", "resources.json", "--json", folder=folder)
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: {"problem": [], "warning": []})
    for line in map(json.loads, ran.out.splitlines()):
        for sort in ("problem", "warning"):
            found[line["name"]][sort] += [line[sort]] if sort in line else []
    return found


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{case['kind']}-{n}" for n, case in enumerate(CASES)])
def test_check_says_what_datadog_says(number: int, said: dict[str, dict[str, list[str]]]) -> None:
    case: dict[str, Any] = CASES[number]
    for sort in ("problem", "warning"):
        lines, parts = said[f"case {number}"][sort], case[f"{sort}s"]
        assert len(lines) == len(parts), (lines, case)
        assert [part for part, line in zip(parts, lines, strict=True) if part not in line] == [], (lines, case)


def test_every_kind_has_inputs_of_its_own() -> None:
    times = Counter(case["kind"] for case in CASES)
    assert {kind: times[kind] for kind in (*KINDS, *times) if times[kind] < LEAST or kind not in KINDS} == {}
    assert len({json.dumps(case["resource"], sort_keys=True) for case in CASES}) == len(CASES)


def test_every_input_names_its_page() -> None:
    assert [case for case in CASES if not case["page"].startswith(PAGES)] == []
