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
    assert source("message")(Log({"message": "extracted"}, 0, message="hello")) == "extracted"
    assert source("status")(Log({}, 0, status="error")) is None
    assert facet("status")(log) == "error"


@given(ATTRIBUTES, PATHS, st.integers())
def test_what_is_written_is_read(attributes: dict[str, Any], path: str, value: int) -> None:
    setter(path)(attributes, value)
    assert getter(path)(attributes) == value


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


@pytest.mark.parametrize("before", [1, "x", [1], None, {}])
def test_writing_replaces_what_is_no_object_on_the_way(before: object) -> None:
    attributes: dict[str, Any] = {"a": before}
    setter("a.b.c")(attributes, 2)
    assert attributes == {"a": {"b": {"c": 2}}}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("l.0", 1),
        ("l.1.a", 2),
        ("l.1.b.0", 3),
        ("l.9", None),
        ("l.a", None),
        ("l.-1", None),
        ("l.0.0", None),
        ("o.0", 4),
    ],
)
def test_a_number_reads_an_element_of_an_array(path: str, value: object) -> None:
    attributes = {"l": [1, {"a": 2, "b": [3]}], "o": {"0": 4}}
    assert getter(path)(attributes) == value
    assert log_attribute(path)(Log(attributes, 0)) == value


def test_removing_takes_the_objects_that_held_nothing_else() -> None:
    attributes: dict[str, Any] = {"a": {"b": {"c": 1}}, "d": {"e": 2, "f": {}}}
    assert remover("a.b.c")(attributes)
    assert remover("d.e")(attributes)
    assert attributes == {"d": {"f": {}}}
