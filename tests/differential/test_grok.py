"""Grok against VRL's parse_groks over every pair of a rule and a text: where they differ, the reason is listed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

from firedrill.vendors.datadog.grok import compile_grok

GRID = json.loads((Path(__file__).parent / "grok.json").read_text())
PAIRS = [*product(GRID["rules"], GRID["texts"]), *product(GRID["date_rules"], GRID["dates"])]

BARE_ARRAY = "a text without brackets is an array of its parts, as in Datadog's own results for Zscaler; VRL refuses it"
# Each pair on which the two differ, and why; where the page speaks, it decides.
REASONS: dict[str, Callable[[str, str], bool]] = {
    "the page: a word is of the characters a-z, A-Z, 0-9 and _; VRL takes any letter": lambda rule, text: (
        "word" in rule and text == "été"
    ),
    "no JSON or attribute can hold an infinite number; VRL extracts one": lambda rule, text: (
        text == "1e400" and any(name in rule for name in ("numberExt:", "data:x:number", "scale"))
    ),
    "an integer is a whole number of 64 bits; VRL cuts the fraction or takes the largest integer": lambda rule, text: (
        "integerExt:" in rule and text in ("1e-2", "1e400", "99999999999999999999")
    ),
    "a double in VRL's JSON, an exact integer here": lambda rule, text: (
        ":json" in rule and text == "99999999999999999999"
    ),
    "the page: empty values are not displayed; VRL keeps an empty text or array": lambda rule, text: (
        (":json" in rule and text in ('""', "[]"))
        or ("array" in rule and text == "[]")
        or ("querystring" in rule and text == "=1")
    ),
    "query strings stay encoded, as in Datadog's own results for nginx; VRL decodes them": lambda rule, text: (
        "querystring" in rule and "%20" in text
    ),
    "an array ends at the closing character that ends the text; VRL ends it at the first": lambda rule, text: (
        "array" in rule and text == '{"a":{"b":[1,null]}}'
    ),
    "VRL counts bytes as characters": lambda rule, text: 'array("","-")' in rule and text == "été",
    "Java's calendar, which the page's formats are of, has no year 0": lambda rule, text: text == "0000-01-01",
    "Java's clock has no second 60": lambda rule, text: text == "2007-08-31 19:22:60",
    "a name that is no month does not match; in VRL it matches and gives nothing": lambda rule, text: "Foo" in text,
    "four letters are a full name; VRL takes an abbreviation too": lambda rule, text: text == "16 Jun 2016",
    "a wrong day of the week is no date; VRL falls back to the time of day in 1970": lambda rule, text: (
        text == "Fri Jun 16 08:29:03 2016"
    ),
    "an extracted text is trimmed, as in Datadog's own results; VRL keeps its spaces": lambda rule, text: (
        "data:x" in rule and (text.endswith((" ", "%20")))
    ),
    BARE_ARRAY: lambda rule, text: "array" in rule,
}


def test_grok_and_vrl_differ_only_for_a_listed_reason(
    vrl: Callable[[str, dict[str, Any]], Any], plain: Callable[[Any], str]
) -> None:
    groks = {rule: compile_grok(f"rule {rule}") for rule in GRID["rules"] + GRID["date_rules"]}
    found: Counter[str] = Counter()
    for rule, text in PAIRS:
        event = vrl(f".out, .error = parse_groks(.text, patterns: [{json.dumps(rule)}])", {"text": text})
        theirs = event["out"] if event["error"] is None else None
        if plain(groks[rule].parse(text)) != plain(theirs):
            reasons = [reason for reason, applies in REASONS.items() if applies(rule, text)]
            found[reasons[0] if reasons else f"no reason for {rule!r} on {text!r}: VRL gives {theirs!r}"] += 1
    assert len(PAIRS) > 5_000
    assert set(found) == set(REASONS)
    assert found.total() - found[BARE_ARRAY] < len(PAIRS) / 100
