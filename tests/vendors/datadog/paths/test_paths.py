"""Reading, writing and removing attributes by their paths."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import facet, getter, log_attribute, merge, remover, setter, source

NAMES = st.sampled_from(["a", "b", "c", "d"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(".".join)
VALUES = st.recursive(
    st.integers() | st.text(max_size=3), lambda inner: st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
ATTRIBUTES = st.dictionaries(NAMES, VALUES, max_size=4)


@pytest.mark.parametrize(
    ("path", "value"),
    [("a", {"b": {"c": 1}}), ("a.b", {"c": 1}), ("a.b.c", 1), ("d.e", 2), ("f.g.h", 3), ("a.x", None), ("n", None)],
)
def test_a_path_finds_nested_and_dotted_names(path: str, value: object) -> None:
    attributes = {"a": {"b": {"c": 1}}, "d.e": 2, "f": {"g.h": 3}, "n": None}
    assert getter(path)(attributes) == value
    assert log_attribute(path)(Log(attributes, 0)) == value


def test_the_nested_name_comes_before_the_dotted_one() -> None:
    assert getter("a.b")({"a.b": 1, "a": {"b": 2}}) == 2


def test_a_facet_is_an_attribute_a_reserved_attribute_or_a_tag() -> None:
    log = Log({"a": {"b": 1}}, 0, service="shop", tags=["env:dev", "team:a", "team:b", "service:tag", "env"])
    read = [facet(path)(log) for path in ("@a.b", "@env", "service", "env", "team", "a.b")]
    assert read == [1, None, "shop", "dev", ["a", "b"], None]


def test_a_source_may_be_a_reserved_attribute_of_the_log() -> None:
    log = Log({"status": "own"}, 0, message="hello", service="shop", status="error")
    assert [source(path)(log) for path in ("message", "service", "status", "host")] == ["hello", "shop", "own", None]


@given(ATTRIBUTES, PATHS, st.integers())
def test_what_is_written_is_read_and_what_cannot_be_written_changes_nothing(
    attributes: dict[str, Any], path: str, value: int
) -> None:
    before = copy.deepcopy(attributes)
    if setter(path)(attributes, value):
        assert getter(path)(attributes) == value
    else:
        assert attributes == before


@given(ATTRIBUTES, PATHS)
def test_what_is_removed_is_absent(attributes: dict[str, Any], path: str) -> None:
    present = getter(path)(attributes) is not None
    assert remover(path)(attributes) is present
    assert getter(path)(attributes) is None


@given(ATTRIBUTES, ATTRIBUTES, PATHS)
def test_objects_are_never_changed_in_place(attributes: dict[str, Any], found: dict[str, Any], path: str) -> None:
    snapshot, inside = dict(attributes), copy.deepcopy(attributes)
    setter(path)(attributes, 0)
    remover(path)(attributes)
    merge(attributes, found)
    assert snapshot == inside


def test_merging_keeps_what_the_other_object_lacks() -> None:
    attributes = {"http": {"url": "/", "method": "GET"}, "a": 1}
    merge(attributes, {"http": {"method": "POST", "status": 200}, "b": {"c": 2}})
    assert attributes == {"http": {"url": "/", "method": "POST", "status": 200}, "a": 1, "b": {"c": 2}}


def test_writing_does_not_replace_a_value_by_an_object() -> None:
    attributes: dict[str, Any] = {"a": 1}
    assert not setter("a.b")(attributes, 2)
    assert attributes == {"a": 1}
