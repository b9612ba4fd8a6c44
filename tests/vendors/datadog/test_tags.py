"""Tags as Datadog keeps them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.rules.tags import MAX_LENGTH, normalised, values
from firedrill.vendors.datadog.tags import text


@pytest.mark.parametrize(
    ("tag", "kept"),
    [
        ("env:staging:east", "env:staging:east"),
        ("CamelCase:Value", "camelcase:value"),
        ("team name:a,b(c)", "team_name:a_b_c_"),
        ("path:/v1/x.y-z", "path:/v1/x.y-z"),
        ("1_first:x", "first:x"),
        ("tag:", "tag"),
        ("größe:xl", "größe:xl"),
        ("???", ""),
    ],
)
def test_a_tag_is_kept_as_the_tagging_page_says(tag: str, kept: str) -> None:
    assert normalised(tag) == kept


def test_the_values_of_a_key_are_those_that_are_kept() -> None:
    assert values(["env:Prod", "ENV: eu", "env:", "team:a"], "env") == ["prod", "_eu"]


@given(st.text(max_size=400))
def test_a_kept_tag_is_short_lower_case_and_stays_as_it_is(tag: str) -> None:
    kept = normalised(tag)
    assert len(kept) <= MAX_LENGTH
    assert not kept.endswith(":")
    assert normalised(kept) == kept


@pytest.mark.parametrize(("value", "shown"), [(True, "true"), (False, "false"), (12, "12"), (1.5, "1.5"), ("a", "a")])
def test_a_json_scalar_is_shown_as_json_writes_it(value: object, shown: str) -> None:
    assert text(value) == shown
