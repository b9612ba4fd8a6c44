"""What Datadog would refuse, and what the emulator does not know: each with its name, its place and what to change."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.vendors.datadog.pipelines import compile_pipelines
from firedrill.vendors.datadog.processors import kinds
from firedrill.vendors.errors import FiredrillError, Unsupported

PLACE = "pipeline 'p' / processor 1 'x'"
CATEGORY = {"type": "category-processor", "target": "t"}
BUILDER = {"type": "string-builder-processor", "target": "t"}
SELECT = {"type": "select", "source": "s", "target": "t", "value_to_extract": "v"}
REMAP = {"type": "attribute-remapper", "sources": ["a"], "target": "$targetElem.b"}
SCHEMA = {"schema_type": "other", "version": "1", "class_uid": 1, "class_name": "c"}


def refusal(**processor: Any) -> FiredrillError:
    """The error that compiling this processor raises."""
    spec = {"is_enabled": True, "name": "x", **processor}
    with pytest.raises(FiredrillError) as caught:
        compile_pipelines([{"name": "p", "processors": [spec]}])
    return caught.value


def array_map(*processors: dict[str, Any], **options: Any) -> FiredrillError:
    return refusal(type="array-map-processor", source="s", target="t", processors=list(processors), **options)


def unsupported(feature: str, place: str = PLACE) -> str:
    return str(Unsupported(feature, place))


def test_a_disabled_processor_that_cannot_run_is_no_obstacle() -> None:
    spec = {"type": "user-agent-parser", "combine_version_details": True}
    assert compile_pipelines([{"name": "p", "processors": [spec]}])


@pytest.mark.parametrize("options", [{}, {"is_enabled": False}], ids=str)
@pytest.mark.parametrize(
    ("spec", "told"),
    [
        ({"type": "arithmetic-processor", "expression": "((((", "target": "t"}, f"{PLACE}: formula '(((('"),
        ({"type": "grok-parser", "grok": {"match_rules": "rule %{foo"}}, f"{PLACE}: Grok rule 'rule %{{foo'"),
        ({"type": "category-processor", "target": "t", "categories": [{"name": "n", "filter": {"query": "("}}]}, PLACE),
    ],
)
def test_a_disabled_processor_is_read_all_the_same(spec: dict[str, Any], told: str, options: dict[str, Any]) -> None:
    with pytest.raises(FiredrillError) as caught:
        compile_pipelines([{"name": "p", "processors": [{"name": "x", **spec, **options}]}])
    assert str(caught.value).startswith(told)


def test_a_reference_table_is_refused_by_name() -> None:
    error = refusal(type="lookup-processor", source="a", target="b", lookup_enrichment_table="users")
    assert str(error) == unsupported("Reference Table 'users' in a lookup processor")


@pytest.mark.parametrize(
    ("options", "feature"),
    [
        (
            {"type": "url-parser", "normalize_ending_slashes": True},
            "option 'normalize_ending_slashes' (its effect is not documented)",
        ),
        (
            {
                "type": "decoder-processor",
                "source": "a",
                "target": "b",
                "binary_to_text_encoding": "base64",
                "input_representation": "integer",
            },
            "an integer encoded in base64 (the page has integers in base16 only)",
        ),
        (
            {"type": "user-agent-parser", "combine_version_details": True},
            "option 'combine_version_details' (its effect is not documented)",
        ),
        ({"type": "schema-processor", "schema": SCHEMA, "mappers": []}, "schema 'other'"),
    ],
)
def test_an_option_without_documented_behaviour_is_refused_by_name(options: dict[str, Any], feature: str) -> None:
    assert str(refusal(**options)) == unsupported(feature)


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_processor_refuses_an_unknown_option_by_name(kind: str) -> None:
    assert "option 'is_fancy'" in str(refusal(type=kind, is_fancy=True))


def test_an_unknown_processor_is_refused_with_the_known_ones() -> None:
    known = ", ".join(sorted(kinds()))
    assert str(refusal(type="magic")) == f"{PLACE}: 'type' is 'magic'; it should be one of: {known}."


def test_a_missing_option_is_named() -> None:
    assert str(refusal(type="status-remapper")) == f"{PLACE}: sources is missing; allowed: a list of strings."


def test_all_wrong_options_are_reported_at_once() -> None:
    error = refusal(type="attribute-remapper", sources="a", target="t", target_type="metric")
    assert str(error) == (
        f"{PLACE}: sources is 'a'; allowed: a list of strings.\n"
        f"{PLACE}: target_type is 'metric'; allowed: one of attribute, tag."
    )


def test_a_remapper_that_targets_a_name_with_a_colon_is_refused() -> None:
    error = refusal(type="attribute-remapper", sources=["a"], target="b:c")
    assert str(error) == f"{PLACE}: 'target' is 'b:c'; it should hold neither ':' nor ','."


def test_a_reserved_attribute_cannot_be_excluded() -> None:
    error = refusal(type="exclude-attribute", attribute_to_exclude="message")
    assert str(error) == (
        f"{PLACE}: 'attribute_to_exclude' is 'message', a reserved attribute; Datadog cannot exclude these."
    )


def test_a_query_that_cannot_be_read_is_reported_with_its_place() -> None:
    error = refusal(**CATEGORY, categories=[{"name": "a", "filter": {"query": "@a:("}}])
    assert str(error).startswith(f"{PLACE}: ")


@pytest.mark.parametrize("template", ["%{a", "%{}", "x %{a %{b}"])
def test_a_template_with_an_open_block_is_refused(template: str) -> None:
    assert str(refusal(**BUILDER, template=template)) == (
        f"{PLACE}: 'template' is {template!r}; it should hold blocks like %{{attribute.path}}, each closed by '}}'."
    )


@pytest.mark.parametrize(
    ("expression", "column", "found", "expected"),
    [
        ("a +", 4, "the end", "'(', a number or an attribute"),
        ("", 1, "the end", "'(', a number or an attribute"),
        ("a - (b - )", 10, "')'", "'(', a number or an attribute"),
    ],
)
def test_a_formula_that_cannot_be_read_is_refused_with_its_place(
    expression: str, column: int, found: str, expected: str
) -> None:
    assert str(refusal(type="arithmetic-processor", expression=expression, target="t")) == (
        f"{PLACE}: formula {expression!r}, line 1, column {column}: found {found}; expected {expected}."
    )


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ([], "'lookup_table' is empty; add lines of the form 'key,value'."),
        (["alone"], "'lookup_table' holds 'alone'; each line should be 'key,value'."),
        ([f"k,{'v' * 99_999}"], "'lookup_table' has 100001 bytes; Datadog allows 100000."),
    ],
)
def test_a_lookup_table_that_datadog_would_refuse(table: list[str], words: str) -> None:
    assert str(refusal(type="lookup-processor", source="a", target="b", lookup_table=table)) == f"{PLACE}: {words}"


@pytest.mark.parametrize("query", ["word", "k:v AND word", "*:word", "k:v OR NOT word"])
def test_a_filter_of_an_array_has_a_name_before_each_value(query: str) -> None:
    error = refusal(type="array-processor", operation={**SELECT, "filter": query})
    assert "found text without a field name; expected key:value, as an element has no message" in str(error)


def test_a_grok_rule_that_cannot_be_read_is_reported_with_its_place() -> None:
    assert str(refusal(type="grok-parser", grok={"match_rules": "r %{nonsense:a}"})).startswith(PLACE)


def test_an_array_map_runs_only_the_documented_sub_processors() -> None:
    error = array_map({"type": "url-parser", "target": "$targetElem.u"})
    assert str(error) == unsupported("sub-processor 'url-parser'", f"{PLACE} / url-parser")


@pytest.mark.parametrize("option", ["is_enabled", "source_type", "target_type"])
def test_a_sub_processor_has_fewer_options(option: str) -> None:
    error = array_map({**REMAP, option: "x"})
    assert str(error) == unsupported(f"option {option!r} of a sub-processor", f"{PLACE} / attribute-remapper")


def test_a_sub_processor_writes_to_the_target_element_only() -> None:
    assert str(array_map({**REMAP, "target": "b"})) == (
        f"{PLACE} / attribute-remapper: 'target' is 'b'; it should start with $targetElem."
    )


def test_an_array_map_without_sub_processors_is_refused() -> None:
    assert str(array_map()) == f"{PLACE}: 'processors' is empty; add at least one sub-processor."


def test_an_array_mapped_onto_itself_keeps_its_source() -> None:
    error = refusal(type="array-map-processor", source="s", target="s", preserve_source=False, processors=[REMAP])
    assert str(error) == (
        f"{PLACE}: 'preserve_source' is False while 'source' and 'target' are both 's'; it should be true there."
    )


def test_more_samples_than_a_grok_parser_may_have_are_refused() -> None:
    error = refusal(type="grok-parser", source="message", samples=["a"] * 11, grok={"match_rules": "r %{data}"})
    assert str(error) == f"{PLACE}: samples is {['a'] * 11}; allowed: a list of strings, at most 10 entries."
