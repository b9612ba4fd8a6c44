from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from firedrill.cloud.values import UNKNOWN, Secret, has_unknown, redacted, revealed, seal, secret, unseal

_SCALARS = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5)
_PLAIN = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
)
_VALUES = st.recursive(
    _SCALARS | st.builds(Secret, _PLAIN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


def test_a_secret_never_prints_itself() -> None:
    assert f"{Secret('hunter2')} {[Secret('hunter2')]!r}" == "[secret] [[secret]]"


def test_secrets_are_kept_apart_from_what_they_are_in() -> None:
    value = {"a": [1, {"text": Secret("hunter2")}], "b": "plain"}
    assert seal(value) == ({"a": [1, {"text": "[secret]"}], "b": "plain"}, {"/a/1/text": "hunter2"})


@given(_VALUES)
def test_what_was_sealed_unseals_to_the_same(value: Any) -> None:
    sealed, secrets = seal(value)
    assert unseal(sealed, secrets) == value


@given(_VALUES)
def test_what_is_revealed_has_no_secret_left(value: Any) -> None:
    assert seal(revealed(value)) == (revealed(value), {})


def test_an_unknown_value_is_found_inside_a_secret() -> None:
    assert has_unknown({"a": [Secret({"b": UNKNOWN})]})
    assert not has_unknown({"a": [Secret({"b": 1})]})


def test_what_is_unknown_or_a_secret_already_stays_as_it_is() -> None:
    assert secret(UNKNOWN) is UNKNOWN
    assert secret(Secret(1)) == Secret(1)
    assert secret("x") == Secret("x")


def test_a_text_loses_secrets_and_the_credentials_in_their_queries() -> None:
    conf = Secret("datadog://host/logs?header_DD-API-KEY=a%20b&service=shop")
    text = "shop sent 'a b' (a%20b) to datadog://host/logs?header_DD-API-KEY=a%20b&service=shop"
    assert redacted(text, {"conf": conf, "plain": "sent"}) == "shop sent '[secret]' ([secret]) to [secret]"
