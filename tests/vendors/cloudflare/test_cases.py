"""The cases written from the vendor's documents, one file each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.vendors.cloudflare.filter import compile_filter
from firedrill.vendors.cloudflare.output import compile_output
from firedrill.vendors.cloudflare.trace_items import Invocation, Record, Script, Unknowns, record
from firedrill.vendors.cloudflare.truncation import truncate
from firedrill.vendors.errors import FiredrillError

PLACE = "Logpush job 'j'"
CASES = Path(__file__).parent / "cases"


def cases(feature: str) -> pytest.MarkDecorator:
    files = sorted((CASES / feature).glob("*.json"))
    return pytest.mark.parametrize("case", [pytest.param(json.loads(each.read_text()), id=each.stem) for each in files])


def test_every_folder_of_cases_is_run_and_names_its_source() -> None:
    folders = {path.name for path in CASES.iterdir()}
    assert folders == {"record", "truncation", "filter", "filter_errors", "output", "output_errors"}
    for path in CASES.glob("*/*.json"):
        assert json.loads(path.read_text())["source"].startswith("developers.cloudflare.com/"), path


@cases("record")
def test_a_trace_item_becomes_the_record_of_the_case(case: dict[str, Any]) -> None:
    invocation = Invocation(case["item"], wall_ms=case["wall_ms"], returned=case["returned"])
    assert record(invocation, Script("test"), Unknowns(**case["unknowns"])) == case["record"]


@cases("truncation")
def test_a_record_is_truncated_as_in_the_case(case: dict[str, Any]) -> None:
    assert truncate(case["record"], case["limit"]) == case["expected"]


@cases("filter")
def test_a_filter_passes_and_stops_the_records_of_the_case(
    case: dict[str, Any], make_record: Callable[..., Record]
) -> None:
    accepts = compile_filter(json.dumps(case["filter"]), PLACE)
    assert [fields for fields in case["passes"] if not accepts(make_record(**fields))] == []
    assert [fields for fields in case["stops"] if accepts(make_record(**fields))] == []


@cases("filter_errors")
def test_a_filter_is_refused_with_the_text_of_the_case(case: dict[str, Any]) -> None:
    with pytest.raises(FiredrillError) as raised:
        compile_filter(case["filter"], PLACE)
    assert str(raised.value) == case["error"]


@cases("output")
def test_a_batch_has_the_text_of_the_case(case: dict[str, Any]) -> None:
    output = compile_output(case["output_options"], PLACE)
    assert output.render(case["records"]) == case["text"]


@cases("output_errors")
def test_output_options_are_refused_with_the_text_of_the_case(case: dict[str, Any]) -> None:
    with pytest.raises(FiredrillError) as raised:
        compile_output(case["output_options"], PLACE)
    assert str(raised.value) == case["error"]
