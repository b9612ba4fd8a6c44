from __future__ import annotations

import pytest

from firedrill.components.telemetry import FIELDS, MAX_LINE, Field


def test_a_field_is_named_in_datadog_below_telemetry() -> None:
    assert next(field for field in FIELDS if field.wire == "op").datadog == "telemetry.op"


def test_each_wire_name_is_used_once() -> None:
    assert len({field.wire for field in FIELDS}) == len(FIELDS)


def test_required_fields_come_first_so_that_they_are_never_left_out() -> None:
    required = [field.required for field in FIELDS]
    assert required == sorted(required, reverse=True)


def test_what_metrics_count_by_always_fits_the_line() -> None:
    wires = [field.wire for field in FIELDS]
    counted = FIELDS[: wires.index("pulse") + 1]
    longest = [max(map(len, field.values), default=field.size or 1) for field in counted]
    assert sum(len(f'"{field.wire}":"",') + length for field, length in zip(counted, longest, strict=True)) < MAX_LINE


def test_what_a_shared_line_counts_always_fits_it() -> None:
    of_object = [field for field in FIELDS if "object" in field.emitters]
    counted = of_object[: [field.wire for field in of_object].index("alike") + 1]
    longest = [max(map(len, field.values), default=field.size or 6) for field in counted]
    assert sum(len(f'"{field.wire}":"",') + length for field, length in zip(counted, longest, strict=True)) < MAX_LINE


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.wire)
def test_a_field_says_what_it_takes(field: Field) -> None:
    assert field.description.endswith(".")
    assert field.cardinality
    assert (field.type == "enum") == bool(field.values)
    assert (field.type in ("hex", "word")) == bool(field.size)
    assert set(field.emitters) <= {"object", "gateway"}
    assert field.default == "" or field.required


def test_a_default_is_a_value_that_the_field_takes() -> None:
    for field in FIELDS:
        assert field.default in ("", *field.values) or field.type == "word"
