"""The template of a string builder, for any texts and any log."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.pipelines import Pipelines, compile_pipelines
from firedrill.vendors.datadog.processors.string_builder import split
from firedrill.vendors.datadog.rules.pipelines import MAX_BUILT
from firedrill.vendors.errors import FiredrillError

PATHS = st.from_regex(r"[a-z$@_][a-zA-Z0-9_-]{0,5}(\.[a-z]{1,4}){0,2}", fullmatch=True)
RAW = st.text(st.characters(exclude_characters="%"), max_size=10)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)


@given(RAW, st.lists(st.tuples(PATHS, RAW), max_size=5))
def test_a_template_is_split_into_the_texts_and_paths_it_was_made_of(first: str, blocks: list[tuple[str, str]]) -> None:
    template = first + "".join(f"%{{{path}}}{raw}" for path, raw in blocks)
    assert split(template, "here") == ([first, *(raw for _, raw in blocks)], [path for path, _ in blocks])


@given(st.text(alphabet="%{}a. ", max_size=16))
def test_any_text_is_a_template_or_a_mistake(template: str) -> None:
    try:
        texts, paths = split(template, "here")
    except FiredrillError as error:
        assert str(error).startswith("here: 'template' is ")  # noqa: PT017 - either outcome is fine
    else:
        assert len(texts) == len(paths) + 1


def builder(*, replace_missing: bool) -> Pipelines:
    spec = {
        "type": "string-builder-processor",
        "is_enabled": True,
        "template": "%{a} %{b.c} %{c}",
        "target": "result",
        "is_replace_missing": replace_missing,
    }
    return compile_pipelines([{"name": "p", "is_enabled": True, "processors": [spec]}])


BUILDERS = st.sampled_from([builder(replace_missing=True), builder(replace_missing=False)])


@given(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), BUILDERS)
def test_the_result_is_a_text_within_the_limit_or_nothing(attributes: dict[str, Any], pipelines: Pipelines) -> None:
    result = pipelines.process(Log(dict(attributes), 0)).attributes.get("result")
    assert result is None or (isinstance(result, str) and len(result) <= MAX_BUILT)
