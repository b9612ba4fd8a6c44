from __future__ import annotations

import re
from pathlib import Path

import pytest

from components.metrics import METRICS, Metric
from components.telemetry import FIELDS, MAX_LINE, Field, javascript_constants

ROOT = Path(__file__).parents[2]


def test_the_workers_constants_are_generated_from_the_contract() -> None:
    committed = (ROOT / "worker/src/contract.mjs").read_text()
    assert committed == javascript_constants(), "worker/src/contract.mjs is out of date, run: make gen"


def test_a_field_is_named_in_datadog_below_telemetry() -> None:
    assert next(field for field in FIELDS if field.wire == "op").datadog == "telemetry.op"


def test_each_wire_name_is_used_once() -> None:
    assert len({field.wire for field in FIELDS}) == len(FIELDS)


def test_required_fields_come_first_so_that_they_are_never_left_out() -> None:
    required = [field.required for field in FIELDS]
    assert required == sorted(required, reverse=True)


def test_what_metrics_group_by_always_fits_the_line() -> None:
    grouped = {attribute.partition("telemetry.")[2] for metric in METRICS for attribute, _ in metric.group_by}
    wires = [field.wire for field in FIELDS]
    last = max(wires.index(wire) for wire in grouped if wire)
    longest = [len(f'"{field.wire}":"{max((*field.values, "1"), key=len)}",') for field in FIELDS[: last + 1]]
    assert sum(longest) < MAX_LINE


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.wire)
def test_a_field_says_what_it_takes(field: Field) -> None:
    assert field.description.endswith(".")
    assert field.cardinality
    assert (field.type == "enum") == bool(field.values)
    assert (field.type in ("hex", "word")) == bool(field.size)
    assert set(field.emitters) <= {"object", "gateway"}


def test_each_metric_key_is_used_once() -> None:
    assert len({metric.key for metric in METRICS}) == len(METRICS)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_a_metric_reads_only_fields_of_the_contract(metric: Metric) -> None:
    text = " ".join((metric.filter, metric.path, *dict(metric.group_by)))
    assert set(re.findall(r"@telemetry\.(\w+)", text)) == set(metric.fields)


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_a_metrics_filter_asks_only_for_values_that_a_field_can_have(metric: Metric) -> None:
    values = {field.wire: {*field.values, "*", *("1" if field.type == "flag" else "")} for field in FIELDS}
    words = {field.wire for field in FIELDS if field.type == "word"}
    for wire, several, one in re.findall(r"@telemetry\.(\w+):(?:\(([^)]*)\)|([\w*]+))", metric.filter):
        assert wire in words or set(several.split(" OR ") if several else [one]) <= values[wire]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_a_metrics_filter_requires_every_attribute_that_it_measures_or_groups_by(metric: Metric) -> None:
    needed = [*dict(metric.group_by), *([metric.path] if metric.path else [])]
    for attribute in needed:
        assert re.search(rf"(^|[ (]){re.escape(attribute)}:", metric.filter), attribute


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_only_distributions_measure(metric: Metric) -> None:
    assert (metric.type == "distribution") == bool(metric.path)
    assert metric.type == "distribution" or not metric.percentiles


def test_the_metric_of_operations_uses_the_fields_in_its_filter() -> None:
    operations = next(metric for metric in METRICS if metric.key == "do.operations")
    assert operations.fields == ("at", "op", "result")
