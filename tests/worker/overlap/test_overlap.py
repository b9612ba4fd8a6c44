"""Calls of one object that overlap: what was asked against what the first line of each record tells."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from tests.worker.conftest import Workerd, lines

pytestmark = pytest.mark.workerd

_names = itertools.count()
Lines = list[dict[str, Any]]


def told(workerd: Workerd, *steps: tuple[str, int]) -> Lines:
    """The line of each record that a metric can be made of, after so many calls of a method at a time."""
    name = f"counter-{next(_names)}"
    answers = [workerd.send("overlap", "GET", f"/{method}/{name}?calls={calls}") for method, calls in steps]
    items = workerd.of(answers[0].json["id"], calls := sum(calls for _, calls in steps))
    assert len(items) == calls
    assert all(len(lines(item)) <= 1 for item in items), "nothing is told by a second line"
    return [json.loads(line) for item in items for line in lines(item)]


def operations(told: Lines) -> int:
    """How many operations the lines have the figures of."""
    return sum(1 + line.get("folded", 0) for line in told)


@pytest.mark.parametrize("calls", [1, 8, 64])
@pytest.mark.parametrize("method", ["add", "addLater", "addOrFail"])
def test_the_figures_of_all_calls_arrive_however_many_overlap(workerd: Any, method: str, calls: int) -> None:
    lines = told(workerd, (method, calls), ("add", 1))
    assert operations(lines) == calls + 1
    assert [sum(line[field] for line in lines) for field in ("written", "calls")] == [calls + 1, calls + 1]
    assert max(line["keys"] for line in lines) == calls + 1
    assert [sum(line.get(flag, 0) for line in lines) for flag in ("cold", "pulse")] == [1, 1]


@pytest.mark.parametrize("method", ["addLater", "addOrFail"])
def test_calls_that_wait_for_something_need_no_later_line(workerd: Any, method: str) -> None:
    assert [line.get("folded") for line in told(workerd, (method, 8))] == [7]


def test_once_calls_have_overlapped_the_next_ones_share_a_line(workerd: Any) -> None:
    lines = told(workerd, ("addLater", 8), ("add", 64))
    assert operations(lines) == 72


@pytest.mark.parametrize("method", ["oneByOne", "readOneByOne"])
def test_calls_that_follow_one_another_have_a_line_each(workerd: Any, method: str) -> None:
    lines = told(workerd, (method, 8))
    assert len(lines) == 8
    assert all("folded" not in line for line in lines)


def test_of_calls_in_one_line_one_that_failed_is_told(workerd: Any) -> None:
    failed = [line for line in told(workerd, ("addOrFail", 8)) if line["result"] == "error"]
    assert [(line["error"], line["name"], line["folded"]) for line in failed] == [("code", "RangeError", 7)]
