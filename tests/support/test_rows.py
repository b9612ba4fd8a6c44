"""Every row of docs/support.md that says "done" is run through a command, so that no user looks for it in vain."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from firedrill.vendors.datadog.grok.registry import all_filters, all_matchers
from firedrill.vendors.datadog.processors import kinds
from firedrill.vendors.datadog.queries.functions import functions
from tests.cases import TESTS, Case, load
from tests.support.doors import DOORS
from tests.support.rows import ROWS
from tools.pages.support_page import SECTIONS

ROOT = TESTS.parent
DONE = [feature.name for _, features, _ in SECTIONS for feature in features if feature.status == "done"]
FOLDERS = {name: TESTS / "vendors" / "datadog" / name for name in DOORS}
FOLDERS |= {"drill": TESTS / "drill", "standalone": TESTS / "standalone"}
CASES = {f"{folder}/{case.name}": case for folder, path in FOLDERS.items() for case in load(path)}
SMOOTHING = ("ewma", "median", "rollingavg")
GROUPS = 25


def ranked(function: str, keeps: int, highest: bool) -> Case:
    """A case of a function that keeps the highest or lowest groups, which rank alike by every measure."""
    every = range(1, GROUPS + 1)
    kept = every[-keeps:] if highest else every[:keeps]
    series = [{"metric": "m", "kind": "gauge", "tags": [f"group:{n}"], "values": f"{n}x6"} for n in every]
    query = f"max(last_1m):{function}(avg:m{{*}} by {{group}}) > 100"
    given = {"start": "2024-05-01T11:00:00+00:00", "query": query, "series": series, "evaluate": {"at": [60]}}
    values = {f"group:{n}": str(n) if n in kept else "_" for n in every}
    return Case(Path(), function, "", given, {"values": values})


def smoothed(function: str, points: int) -> Case:
    """A case of a function that smooths by its last `points`: a series that rises by one every minute ends lower."""
    length = 60
    last = float(length)
    if function.startswith("ewma"):
        mean, weight = 1.0, 2 / (points + 1)
        for value in range(2, length + 1):
            mean += weight * (value - mean)
        last = mean
    else:
        last -= (points - 1) / 2
    series = [{"metric": "m", "kind": "gauge", "values": f"1+1x{length - 1}", "every_s": 60}]
    query = f"max(last_{length}m):{function}(avg:m{{*}}) > 100"
    at = {"at": [60 * length]}
    given = {"start": "2024-05-01T11:00:00+00:00", "query": query, "series": series, "evaluate": at}
    return Case(Path(), function, "", given, {"values": {"": f"{last}"}})


def named(row: str) -> list[str]:
    """The cases that a row finds by its name: of a matcher, a filter, a processor or a function."""
    what, _, name = row.partition(": ")
    if what == "grok matcher":
        return _first(f"%{{{name}", "grok/matchers/", "grok/dates/", "grok/pipelines/")
    if what == "grok filter":
        return _first(f":{name}", f"grok/filters/{name}/")
    if what == "function":
        return _first(f"{name.removesuffix(')')}", "queries/")
    return [key for key in CASES if key.startswith(f"processors/{row}/") and not key.endswith("_by_switch")][:1]


def _first(text: str, *folders: str) -> list[str]:
    """The first case of one of the folders with the text in what it is given, and with a result."""
    found = (
        key
        for key, case in CASES.items()
        if key.startswith(folders) and not case.refused and text in str(case.given) and case.expected.get("result", 1)
    )
    return list(found)[:1]


def generated(row: str) -> Case | None:
    """The case of a function that stands for a family: which groups it keeps, or by how many points it smooths."""
    if match := re.fullmatch(r"function: ((top|bottom)(\d+)_\w+)\(\)", row):
        return ranked(match[1], int(match[3]), match[2] == "top")
    if match := re.fullmatch(rf"function: ((?:{'|'.join(SMOOTHING)})_(\d+))\(\)", row):
        return smoothed(match[1], int(match[2]))
    return None


def check(proof: str, folder: Path) -> None:
    """Fail unless the proof is there and holds."""
    kind = proof.partition("/")[0]
    if kind == "tests":
        file, _, name = proof.partition("::")
        tests = (node.name for node in ast.parse((ROOT / file).read_text()).body if isinstance(node, ast.FunctionDef))
        assert name in tests, proof
    elif kind in DOORS:
        compared = DOORS[kind](CASES[proof], folder)
        assert compared.found == compared.expected
    else:
        assert proof in CASES  # its own test_cases.py runs it


@pytest.mark.parametrize("row", DONE)
def test_what_is_done_is_done_by_a_command(row: str, tmp_path: Path) -> None:
    case = generated(row)
    proofs = ROWS.get(row) or ([] if case else named(row))
    assert case or proofs, f"nothing runs {row!r} through a command; see tests/support/rows.py"
    if case:
        compared = DOORS["queries"](case, tmp_path)
        assert compared.found == compared.expected
    for number, proof in enumerate(proofs):
        (tmp_path / str(number)).mkdir()
        check(proof, tmp_path / str(number))


def test_every_proof_is_of_a_row_that_says_done() -> None:
    assert set(ROWS) - set(DONE) == set()


def test_every_named_part_is_a_row() -> None:
    parts = [f"grok matcher: {name}" for name in all_matchers()]
    parts += [f"grok filter: {name}" for name, each in all_filters().items() if each.status == "done"]
    parts += [f"function: {name}()" for name, each in functions().items() if each.status == "done"]
    parts += [name for name, each in kinds().items() if each.feature.status == "done"]
    assert set(parts) - set(DONE) == set()


@pytest.mark.parametrize("row", ["a row of nothing", "function: nothing()", "grok matcher: nothing"])
def test_a_row_that_nothing_runs_is_found(row: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="nothing runs"):
        test_what_is_done_is_done_by_a_command(row, tmp_path)


def test_a_case_that_a_command_answers_otherwise_is_found(tmp_path: Path) -> None:
    case = CASES["search/boolean/and"]
    wrong = Case(case.path, case.name, case.page, case.given, {**case.expected, "finds": case.expected["misses"]})
    compared = DOORS["search"](wrong, tmp_path)
    assert compared.found != compared.expected


@pytest.mark.parametrize(
    "proof", ["tests/test_cli.py::test_that_is_not_there", "drill/not-there", "standalone/not-there"]
)
def test_a_proof_that_is_not_there_is_found(proof: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        check(proof, tmp_path)
