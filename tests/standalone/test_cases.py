"""Golden cases: each folder holds a command line, its input files, and what it prints on both streams.

Given are the `arguments` and, where there is one, the file that is `stdin`; expected is the `exit` code, and what the
files stdout and stderr hold, where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cases import Case, each, load

CASES = load(Path(__file__).parent)


def text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def test_there_are_cases_for_every_command() -> None:
    assert {case.given["arguments"][0] for case in CASES} == {"pipeline", "monitor", "check"}


@each(CASES)
def test_a_command_prints_what_its_case_says(case: Case, firedrill: Callable[..., Any]) -> None:
    folder = case.path.parent
    stdin = text(folder / case.given["stdin"]) if "stdin" in case.given else ""
    ran = firedrill(*case.given["arguments"], stdin=stdin, folder=folder)
    assert (ran.code, ran.out, ran.err) == (case.expected["exit"], text(folder / "stdout"), text(folder / "stderr"))
