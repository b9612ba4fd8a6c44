"""Case files: what a vendor's page says, or what a command prints, one JSON file for each case.

{
  "page": where it is documented: a page of a vendor, or of docs/,
  "note": what the case shows, or why it differs from the page; may be left out,
  "given": what goes in,
  "expected": what comes out; a refusal is {"error": its text}
}

Each folder of cases is run by the test_cases.py above it, which says what `given` and `expected` hold there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Case:
    """One case file; `name` is its place below the folder of cases, without suffix."""

    path: Path
    name: str
    page: str
    given: dict[str, Any]
    expected: dict[str, Any]
    note: str = ""

    @property
    def group(self) -> str:
        """The first folder below the folder of cases: what the case is about."""
        return self.name.partition("/")[0]

    @property
    def refused(self) -> bool:
        """Whether a refusal is expected."""
        return "error" in self.expected


def read(path: Path, name: str) -> Case:
    """The case in one file. Raises TypeError for a key that is missing, or that no case has."""
    return Case(path, name, **json.loads(path.read_text(encoding="utf-8")))


def load(folder: Path) -> list[Case]:
    """The cases in `folder`/cases, in the order of their names: every JSON file, or every case.json beside its files.

    Raises ValueError when there is none.
    """
    root = folder / "cases"
    with_files = sorted(root.rglob("case.json"))
    found = [read(path, str(path.parent.relative_to(root))) for path in with_files]
    found = found or [read(path, str(path.relative_to(root).with_suffix(""))) for path in sorted(root.rglob("*.json"))]
    if not found:
        raise ValueError(f"no case in {str(root)!r}")
    return found


def each(cases: Iterable[Case]) -> pytest.MarkDecorator:
    """Runs a test once for every case, as `case`; there must be one."""
    params = [pytest.param(case, id=case.name) for case in cases]
    assert params
    return pytest.mark.parametrize("case", params)
