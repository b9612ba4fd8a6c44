"""What no match of a regular expression ends with: never wrong, and known for rules as web servers have them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.grok import compile_grok
from firedrill.vendors.datadog.grok.endings import never_last
from firedrill.vendors.datadog.grok.errors import BadArguments
from firedrill.vendors.datadog.grok.tokens import CHARACTERS, compile_regex

PIECES = ["a", "B", "[^A]", "[ab]", ".", r"\S", r"\w", r"\b", r"\.", r"\x41", "(?P<g>a)", "(?P=g)", "(?=a)", "{}", "$"]
REGEX = st.recursive(
    st.sampled_from(PIECES),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map("".join),
        st.tuples(inner, inner).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{0}", "{,1}", "{1,2}", "+?", "*+"])).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
        inner.map(lambda one: f"(?i:{one})"),
    ),
    max_leaves=6,
)


@given(REGEX, st.text("aAbB. 1{}é", max_size=4))
def test_no_match_ends_with_what_is_never_last(regex: str, text: str) -> None:
    try:
        match = compile_regex(regex, re.DOTALL).fullmatch
    except BadArguments:
        return
    if match(text):
        assert text[-1:] not in never_last(regex)


@pytest.mark.parametrize(
    ("regex", "last"),
    [
        ("ab?c*", "ABCabc"),
        ("(?:a|b-)$", "Aa-"),
        (r"x (?>(?P<v8>[+-]?\d)|-)(?=y|\Z)", "0123456789-"),
        ("a{0}b{0,3}c{1,}", "Cc"),
        ("", ""),
    ],
)
def test_what_a_match_can_end_with_is_known(regex: str, last: str) -> None:
    assert CHARACTERS - never_last(regex) == set(last)


def test_a_rule_that_is_the_beginning_of_the_next_one_leaves_its_text_to_it() -> None:
    grok = compile_grok('common %{word:a} %{integer:n}\ncombined %{common} "%{data:b}"')
    assert grok.parse("x 1") == {"a": "x", "n": 1}
    assert grok.parse('x 1 "y"') == {"a": "x", "n": 1, "b": "y"}
