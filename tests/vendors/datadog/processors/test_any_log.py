"""Whatever a log holds, no processor breaks on it, and nested objects that others may hold are never changed."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import compile_metrics
from firedrill.vendors.datadog.pipelines import compile_pipelines
from firedrill.vendors.datadog.processors import kinds

COMMON = {"sources": ["a", "b.c"], "source": "a", "target": "c.d"}
SUB = {"type": "arithmetic-processor", "expression": "$sourceElem.b * 2", "target": "$targetElem.c"}
SELECT = {"type": "select", "source": "a", "target": "c", "filter": "b:1", "value_to_extract": "c"}
SCHEMA = {"schema_type": "ocsf", "version": "1", "class_uid": 3002, "class_name": "c"}
MAPPER = {"type": "schema-remapper", "name": "m", "sources": ["a"], "target": "ocsf.a"}
OPTIONS: dict[str, list[dict[str, Any]]] = {
    "arithmetic-processor": [{"expression": "a + b.c / a - 1", "target": "c.d"}],
    "array-processor": [
        {"operation": SELECT},
        {"operation": {"type": "length", "source": "a", "target": "c"}},
        {"operation": {"type": "append", "source": "b.c", "target": "a", "preserve_source": False}},
        {"operation": {"type": "key-value", "source": "a", "key_to_extract": "b", "value_to_extract": "c"}},
    ],
    "array-map-processor": [{"source": "a", "target": "c.d", "processors": [SUB]}],
    "attribute-remapper": [
        {"sources": ["a", "b.c"], "target": "c.d", "target_format": format_}
        for format_ in ("integer", "double", "string")
    ]
    + [{"sources": ["a"], "target": "t", "target_type": "tag"}],
    "category-processor": [
        {"target": "c", "categories": [{"name": "x", "filter": {"query": "@a:[1 TO 5] OR @b.c:x*"}}]}
    ],
    "decoder-processor": [
        {"source": "a", "target": "c", "binary_to_text_encoding": encoding, "input_representation": "utf_8"}
        for encoding in ("base64", "base16")
    ]
    + [{"source": "a", "target": "c", "binary_to_text_encoding": "base16", "input_representation": "integer"}],
    "exclude-attribute": [{"attribute_to_exclude": "b.c"}],
    "geo-ip-parser": [{"sources": ["a", "b.c"], "target": "c.d"}],
    "grok-parser": [{"source": "a", "grok": {"match_rules": "r %{integer:c.d} %{data:e:json}"}}],
    "lookup-processor": [{"source": "a", "target": "c", "lookup_table": ["1,one"], "default_lookup": "other"}],
    "schema-processor": [{"name": "s", "schema": SCHEMA, "mappers": [MAPPER]}],
    "string-builder-processor": [{"template": "%{a} %{b.c}", "target": "c", "is_replace_missing": True}],
    "user-agent-parser": [{"sources": ["a"], "target": "c", "is_encoded": True}],
    "url-parser": [{"sources": ["a"], "target": "c"}],
    **{
        f"{name}-remapper": [{"sources": ["a", "b.c"]}]
        for name in ("date", "message", "service", "span-id", "status", "trace-id")
    },
}
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(10**400)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["9" * 5000, "1e999", "0xf_f", "2024-01-01", "12 {}", "http://[", "YQ=="])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["b", "c", "b.c"]), inner, max_size=3),
    max_leaves=10,
)
ATTRIBUTES = st.dictionaries(st.sampled_from(["a", "b", "c", "b.c"]), VALUES, max_size=4)
PIPELINES = [
    compile_pipelines(
        [{"name": "p", "is_enabled": True, "processors": [{"type": kind, "is_enabled": True, **options}]}]
    )
    for kind, all_options in OPTIONS.items()
    for options in all_options
]
METRICS = compile_metrics(
    [
        {
            "id": "m",
            "compute": {"aggregation_type": "distribution", "path": "@a"},
            "group_by": [{"path": "@b.c"}, {"path": "@c"}],
        }
    ]
)


def test_every_processor_takes_part() -> None:
    assert set(OPTIONS) == set(kinds())


@given(ATTRIBUTES)
def test_no_log_breaks_a_processor_or_a_metric(attributes: dict[str, Any]) -> None:
    inside = copy.deepcopy(attributes)
    for pipelines in PIPELINES:
        log = Log(dict(attributes), 1_700_000_000_000, message="m")
        pipelines.process(log)
        METRICS.points(log, log.timestamp)
    assert repr(attributes) == repr(inside)
