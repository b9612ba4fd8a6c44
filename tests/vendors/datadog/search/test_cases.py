"""The worked examples of the vendor's pages: one file per case, which names its page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.search import SearchSyntaxError, compile_query, parse, show

CASES = Path(__file__).parent / "cases"
QUERIES = sorted(path for path in CASES.rglob("*.json") if path.parent.name != "errors")
ERRORS = sorted((CASES / "errors").glob("*.json"))


def name(path: Path) -> str:
    return str(path.relative_to(CASES).with_suffix(""))


def read(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text())
    return case


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_a_query_finds_the_documented_logs_and_no_others(path: Path) -> None:
    case = read(path)
    matches = compile_query(case["query"])
    logs = [Log(**{"attributes": {}, "timestamp": 0, **fields}) for fields in case["finds"] + case["misses"]]
    assert [matches(log) for log in logs] == [True] * len(case["finds"]) + [False] * len(case["misses"])


@pytest.mark.parametrize("path", QUERIES, ids=name)
def test_a_query_printed_and_parsed_again_is_the_same(path: Path) -> None:
    node = parse(read(path)["query"])
    assert parse(show(node)) == node


@pytest.mark.parametrize("path", ERRORS, ids=name)
def test_a_query_is_refused_with_its_place_and_the_remedy(path: Path) -> None:
    case = read(path)
    with pytest.raises(SearchSyntaxError) as error:
        compile_query(case["query"], where=case.get("where", "search"))
    assert str(error.value) == case["error"]


def test_every_case_names_its_page() -> None:
    assert [name(path) for path in [*QUERIES, *ERRORS] if not read(path)["page"]] == []
    assert len(QUERIES) > 90
    assert len(ERRORS) > 25
