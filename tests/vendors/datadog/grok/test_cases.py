"""The worked examples of the vendor's pages and results it publishes: one file per case, which names its page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from firedrill.vendors.datadog.grok import compile_grok
from firedrill.vendors.datadog.grok.registry import all_filters, all_matchers
from firedrill.vendors.errors import FiredrillError

CASES = Path(__file__).parent / "cases"
RESULTS = sorted(path for path in CASES.rglob("*.json") if path.parent.name != "errors")
ERRORS = sorted((CASES / "errors").glob("*.json"))


def name(path: Path) -> str:
    return str(path.relative_to(CASES).with_suffix(""))


def read(path: Path) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(path.read_text())
    return case


@pytest.mark.parametrize("path", RESULTS, ids=name)
def test_a_text_gives_the_documented_attributes(path: Path) -> None:
    case = read(path)
    grok = compile_grok("\n".join(case["match_rules"]), "\n".join(case.get("support_rules", [])))
    result = grok.parse(case["log"], case.get("at_ms", 0))
    assert json.dumps(result, sort_keys=True) == json.dumps(case["result"], sort_keys=True)


@pytest.mark.parametrize("path", ERRORS, ids=name)
def test_a_rule_is_refused_with_its_place_and_the_remedy(path: Path) -> None:
    case = read(path)
    with pytest.raises(FiredrillError) as error:
        compile_grok("\n".join(case["match_rules"]), "\n".join(case.get("support_rules", [])))
    assert str(error.value) == case["error"]


def test_every_case_names_its_page() -> None:
    assert [name(path) for path in [*RESULTS, *ERRORS] if not read(path)["page"]] == []
    assert len(RESULTS) > 200
    assert len(ERRORS) > 30


def test_every_matcher_and_filter_has_a_case() -> None:
    texts = [" ".join(read(path)["match_rules"] + read(path).get("support_rules", [])) for path in RESULTS]
    cased = {word for text in texts for word in all_matchers() if f"%{{{word}" in text}
    assert set(all_matchers()) - cased == set()
    assert {word for word in all_filters() if not any(f":{word}" in text for text in texts)} == {"useragent"}
