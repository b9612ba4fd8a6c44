from __future__ import annotations

import re

import pytest

from firedrill.components.error_categories import (
    CATEGORIES,
    DEFAULT_CATEGORIES,
    ERROR_CATEGORIES,
    RULES,
    ErrorRule,
)
from firedrill.components.telemetry import RESULTS


def test_each_category_is_named_once() -> None:
    assert len(set(ERROR_CATEGORIES)) == len(ERROR_CATEGORIES)


def test_each_category_that_is_raised_has_a_rule() -> None:
    assert {rule.category for rule in RULES} == set(ERROR_CATEGORIES) - {"not_found", "validation"}


def test_each_result_but_success_has_a_category_of_its_own() -> None:
    by_name = {category.name: category for category in CATEGORIES}
    assert {by_name[name].result: name for name in DEFAULT_CATEGORIES.values()}.keys() == set(RESULTS) - {"ok"}
    assert all(by_name[name].result == result for result, name in DEFAULT_CATEGORIES.items())


def test_what_the_caller_did_is_no_error() -> None:
    assert all((category.fault == "caller") == (category.result != "error") for category in CATEGORIES)


@pytest.mark.parametrize("rule", RULES, ids=str)
def test_a_rule_has_one_condition(rule: ErrorRule) -> None:
    conditions = [bool(condition) for condition in (rule.property, rule.name, rule.message, rule.way)]
    assert sum(conditions) == (0 if rule == RULES[-1] else 1)
    assert re.compile(rule.message)
