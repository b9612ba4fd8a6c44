"""JSON read quickly: as Python reads it, or left to Python."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog import quick_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def read(text: str) -> Any:
    return quick_json.read(text, json.loads)


@given(VALUES, st.booleans())
def test_a_value_is_read_as_python_reads_it(value: Any, ascii_only: bool) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only)
    assert json.dumps(read(text)) == json.dumps(json.loads(text)), "in the same order, numbers of the same types"


@pytest.mark.parametrize("depth", [101, 1000, 1020])
def test_an_object_that_is_nested_too_deeply_is_left_to_who_reads_with_care(depth: int) -> None:
    text = b'{"a":' * depth + b"1" + b"}" * depth
    assert quick_json.object_of(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "-0",
        "-0.0",
        "18446744073709551616",
        "1e400",
        "NaN",
        r'"\ud800"',
        '{"a":1,"b":2,"a":3}',
        f"{'[' * 900}{']' * 900}",
    ],
)
def test_what_readers_differ_on_is_read_as_python_reads_it(text: str) -> None:
    assert json.dumps(read(text)) == json.dumps(json.loads(text))
