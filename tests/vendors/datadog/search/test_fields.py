"""Where a term looks, at every depth: the quick ways to a value find what a walk to all values finds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.search import compile_query

SCALARS = st.none() | st.booleans() | st.sampled_from([0, 1, 1.0, "x", "1", "true"])
NAMES = st.sampled_from(["a", "b", "c", "a.b", "b.c", "a.b.c"])
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)
ATTRIBUTES = st.dictionaries(NAMES, VALUES, max_size=4)
PATHS = ("a", "a.b", "a.b.c")
FINDS = {
    query: compile_query(query)
    for path in PATHS
    for query in (f"@{path}:{value}" for value in ("*", "x", "1", "true", "(x OR 1 OR true)", "(x OR 1 OR tr*)"))
}


def all_values(value: Any, path: str) -> Iterator[Any]:
    if isinstance(value, list):
        for element in value:
            yield from all_values(element, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if path == name or path.startswith(f"{name}."):
                yield from all_values(inner, path[len(name) + 1 :])


@pytest.mark.parametrize("path", PATHS)
@given(attributes=ATTRIBUTES)
def test_an_attribute_exists_where_any_value_does(path: str, attributes: dict[str, Any]) -> None:
    values = [value for value in all_values(attributes, path) if value is not None]
    assert FINDS[f"@{path}:*"](Log(attributes, 0)) == bool(values)


@pytest.mark.parametrize("path", PATHS)
@given(attributes=ATTRIBUTES)
def test_alternatives_find_what_each_of_them_finds(path: str, attributes: dict[str, Any]) -> None:
    log = Log(attributes, 0)
    each = [FINDS[f"@{path}:{value}"](log) for value in ("x", "1", "true")]
    assert FINDS[f"@{path}:(x OR 1 OR true)"](log) == any(each)
    assert FINDS[f"@{path}:(x OR 1 OR tr*)"](log) == any(each)


@given(st.lists(st.sampled_from(["env:a", "env:ab", "env", "a"])))
def test_a_tag_is_compared_whole(tags: list[str]) -> None:
    log = Log({}, 0, tags=tags)
    assert compile_query("env:a")(log) == ("env:a" in tags)
    assert compile_query("env:a?")(log) == ("env:ab" in tags)
