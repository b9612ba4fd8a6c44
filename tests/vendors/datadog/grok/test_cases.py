"""The worked examples of the vendor's pages and results it publishes.

Given are the `match_rules`, the `support_rules` and a `log` received `at_ms`; expected is the `result`, or the `error`.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from firedrill.vendors.datadog.grok import compile_grok
from firedrill.vendors.datadog.grok.registry import all_filters, all_matchers
from firedrill.vendors.errors import FiredrillError
from tests.cases import Case, each, load

CASES = load(Path(__file__).parent)
RESULTS = [case for case in CASES if not case.refused]
ERRORS = [case for case in CASES if case.refused]


@each(RESULTS)
def test_a_text_gives_the_documented_attributes(case: Case) -> None:
    grok = compile_grok("\n".join(case.given["match_rules"]), "\n".join(case.given.get("support_rules", [])))
    result = grok.parse(case.given["log"], case.given.get("at_ms", 0))
    assert json.dumps(result, sort_keys=True) == json.dumps(case.expected["result"], sort_keys=True)


@each(ERRORS)
def test_a_rule_is_refused_with_its_place_and_the_remedy(case: Case) -> None:
    with pytest.raises(FiredrillError) as error:
        compile_grok("\n".join(case.given["match_rules"]), "\n".join(case.given.get("support_rules", [])))
    assert str(error.value) == case.expected["error"]


def test_there_are_cases() -> None:
    assert len(RESULTS) > 200
    assert len(ERRORS) > 30


def test_every_matcher_and_filter_has_a_case() -> None:
    texts = [" ".join(case.given["match_rules"] + case.given.get("support_rules", [])) for case in RESULTS]
    cased = {word for text in texts for word in all_matchers() if f"%{{{word}" in text}
    assert set(all_matchers()) - cased == set()
    assert {word for word in all_filters() if not any(f":{word}" in text for text in texts)} == set()
