"""docs/drill-file.md has everything that a drill file can say."""

from __future__ import annotations

import dataclasses
import re

import pytest

from firedrill.runtime.take import Faults
from firedrill.scenarios.drill_file import DrillFile
from firedrill.scenarios.generic import GENERIC
from tools.pages.drill_file_page import markdown

PAGE = markdown()


def rows(heading: str) -> list[list[str]]:
    """The cells of each row of the table below a heading."""
    section = PAGE.split(f"## {heading}")[1].split("\n## ")[0]
    return [re.split(r"(?<!\\) ?\| ?", line)[1:-1] for line in section.splitlines() if line.startswith("| `")]


def test_every_key_says_what_it_takes() -> None:
    found = {cells[0].strip("`"): cells[1] for cells in rows("The file")}
    assert found == {name: field.description for name, field in DrillFile.model_fields.items()}


def test_a_key_is_listed_as_it_is_written() -> None:
    assert "json" in [cells[0].strip("`") for cells in rows("Requests")]


def test_no_key_is_without_a_word() -> None:
    empty = [line for line in PAGE.split("## Faults")[0].splitlines() if re.fullmatch(r"\| `\w+` \| +\|", line)]
    assert empty == []


def test_every_fault_is_listed() -> None:
    assert [cells[0].strip("`") for cells in rows("Faults")] == [field.name for field in dataclasses.fields(Faults)]


@pytest.mark.parametrize(
    ("fault", "default", "told"),
    [
        ("storage_message", "`database or disk is full: SQLITE_FULL`", ""),
        ("overloaded", "", "Rate of gateway requests whose calls of an object fail as overloaded."),
        ("bindings", "", "Texts in place of deployed bindings, for objects and requests that begin in this take."),
    ],
)
def test_a_fault_has_its_default_and_what_the_code_says_of_it(fault: str, default: str, told: str) -> None:
    assert [f"`{fault}`", default, told] in rows("Faults")


def test_every_scenario_is_listed_with_its_monitors() -> None:
    found = {cells[0].split("`")[1]: cells[2] for cells in rows("Scenarios that every Worker gets")}
    assert list(found) == [each.name for each in GENERIC]
    assert found["telemetry-missing"] == "`telemetry-gap`"
