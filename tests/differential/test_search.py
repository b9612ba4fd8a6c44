"""Search against VRL's match_datadog_query over every pair of a query and an event: where they differ, why is listed.

Forms that VRL does not have are left out: `?`, CIDR, full text and arrays.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.search import compile_query

GRID = json.loads((Path(__file__).parent / "search.json").read_text())
TERMS: list[str] = GRID["terms"]
EVENTS: list[dict[str, Any]] = GRID["events"]
TWO = list(product(TERMS, TERMS))
COMBINED = [
    *((f"({one}) ({other})", one, other) for one, other in TWO[::73]),
    *((f"({one}) OR ({other})", one, other) for one, other in TWO[5::79]),
    *((f"NOT (({one}) AND ({other}))", one, other) for one, other in TWO[11::83]),
    *((f"(({one}) OR ({other})) AND -(({one}) ({other}))", one, other) for one, other in TWO[17::89]),
]
RESERVED = ("message", "service", "source", "status", "host", "tags")

# Each pair of a term and an event on which the two differ, and why; where the pages speak, they decide.
REASONS: dict[str, Callable[[str, dict[str, Any]], bool]] = {
    "the page: free text is in any case; VRL's is case sensitive": lambda term, event: (
        event.get("message", "") != event.get("message", "").lower() and '"' not in term
    ),
    'the page: "hello world" finds hello-world and "Hello, world"; VRL looks for the very text': lambda term, event: (
        term == '"hello world"' and "message" in event
    ),
    "the page: comparisons are numerical; VRL compares texts, booleans and objects too": lambda term, event: (
        any(sign in term for sign in (":<", ":>", ":[", ":{")) and isinstance(event.get("a"), str | bool | dict)
    ),
    "null is absent, as the page's `-@a:*` for a log without the attribute; in VRL it is present": lambda term, event: (
        "a" in event and event["a"] is None
    ),
    "the page: tags:env* searches tags with a wildcard; VRL takes the asterisk as a character": lambda term, event: (
        term == "tags:lon*"
    ),
    "a tag without a value has no key (github.com/vectordotdev/vector/pull/7633); VRL finds it": lambda term, event: (
        term == "_exists_:env" and event.get("tags") == ["env"]
    ),
}

# Combinations without parentheses that the two read differently: the query, the event, what VRL finds, and why.
MIXTURES = [
    (
        "hello world",
        {"message": "world hello"},
        False,
        "the page: the message holds both words, in any order; VRL joins words to a phrase",
    ),
    (
        "@a:1 OR @b:1 AND @c:1",
        {"a": 1},
        False,
        "the page: OR is a union; VRL reads mixtures as Lucene does, where each AND makes its two sides mandatory",
    ),
    (
        "@a:1 OR -@b:1",
        {},
        False,
        "the page: OR is a union; VRL reads an exclusion in a mixture as Lucene does, as true for the whole query",
    ),
]


def as_log(event: dict[str, Any]) -> Log:
    fields = {name: event[name] for name in RESERVED if name in event}
    return Log({name: value for name, value in event.items() if name not in RESERVED}, 0, **fields)


def differences(query: str, vrl: Callable[[str, dict[str, Any]], Any]) -> set[int]:
    """The indices of the events on which the two disagree."""
    matches = compile_query(query)
    program = f".out = match_datadog_query(., {json.dumps(query)})"
    return {index for index, event in enumerate(EVENTS) if matches(as_log(event)) != vrl(program, event)["out"]}


def test_search_and_vrl_differ_only_for_a_listed_reason(vrl: Callable[[str, dict[str, Any]], Any]) -> None:
    differing = {term: differences(term, vrl) for term in TERMS}
    found: Counter[str] = Counter()
    for term, indices in differing.items():
        for event in (EVENTS[index] for index in indices):
            reasons = [reason for reason, applies in REASONS.items() if applies(term, event)]
            found[reasons[0] if reasons else f"no reason for {term!r} on {event!r}"] += 1
    unexplained = [
        (query, EVENTS[index])
        for query, one, other in COMBINED
        for index in differences(query, vrl) - differing[one] - differing[other]
    ]
    assert (len(TERMS) + len(COMBINED)) * len(EVENTS) > 5_000
    assert set(found) == set(REASONS)
    assert found.total() < len(TERMS) * len(EVENTS) / 30
    assert unexplained == []


@pytest.mark.parametrize(("query", "event", "theirs", "why"), MIXTURES, ids=[query for query, *_ in MIXTURES])
def test_mixtures_without_parentheses_differ_as_listed(
    query: str, event: dict[str, Any], theirs: bool, why: str, vrl: Callable[[str, dict[str, Any]], Any]
) -> None:
    assert vrl(f".out = match_datadog_query(., {json.dumps(query)})", event)["out"] is theirs, why
    assert compile_query(query)(as_log(event)) is not theirs, why
