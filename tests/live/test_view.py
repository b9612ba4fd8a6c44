from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from rich.console import Console

from firedrill.live.events import (
    Event,
    LogSeen,
    MetricValue,
    MonitorState,
    Noted,
    Notified,
    Standing,
    StateChanged,
    from_json,
    to_json,
)
from firedrill.live.view import Screen, line, lines

AT_MS = 1_767_571_200_000 + 75_000

LOG = LogSeen(AT_MS, "chat", "error", '{\n  "op": "add"\n}')
ALERT = StateChanged(AT_MS, "chat", "room/do-errors", "operation:add", "OK", "Alert", 12.0, "> 5")
COMPOSITE = StateChanged(AT_MS, "chat", "worker-5xx", "", "No Data", "OK", None, "")
SENT = Notified(AT_MS, "[P2] [Triggered on {operation:add}] errors", ("@slack-ops", "@pagerduty"))
NOTE = Noted(AT_MS, "faults: none is on")


def standing(operations: float | None = 3.0) -> Standing:
    return Standing(
        AT_MS,
        "dev",
        60.0,
        {"chat-dev": "http://127.0.0.1:8787"},
        ("storage-failing 100%",),
        40,
        38,
        (
            MonitorState("chat", "room/do-errors", "Alert", "operation:add", 12.0, "> 5", 3),
            MonitorState("chat", "worker-5xx", "No Data", "", None, "", 1),
        ),
        (MetricValue("chat.dev.operations", "sum", operations), MetricValue("chat.dev.latency", "p95", None)),
    )


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (LOG, '00:01:15 log    chat error { "op": "add" }'),
        (ALERT, "00:01:15 state  chat room/do-errors [operation:add]: OK -> Alert (12 against > 5)"),
        (COMPOSITE, "00:01:15 state  chat worker-5xx: No Data -> OK"),
        (SENT, "00:01:15 sent   [P2] [Triggered on {operation:add}] errors -> @slack-ops @pagerduty"),
        (NOTE, "00:01:15 note   faults: none is on"),
    ],
)
def test_an_event_is_one_line(event: LogSeen | StateChanged | Notified | Noted, text: str) -> None:
    assert line(event) == text


@pytest.mark.parametrize("event", [LOG, ALERT, COMPOSITE, SENT, NOTE, standing()], ids=lambda event: event.kind)
def test_an_event_is_the_same_after_its_way_through_json(event: Event) -> None:
    assert from_json(to_json(event)) == event


def test_metrics_have_a_line_when_they_change() -> None:
    told = list(lines([standing(), standing(), NOTE, standing(4.0), standing(None), standing(4.0)]))

    assert told == [
        "00:01:15 stack  stack dev: chat-dev at http://127.0.0.1:8787; "
        "simulated time 00:01:15 UTC runs 60 times as fast as real time",
        "00:01:15 metric chat.dev.operations sum 3",
        "00:01:15 note   faults: none is on",
        "00:01:15 metric chat.dev.operations sum 4",
        "00:01:15 metric chat.dev.operations sum 4",
    ]


def test_a_screen_shows_states_metrics_changes_and_logs() -> None:
    screen, console = Screen(), Console(file=StringIO(), width=120, record=True)
    for event in (standing(), ALERT, SENT, LOG):
        screen.take(event)
    console.print(screen)

    assert [row.rstrip() for row in console.export_text().splitlines()] == [
        "stack dev: chat-dev at http://127.0.0.1:8787; simulated time 00:01:15 UTC runs 60 times as fast as real time",
        "faults: storage-failing 100%",
        "state    value     monitor                                              last 5 min  metric",
        "Alert    12 (> 5)  chat room/do-errors [operation:add] and 2 more       sum 3       chat.dev.operations",
        "No Data            chat worker-5xx",
        "",
        "changes and notifications",
        "00:01:15 state  chat room/do-errors [operation:add]: OK -> Alert (12 against > 5)",
        "00:01:15 sent   [P2] [Triggered on {operation:add}] errors -> @slack-ops @pagerduty",
        "",
        "logs (38 of 40 trace events)",
        '00:01:15 log    chat error { "op": "add" }',
    ]


def test_a_small_screen_shows_the_worst_monitors_first_and_the_rest_not() -> None:
    screen, console = Screen(), Console(file=StringIO(), width=60, height=18, record=True)
    states = standing().monitors
    screen.take(replace(standing(), monitors=states[::-1]))
    console.print(screen, height=18)

    shown = [row.rstrip() for row in console.export_text().splitlines()]
    assert [row[:32] for row in shown[3:5]] == ["Alert  12 (> 5)  chat room/do-e…", ""]
    assert len(shown) <= 18


def test_a_screen_waits_for_the_first_standing() -> None:
    console = Console(file=StringIO(), width=80, record=True)
    console.print(Screen())

    assert console.export_text() == "waiting for the stack ...\n"
