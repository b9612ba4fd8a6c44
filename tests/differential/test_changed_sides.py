"""What was corrected by Datadog's published results, and so changed sides against VRL: each pair, with the reason.

`changed_sides.json` lists every pair of the grids on which grok or search came to another agreement with VRL than
before these corrections: `agrees` says on which side it is now.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from firedrill.vendors.datadog.grok import compile_grok
from firedrill.vendors.datadog.search import compile_query
from tests.differential.test_search import as_log

CHANGED: list[dict[str, Any]] = json.loads((Path(__file__).parent / "changed_sides.json").read_text())
Vrl = Callable[[str, Mapping[str, Any]], Any]


@pytest.mark.parametrize("each", CHANGED, ids=[each["reason"][:40] for each in CHANGED])
def test_each_pair_is_on_the_side_that_it_changed_to(
    each: dict[str, Any], vrl: Vrl, plain: Callable[[Any], str]
) -> None:
    side = _grok if each["language"] == "grok" else _search
    wrong = [
        (rule, against)
        for rule, several in each["pairs"].items()
        for against in several
        if side(rule, against, vrl, plain) is not each["agrees"]
    ]
    assert each["pairs"]
    assert wrong == []


def _grok(rule: str, text: str, vrl: Vrl, plain: Callable[[Any], str]) -> bool:
    event = vrl(f".out, .error = parse_groks(.text, patterns: [{json.dumps(rule)}])", {"text": text})
    theirs = event["out"] if event["error"] is None else None
    return plain(compile_grok(f"rule {rule}").parse(text)) == plain(theirs)


def _search(query: str, event: dict[str, Any], vrl: Vrl, plain: Callable[[Any], str]) -> bool:
    theirs = vrl(f".out = match_datadog_query(., {json.dumps(query)})", event)["out"]
    return plain(compile_query(query)(as_log(event))) == plain(theirs)
