from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from io import StringIO

import pytest
import rich.screen
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


def test_what_is_modelled_is_labelled_in_each_line_and_explained_at_first() -> None:
    metric = MetricValue("chat.dev.cpu_time", "p95", 2.0, modelled=True)
    told = list(lines([replace(standing(), metrics=(metric,), modelled=("CPUTimeMs",)), replace(ALERT, modelled=True)]))
    assert told[1:] == [
        "00:01:15 note   modelled: CPUTimeMs",
        "00:01:15 metric chat.dev.cpu_time p95 2 modelled",
        "00:01:15 state  chat room/do-errors [operation:add]: OK -> Alert (12 against > 5, modelled)",
    ]


def test_what_is_modelled_is_labelled_on_a_screen() -> None:
    state = MonitorState("chat", "room/slow", "Alert", "", 12.0, "> 5", 1, modelled=True)
    metric = MetricValue("chat.dev.cpu_time", "p95", 2.0, modelled=True)
    shown = screenshot(
        [replace(standing(), monitors=(state,), metrics=(metric,)), replace(ALERT, modelled=True)], 80, 24
    )
    assert [row for row in shown if "modelled" in row] == [
        "Alert  12 (> 5) modelled  room/slow",
        "last 5 min: chat.dev.cpu_time p95 2 modelled",
        "00:01:15 OK -> Alert room/do-errors [operation:add] (12 against > 5, modelled)",
    ]


def screenshot(events: Iterable[Event], width: int, height: int) -> list[str]:
    """What a terminal of that size shows."""
    screen, console = Screen(), Console(file=StringIO(), width=width, height=height, record=True)
    for event in events:
        screen.take(event)
    console.print(rich.screen.Screen(screen))
    return [row.rstrip() for row in console.export_text().splitlines()]


def busy(workers: int = 1) -> list[Event]:
    """A stack of 18 monitors with long names, of which two are in alert, and more events than any screen holds."""
    names = [
        f"ConversationStateDO/do-error-{kind}" for kind in ("rate", "ratio", "count", "burst", "latency", "silence")
    ]
    services = ["conversation-state"] if workers == 1 else [f"conversation-state-{n}" for n in range(workers)]
    monitors = tuple(
        MonitorState(service, f"{name}-{number}", "Alert" if number == 2 else "OK", "operation:store", 12.0, "> 5", 1)
        for service in services
        for number in range(3)
        for name in names
    )
    metrics = tuple(MetricValue(f"conversation_state.dev.do.{each}", "sum", 3.0) for each in ("errors", "operations"))
    addresses = {"conversation-state-dev": "http://127.0.0.1:8787"}
    events: list[Event] = [Standing(AT_MS, "dev", 60.0, addresses, (), 4_000, 3_800, monitors, metrics)]
    for number in range(60):
        events.append(LogSeen(AT_MS, services[0], "info", f'telemetry {{"n": {number}, "op": "store"}}'))
        name = f"ConversationStateDO/do-errors-{number}"
        events.append(StateChanged(AT_MS, services[0], name, "error_category:storage", "OK", "Alert", 12.0, "> 5"))
        title = f"[P1] [Triggered] conversation-state dev ConversationStateDO: Durable Object error rate {number}"
        events.append(Notified(AT_MS, title, ("@slack-conversation-state-dev",)))
    return events


def test_a_screen_of_80_columns_and_24_rows_shows_monitors_changes_and_logs() -> None:
    shown = screenshot(busy(), 80, 24)
    assert len(shown) == 24
    assert shown[:5] == [
        "stack dev  00:01:15 UTC simulated (60 times as fast)  http://127.0.0.1:8787",
        "no fault is on",
        "state  value     monitor (7 of 18, the worst first)",
        "Alert  12 (> 5)  ConversationStateDO/do-error-rate-2 [operation:store]",
        "Alert  12 (> 5)  ConversationStateDO/do-error-ratio-2 [operation:store]",
    ]
    assert shown[10] == "last 5 min: errors sum 3, operations sum 3"
    assert shown[12:15] == [
        "changes and notifications",
        "00:01:15 OK -> Alert ConversationStateDO/do-errors-58 (12 against > 5)",
        "00:01:15 sent [P1] [Triggered] convers…tionStateDO: Durable Object error rate 58",
    ]
    assert shown[-5:] == [f'00:01:15 info telemetry {{"n": {number}, "op": "store"}}' for number in range(55, 60)]


def test_a_large_screen_shows_every_monitor_and_the_metrics_beside_them() -> None:
    shown = screenshot(busy(), 200, 50)
    assert len(shown) == 50
    assert "conversation-state-dev http://127.0.0.1:8787" in shown[0]
    assert sum("ConversationStateDO/do-error-" in row and "[operation:store]" in row for row in shown[:22]) == 18
    assert "sum 3       conversation_state.dev.do.operations" in shown[4]
    assert shown[-1] == '00:01:15 info telemetry {"n": 59, "op": "store"}'
    assert sum("telemetry" in row for row in shown) == 13


@pytest.mark.parametrize(("width", "height"), [(80, 24), (60, 24), (200, 50)])
def test_monitors_of_several_workers_never_look_the_same(width: int, height: int) -> None:
    shown = screenshot(busy(workers=2), width, height)
    monitors = [row[:width] for row in shown if "12 (> 5)" in row]
    assert len(monitors) > 5
    assert len(set(monitors)) == len(monitors)


def test_what_happens_to_a_fault_is_on_the_screen() -> None:
    shown = screenshot([standing(), NOTE], 80, 24)
    assert "faults: storage-failing 100%" in shown
    assert "00:01:15 note   faults: none is on" in shown


def test_the_worst_monitors_come_first() -> None:
    states = standing().monitors
    shown = screenshot([replace(standing(), monitors=states[::-1])], 80, 12)
    assert shown[2:4] == [
        "state  value     monitor (1 of 2, the worst first)",
        "Alert  12 (> 5)  room/do-errors [operation:add] and 2 more",
    ]


def test_a_screen_waits_for_the_first_standing() -> None:
    console = Console(file=StringIO(), width=80, record=True)
    console.print(Screen())

    assert console.export_text() == "waiting for the stack ...\n"
