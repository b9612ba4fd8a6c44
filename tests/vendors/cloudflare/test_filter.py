from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.cloudflare.filter import compile_filter
from firedrill.vendors.cloudflare.rules.fields import FIELDS
from firedrill.vendors.cloudflare.rules.filters import OPERATORS
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.errors import FiredrillError
from tests.cases import load

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
json_values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner))
conditions = st.fixed_dictionaries(
    {
        "key": st.sampled_from(list(FIELDS)) | json_values,
        "operator": st.sampled_from(list(OPERATORS)) | json_values,
        "value": json_values,
    }
)
expressions = st.recursive(
    conditions | json_values,
    lambda inner: st.dictionaries(st.sampled_from(["and", "or", "not"]), st.lists(inner, max_size=3), max_size=1),
    max_leaves=8,
)


def test_an_empty_filter_lets_everything_through(make_record: Callable[..., Record]) -> None:
    assert compile_filter("", "job")(make_record())


def test_every_operator_has_a_case() -> None:
    text = "".join(json.dumps(case.given) for case in load(Path(__file__).parent) if case.group == "filter")
    assert [operator for operator in OPERATORS if f'"operator": "{operator}"' not in text] == []


def test_a_filter_that_is_nested_too_deeply_is_refused() -> None:
    with pytest.raises(FiredrillError, match="which is not JSON"):
        compile_filter("[" * 1000, "job")


@given(expressions)
def test_any_filter_is_compiled_or_refused(where: object) -> None:
    with contextlib.suppress(FiredrillError):
        compile_filter(json.dumps({"where": where}), "job")


@given(st.text())
def test_any_text_is_compiled_or_refused(text: str) -> None:
    with contextlib.suppress(FiredrillError):
        compile_filter(text, "job")
