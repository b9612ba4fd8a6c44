"""The number of active instances, counted by pulses, is the true one, whatever comes and goes."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

import pytest

from firedrill.components.telemetry import PULSE_WINDOW_S

pytestmark = pytest.mark.workerd

ACTIVE = (500, 200, 40, 300)  # objects in each window
EVICTIONS = 12  # each of every object
WINDOW_MS = PULSE_WINDOW_S * 1000
EDGE_MS = 15_000
START_MS = 4_000_000_000_000 // WINDOW_MS * WINDOW_MS  # far away: no alarm goes off by itself
DUE_MS = 330_000  # an object's alarm comes at most so long after its last call: INACTIVITY_MS and a tenth
ENTRY = {"tool_use_id": "t", "tool_name": "n"}
CALLS: list[tuple[str, list[Any]]] = [
    ("store", [ENTRY]),
    ("store", [[]]),  # refused
    ("retrieve", ["t"]),
    ("delete", ["t"]),
    ("delete", ["unknown"]),
    ("clear", []),
]


def churn(chance: Random) -> list[tuple[int, str, str, list[Any]]]:
    """Calls by time, of so many objects in each window, once or twice each: when, object, method, arguments.

    An object that is left alone gets its alarm.
    """
    times = sorted(
        (START_MS + number * WINDOW_MS + moment(chance), f"object-{which}")
        for number, active in enumerate(ACTIVE)
        for which in chance.sample(range(max(ACTIVE)), active)
        for _ in range(chance.choice((1, 1, 1, 2)))
    )
    last: dict[str, int] = {}
    calls: list[tuple[int, str, str, list[Any]]] = []
    for at_ms, name in times:
        for idle in [each for each, since in last.items() if since + DUE_MS <= at_ms]:
            calls.append((last.pop(idle) + DUE_MS, idle, "alarm", [{}]))
        calls.append((at_ms, name, *chance.choice(CALLS)))
        last[name] = at_ms
    return calls


def moment(chance: Random) -> int:
    """A time in a window, often near one of its ends, where it is hard to know what an evicted object did before."""
    near = chance.randrange(EDGE_MS)
    return chance.choice((near, WINDOW_MS - 1 - near, chance.randrange(WINDOW_MS)))


def test_pulses_in_each_window_are_the_objects_with_calls_in_it(driver: Any, tell: Any) -> None:
    chance = Random(5)  # noqa: S311 - repeatable, not secret
    calls = churn(chance)
    evictions = set(chance.sample(range(len(calls)), EVICTIONS))
    steps = [
        {
            "object": name,
            "method": "at",
            "args": [at_ms, method, *args, {"requestId": f"{number:016x}"}],
            "evict": number in evictions,
        }
        for number, (at_ms, name, method, args) in enumerate(calls)
    ]
    _, items = driver.play("steps", calls=steps)
    lines = [json.loads(text) for item in items for _, text in item["lines"]]
    assert len(lines) == len(calls)
    windows = [((at_ms - START_MS) // WINDOW_MS, name) for at_ms, name, *_ in calls]
    pulses = [windows[int(line["request"], 16)] for line in lines if "pulse" in line]
    active = {each for each, (_, _, method, _) in zip(windows, calls, strict=True) if method != "alarm"}
    assert Counter(pulses) == Counter(active), "one for each object in each window"
    per_window = Counter(window for window, _ in pulses)
    assert [per_window[window] for window in range(len(ACTIVE))] == list(ACTIVE)
    starts = sum("cold" in line for line in lines)
    alarms = sum(line["op"] == "alarm" for line in lines)
    tell("active instances per window, true and counted", ACTIVE)
    tell("with", f"{len(calls)} calls, {alarms} of them alarms, {EVICTIONS} evictions, {starts} starts")
