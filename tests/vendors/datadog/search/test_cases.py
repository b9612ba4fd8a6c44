"""The worked examples of the vendor's pages.

Given is a `query`, and of a refusal `where` it stands; expected are the logs that it `finds` and `misses`, or the
`error`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.search import SearchSyntaxError, compile_query, parse, show
from tests.cases import Case, each, load

CASES = load(Path(__file__).parent)
QUERIES = [case for case in CASES if not case.refused]
ERRORS = [case for case in CASES if case.refused]


@each(QUERIES)
def test_a_query_finds_the_documented_logs_and_no_others(case: Case) -> None:
    matches = compile_query(case.given["query"])
    finds, misses = (
        [matches(Log(**{"attributes": {}, "timestamp": 0, **fields})) for fields in case.expected[name]]
        for name in ("finds", "misses")
    )
    assert (finds, misses) == ([True] * len(finds), [False] * len(misses))


@each(QUERIES)
def test_a_query_printed_and_parsed_again_is_the_same(case: Case) -> None:
    node = parse(case.given["query"])
    assert parse(show(node)) == node


@each(ERRORS)
def test_a_query_is_refused_with_its_place_and_the_remedy(case: Case) -> None:
    with pytest.raises(SearchSyntaxError) as error:
        compile_query(case.given["query"], where=case.given.get("where", "search"))
    assert str(error.value) == case.expected["error"]


def test_there_are_cases() -> None:
    assert len(QUERIES) > 90
    assert len(ERRORS) > 25
