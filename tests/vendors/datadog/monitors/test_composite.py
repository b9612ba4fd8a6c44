"""Composite queries as expressions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.monitors import CompositeSyntaxError, State, compile_composite
from firedrill.vendors.datadog.monitors.composite import Composite


def status(query: str, **states: State) -> State:
    """The composite's status where monitor 11 is `a`, 22 `b` and 33 `c`."""
    ids = {"a": "11", "b": "22", "c": "33"}
    codes = {ids[name]: np.array([state], np.int8) for name, state in states.items()}
    return State(compile_composite(query).combine(codes)[0])


@pytest.mark.parametrize(
    "query", ["!(11 && 22)", "11 || 22 && !33", "(11 || 22) && (33 || 11)", "1234&&5678", "!1 || 2"]
)
def test_the_pages_conditions_are_read(query: str) -> None:
    assert isinstance(compile_composite(query), Composite)


def test_ids_are_labelled_in_order_of_appearance() -> None:
    assert compile_composite("5678 && (1234 || 5678)").labels == {"a": "5678", "b": "1234"}


def test_and_binds_before_or() -> None:
    assert status("11 || 22 && 33", a=State.ALERT, b=State.OK, c=State.OK) is State.ALERT
    assert status("(11 || 22) && 33", a=State.ALERT, b=State.OK, c=State.OK) is State.OK


def test_a_group_that_one_monitor_does_not_report_has_no_status() -> None:
    assert status("11 || 22", a=State.ALERT, b=State.ABSENT) is State.ABSENT


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("11 &", "composite query '11 &', line 1, column 4: found '&'; expected '&&', ')' or '||'."),
        ("11 && ", "composite query '11 && ', line 1, column 7: found the end; expected '!', '(' or a monitor id."),
        ("(11", "composite query '(11', line 1, column 4: found the end; expected ')' or '||'."),
        ("a && b", "composite query 'a && b', line 1, column 1: found 'a'; expected '!', '(' or a monitor id."),
        ("", "composite query '', line 1, column 1: found the end; expected '!', '(' or a monitor id."),
    ],
)
def test_a_mistake_is_shown_with_its_place(query: str, message: str) -> None:
    with pytest.raises(CompositeSyntaxError) as caught:
        compile_composite(query)

    assert str(caught.value) == message


@given(st.one_of(st.text(), st.lists(st.sampled_from(["1", "22", "&&", "||", "!", "(", ")", " "])).map("".join)))
def test_no_text_crashes_the_parser(query: str) -> None:
    try:
        composite = compile_composite(query)
    except CompositeSyntaxError:
        return
    composite.combine({monitor: np.array([State.OK], np.int8) for monitor in composite.ids})


def test_deep_nesting_is_read() -> None:
    assert status("(" * 5000 + "11" + ")" * 5000, a=State.WARN) is State.WARN
    assert status("!" * 5000 + "11", a=State.OK) is State.OK
