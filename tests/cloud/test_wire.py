from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st
from pulumi.runtime import rpc

from firedrill.cloud.values import UNKNOWN, Secret
from firedrill.cloud.wire import decode, encode
from firedrill.vendors.errors import Unsupported

_LEAVES = st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5) | st.just(UNKNOWN)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3) | st.builds(Secret, inner)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=4), _VALUES, max_size=4))
def test_properties_come_back_as_they_were_sent(properties: dict[str, Any]) -> None:
    assert decode(encode(properties)) == properties


def test_a_secret_is_marked_as_the_engine_marks_it() -> None:
    sent = MessageToDict(encode({"text": Secret("x")}))
    assert sent == {"text": {rpc._special_sig_key: rpc._special_secret_sig, "value": "x"}}


def test_what_a_preview_does_not_know_is_sent_as_the_engine_sends_it() -> None:
    assert MessageToDict(encode({"id": UNKNOWN})) == {"id": rpc.UNKNOWN}


def test_nulls_count_as_absent_and_whole_numbers_as_integers() -> None:
    assert repr(decode(encode({"a": None, "b": 60.0, "c": 0.5}))) == "{'b': 60, 'c': 0.5}"


def test_an_asset_is_refused() -> None:
    asset = encode({"content": {rpc._special_sig_key: rpc._special_asset_sig, "text": "x"}})
    with pytest.raises(Unsupported) as refused:
        decode(asset)
    assert str(refused.value) == (
        "local cloud: an asset, an archive or a reference to a resource as an input is not supported by the emulator;"
        " see docs/support.md for what is."
    )
