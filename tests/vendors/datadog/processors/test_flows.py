"""What a processor says that it reads and writes is what it reads and writes."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.pipelines import compile_pipelines
from firedrill.vendors.datadog.processors import Flow, flow_of, read_options
from tests.vendors.datadog.processors.test_any_log import ATTRIBUTES, OPTIONS

PROCESSORS = [
    {"type": kind, "is_enabled": True, **each}
    for kind, options in OPTIONS.items()
    for each in options
    if kind != "exclude-attribute"  # which only takes away
]
of_each = pytest.mark.parametrize("spec", PROCESSORS, ids=lambda spec: spec["type"])


class Processor:
    """A processor, compiled once."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.flow = flow_of(read_options(spec, ""))
        self.pipelines = compile_pipelines([{"name": "p", "is_enabled": True, "processors": [spec]}])

    def after(self, attributes: Mapping[str, Any]) -> dict[str, str]:
        """The attributes of a log behind it, in a form in which NaN equals itself."""
        log = self.pipelines.process(Log(copy.deepcopy(dict(attributes)), 1_700_000_000_000, message="m"))
        return {name: repr(value) for name, value in log.attributes.items()}


def roots(*facets: frozenset[str]) -> set[str]:
    """The first names of attributes among facets."""
    return {facet[1:].partition(".")[0] for facet in frozenset().union(*facets) if facet.startswith("@")}


@of_each
def test_a_processor_changes_nothing_but_what_its_flow_says(spec: dict[str, Any]) -> None:
    processor = Processor(spec)
    known = roots(*processor.flow)  # of what it reads, a remapper takes its source away

    @settings(max_examples=60)
    @given(ATTRIBUTES)
    def check(attributes: dict[str, Any]) -> None:
        before = {name: repr(value) for name, value in attributes.items()}
        changed = {name.partition(".")[0] for name, _ in processor.after(attributes).items() ^ before.items()}
        assert "" in known or changed <= known

    check()


@of_each
def test_a_processor_does_the_same_without_what_it_does_not_read(spec: dict[str, Any]) -> None:
    processor = Processor(spec)
    known = roots(*processor.flow)

    @settings(max_examples=60)
    @given(ATTRIBUTES)
    def check(attributes: dict[str, Any]) -> None:
        needed = {name: value for name, value in attributes.items() if name.partition(".")[0] in known}
        assert processor.after(needed).items() <= processor.after(attributes).items()

    check()


@pytest.mark.parametrize(
    ("spec", "reads", "writes"),
    [
        (
            {"type": "grok-parser", "source": "line", "grok": {"match_rules": "r %{data:telemetry:json} %{word:w.a}"}},
            {"@line"},
            {"@telemetry", "@w.a"},
        ),
        ({"type": "grok-parser", "grok": {"match_rules": "r %{data::json}"}}, {"@message", "message"}, {"@"}),
        (
            {
                "type": "category-processor",
                "target": "c",
                "categories": [{"name": "x", "filter": {"query": "@a.b:1 e:f -status:error words"}}],
            },
            {"@a.b", "e", "status", "message"},
            {"@c"},
        ),
        (
            {
                "type": "array-map-processor",
                "source": "a",
                "target": "b",
                "processors": [
                    {
                        "type": "string-builder-processor",
                        "template": "%{$sourceElem.x} %{other}",
                        "target": "$targetElem.y",
                    }
                ],
            },
            {"@a", "@other"},
            {"@b"},
        ),
        (
            {
                "type": "attribute-remapper",
                "sources": ["env"],
                "source_type": "tag",
                "target": "region",
                "target_type": "tag",
            },
            {"env"},
            {"region"},
        ),
        (
            {"type": "arithmetic-processor", "expression": "(a.b - 1) / WallTimeMs", "target": "c"},
            {"@a.b", "@WallTimeMs"},
            {"@c"},
        ),
        ({"type": "status-remapper", "sources": ["level"]}, {"@level"}, {"status"}),
        (
            {"type": "array-processor", "operation": {"type": "append", "source": "a", "target": "b"}},
            {"@a", "@b"},
            {"@b"},
        ),
    ],
    ids=lambda value: value.get("type", "") if isinstance(value, dict) else "",
)
def test_a_flow_is_read_from_queries_rules_formulas_and_templates(
    spec: dict[str, Any], reads: set[str], writes: set[str]
) -> None:
    assert flow_of(read_options(spec, "")) == Flow(frozenset(reads), frozenset(writes))
