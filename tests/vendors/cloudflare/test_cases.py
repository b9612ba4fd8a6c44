"""The cases written from the vendor's documents.

A trace `item` becomes a `record`; a `record` is truncated at a `limit`; a `filter` passes and stops records;
`output_options` make the text of a batch; a filter or options are refused with an `error`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from firedrill.vendors.cloudflare.filter import compile_filter
from firedrill.vendors.cloudflare.output import compile_output, line
from firedrill.vendors.cloudflare.trace_items import Invocation, Record, Script, Unknowns, record
from firedrill.vendors.cloudflare.truncation import truncate
from firedrill.vendors.errors import FiredrillError
from tests.cases import Case, each, load

PLACE = "Logpush job 'j'"
CASES = load(Path(__file__).parent)


def cases(group: str) -> pytest.MarkDecorator:
    return each(case for case in CASES if case.group == group)


def test_every_group_of_cases_is_run() -> None:
    groups = {"record", "truncation", "filter", "filter_errors", "output", "output_errors"}
    assert {case.group for case in CASES} == groups


@cases("record")
def test_a_trace_item_becomes_the_record_of_the_case(case: Case) -> None:
    invocation = Invocation(case.given["item"], wall_ms=case.given["wall_ms"], returned=case.given["returned"])
    assert record(invocation, Script("test"), Unknowns(**case.given["unknowns"])) == case.expected["record"]


@cases("truncation")
def test_a_record_is_truncated_as_in_the_case(case: Case) -> None:
    assert truncate(case.given["record"], case.given["limit"]) == case.expected["record"]


@cases("filter")
def test_a_filter_passes_and_stops_the_records_of_the_case(case: Case, make_record: Callable[..., Record]) -> None:
    accepts = compile_filter(json.dumps(case.given["filter"]), PLACE)
    assert [fields for fields in case.expected["passes"] if not accepts(make_record(**fields))] == []
    assert [fields for fields in case.expected["stops"] if accepts(make_record(**fields))] == []


@cases("filter_errors")
def test_a_filter_is_refused_with_the_text_of_the_case(case: Case) -> None:
    with pytest.raises(FiredrillError) as raised:
        compile_filter(case.given["filter"], PLACE)
    assert str(raised.value) == case.expected["error"]


@cases("output")
def test_a_plain_batch_has_the_text_of_the_case(case: Case) -> None:
    output = compile_output(case.given["output_options"], PLACE)
    assert output.is_plain
    assert "".join(line(output.select(record)) for record in case.given["records"]) == case.expected["text"]


@cases("output_errors")
def test_output_options_are_refused_with_the_text_of_the_case(case: Case) -> None:
    with pytest.raises(FiredrillError) as raised:
        compile_output(case.given["output_options"], PLACE)
    assert str(raised.value) == case.expected["error"]
