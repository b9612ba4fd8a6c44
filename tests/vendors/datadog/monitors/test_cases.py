"""The vendor's worked examples and rules, one file each."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import pytest

CASES = sorted((Path(__file__).parent / "cases").rglob("*.json"))
BROKEN = Path(__file__).parent / "broken.json"


def test_there_are_cases() -> None:
    assert len(CASES) > 50


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_comes_out_as_documented(path: Path, sim: Any) -> None:
    assert sim.case_failures(json.loads(path.read_text())) == []


@pytest.mark.parametrize("minutes", [1, 7])
@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_comes_out_the_same_when_it_is_run_bit_by_bit(path: Path, minutes: int, sim: Any) -> None:
    assert sim.case_failures(json.loads(path.read_text()), partial(sim.run_in_parts, minutes=minutes)) == []


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_case_names_its_page(path: Path) -> None:
    case = json.loads(path.read_text())

    assert case["source"].startswith(("docs.datadoghq.com/", "registry.terraform.io/"))
    assert case["about"].endswith(".")


def test_a_wrong_case_fails_with_what_came_instead(sim: Any) -> None:
    assert sim.case_failures(json.loads(BROKEN.read_text())) == [
        "states of 11 *: expected [[0, 'OK'], [1, 'Warn']], got [[0, 'OK'], [1, 'Alert']]",
        "outcomes of 11: expected {'1': 'no data'}, got {'1': 'value compared with the thresholds'}",
        "notifications: expected [], got "
        '[{"minute": 1, "monitor": "11", "group": "*", "kind": "alert", "title": "[Triggered] Errors", '
        '"message": "Look.", "handles": []}]',
    ]
