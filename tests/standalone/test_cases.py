"""Golden cases: each folder holds a command line, its input files, and what it prints on both streams."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

CASES = sorted(path.parent for path in (Path(__file__).parent / "cases").glob("*/case.json"))


def read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def test_there_are_cases_for_every_command() -> None:
    commands = {json.loads((case / "case.json").read_text())["arguments"][0] for case in CASES}
    assert commands == {"pipeline", "monitor", "check"}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_command_prints_what_its_case_says(case: Path, firedrill: Callable[..., Any]) -> None:
    given = json.loads((case / "case.json").read_text())
    stdin = read(case / given["stdin"]) if "stdin" in given else ""
    ran = firedrill(*given["arguments"], stdin=stdin, folder=case)
    assert (ran.code, ran.out, ran.err) == (given["exit"], read(case / "stdout"), read(case / "stderr"))
