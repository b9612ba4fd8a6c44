"""The line is short and readable whatever it is made from."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firedrill.components.telemetry import ERROR_CATEGORIES, FIELDS, MAX_LINE, SCHEMA_VERSION, Field

pytestmark = pytest.mark.workerd

WIRES = [field.wire for field in FIELDS]

# Revived by tests/worker/modules/unit.mjs to what JSON cannot say.
strange = st.sampled_from(["NaN", "Infinity", "undefined", "bigint", "symbol", "function", "date", "nothing"]).map(
    lambda name: {"strange": name}
)
text = st.text(st.characters(codec=None), max_size=400)
hexes = st.text("0123456789abcdef", min_size=11, max_size=17)
numbers = st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
listed = st.sampled_from([value for field in FIELDS for value in field.values])
anything = st.one_of(st.none(), st.booleans(), numbers, text, listed, hexes, strange, st.lists(text, max_size=2))
events = st.dictionaries(st.sampled_from(WIRES), anything) | st.dictionaries(text, anything, max_size=5)


def written(workerd: Any, *cases: Any) -> list[str]:
    response = workerd.send("unit", "POST", "/line", list(cases))
    lines: list[str] = response.json
    return lines


def fits(field: Field, value: Any) -> bool:
    match field.type:
        case "enum":
            return value in field.values
        case "flag":
            return bool(value == 1)
        case "integer":
            return isinstance(value, int) and 0 <= value < 2**53
        case "hex":
            return bool(re.fullmatch(f"[0-9a-f]{{{field.size}}}", value))
        case "word":
            return bool(re.fullmatch(rf"[A-Za-z0-9_.]{{1,{field.size}}}", value))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(batch=st.lists(events, min_size=20, max_size=60))
def test_any_event_makes_a_short_line_that_keeps_the_contract(workerd: Any, batch: list[dict[str, Any]]) -> None:
    for event, line in zip(batch, written(workerd, *batch), strict=True):
        assert len(line) <= MAX_LINE, event
        assert line.isascii(), event
        telemetry = json.loads(line)
        assert list(telemetry) == [wire for wire in WIRES if wire in telemetry], "fields are in wire order"
        failed = telemetry["result"] != "ok"
        required = {field.wire for field in FIELDS if field.required and (field.wire != "error" or failed)}
        assert required <= set(telemetry), event
        assert ("error" in telemetry) == failed
        for field in FIELDS:
            assert field.wire not in telemetry or fits(field, telemetry[field.wire]), (field.wire, event)
        assert telemetry["v"] == SCHEMA_VERSION


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(batch=st.lists(st.dictionaries(st.sampled_from(["op", "result", "class"]), st.sampled_from(["ok", "miss"]))))
def test_a_line_says_what_its_own_event_does_whatever_was_written_before(workerd: Any, batch: list[Any]) -> None:
    for event, line in zip(batch, written(workerd, *batch), strict=True):
        told = json.loads(line)
        wanted = (event.get("op", "unknown"), event.get("result", "error"), event.get("class"))
        assert (told["op"], told["result"], told.get("class")) == wanted


@pytest.mark.parametrize("event", [7, "text", [], True])
def test_what_is_not_an_event_still_makes_a_line(workerd: Any, event: Any) -> None:
    (line,) = written(workerd, event)
    assert json.loads(line) == {
        "v": SCHEMA_VERSION,
        "at": "gateway",
        "op": "unknown",
        "result": "error",
        "error": "code",
    }


def longest(emitter: str, **sizes: int) -> dict[str, Any]:
    """An event with every field that the emitter writes, counts as large as they can be in practice."""
    values: dict[str, Any] = {field.wire: 99_999 for field in FIELDS if field.type == "integer"}
    values |= {"status": 500, "attempts": 9, "calls": 999, "retry": 6, "lost": 999}
    values["bytes"] = 10 * 2**30  # the most that an object can hold
    for field in FIELDS:
        if field.type == "enum":
            values[field.wire] = max(field.values, key=len)
        elif field.type == "flag":
            values[field.wire] = 1
        elif field.size:
            values[field.wire] = "a" * sizes.get(field.wire, field.size)
    written_by = {field.wire: values[field.wire] for field in FIELDS if emitter in field.emitters and field.wire != "v"}
    return {**written_by, "at": emitter, "result": "rejected"}


USUAL = {"op": 8, "class": 20, "name": 10}


def kept(workerd: Any, event: dict[str, Any]) -> set[str]:
    (line,) = written(workerd, event)
    return set(json.loads(line)) - {"v"}


def test_a_line_of_the_gateway_has_room_for_all_but_the_id_of_the_request(workerd: Any) -> None:
    event = longest("gateway", **USUAL)
    assert set(event) - kept(workerd, event) <= {"request", "name"}


def test_a_line_of_the_object_without_a_clean_up_has_room_for_its_id(workerd: Any) -> None:
    event = longest("object", **USUAL) | {
        "result": "ok",
        "trigger": None,
        "removed": None,
        "lost": None,
        "outcome": None,
    }
    event |= {"retry": None, "lag": None}
    assert "id" in kept(workerd, event)


@pytest.mark.parametrize("emitter", ["object", "gateway"])
def test_the_longest_names_leave_room_for_all_that_metrics_count_by(workerd: Any, emitter: str) -> None:
    event = longest(emitter)
    counted = set(WIRES[: WIRES.index("pulse") + 1]) & set(event)
    assert counted <= kept(workerd, event)


def test_fields_that_do_not_fit_are_left_out_from_the_end(workerd: Any) -> None:
    event = longest("gateway") | longest("object")
    (line,) = written(workerd, event)
    wires = list(json.loads(line))
    assert wires == WIRES[: len(wires)]
    assert len(wires) < len(WIRES)


def test_a_line_may_be_as_long_as_the_limit_and_no_longer(workerd: Any) -> None:
    events = [longest("object", op=length) for length in range(1, 33)]
    assert max(map(len, written(workerd, *events))) == MAX_LINE


@pytest.mark.parametrize(("result", "category"), [("miss", "not_found"), ("rejected", "validation"), ("error", "code")])
def test_what_failed_without_a_category_has_the_one_of_its_result(workerd: Any, result: str, category: str) -> None:
    (line,) = written(workerd, {"at": "object", "op": "store", "result": result})
    assert json.loads(line)["error"] == category


@pytest.mark.parametrize("category", ERROR_CATEGORIES)
def test_a_success_has_no_error(workerd: Any, category: str) -> None:
    (line,) = written(workerd, {"at": "object", "op": "store", "result": "ok", "error": category})
    assert "error" not in json.loads(line)


def test_numbers_that_are_not_counts_are_left_out(workerd: Any) -> None:
    event = {"at": "object", "op": "store", "result": "ok", "keys": -1, "bytes": 1.5, "read": {"strange": "NaN"}}
    (line,) = written(workerd, event)
    assert json.loads(line) == {"v": SCHEMA_VERSION, "at": "object", "op": "store", "result": "ok"}


def test_an_error_name_is_reduced_to_a_word(workerd: Any) -> None:
    event = {"at": "object", "op": "store", "result": "error", "error": "code", "name": 'Bad "name"\n' + "x" * 100}
    (line,) = written(workerd, event)
    assert json.loads(line)["name"] == "Badname" + "x" * 33
