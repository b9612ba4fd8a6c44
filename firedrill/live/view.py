"""What happens in a running stack, as lines and as a screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from firedrill.live.events import (
    SHOWN_MINUTES,
    Event,
    LogSeen,
    MetricValue,
    MonitorState,
    Noted,
    Notified,
    Standing,
    StateChanged,
)

_STYLES = {"Alert": "bold red", "Warn": "yellow", "No Data": "bright_black", "OK": "green", "error": "red"}
_LOGS = 8
_CHANGES = 8
_LONGEST_LOG = 300


def line(event: LogSeen | StateChanged | Notified | Noted) -> str:
    """The event as one line."""
    if isinstance(event, LogSeen):
        said = f"{event.service} {event.status or '-'} {_one_line(event.message)}"
    elif isinstance(event, StateChanged):
        compared = "" if event.value is None else f" ({event.value:g} against {event.threshold})"
        said = f"{_named(event.service, event.monitor, event.group)}: {event.before} -> {event.state}{compared}"
    elif isinstance(event, Notified):
        said = f"{event.title} -> {' '.join(event.handles)}"
    else:
        said = event.text
    return f"{_clock(event.time_ms)} {event.kind:<6} {said}"


def lines(events: Iterable[Event]) -> Iterator[str]:
    """One line for each change, metrics included, after one about the stack."""
    known: dict[str, MetricValue] = {}
    began = False
    for event in events:
        if not isinstance(event, Standing):
            yield line(event)
            continue
        if not began:
            yield f"{_clock(event.time_ms)} {'stack':<6} {_about(event)}"
            began = True
        for metric in event.metrics:
            if metric.value is not None and metric != known.get(metric.name):
                yield f"{_clock(event.time_ms)} metric {metric.name} {_number(metric)}"
            known[metric.name] = metric


class Screen:
    """The latest state of everything; rich draws it as often as it likes."""

    def __init__(self) -> None:
        self._standing: Standing | None = None
        self._logs: deque[LogSeen] = deque(maxlen=_LOGS)
        self._changes: deque[StateChanged | Notified | Noted] = deque(maxlen=_CHANGES)

    def take(self, event: Event) -> None:
        """Show one more event."""
        if isinstance(event, Standing):
            self._standing = event
        elif isinstance(event, LogSeen):
            self._logs.append(event)
        else:
            self._changes.append(event)

    def __rich__(self) -> RenderableType:
        """The whole screen."""
        if self._standing is None:
            return Text("waiting for the stack ...")
        tables = Table.grid(padding=(0, 4))
        tables.add_row(_monitors(self._standing.monitors), _metrics(self._standing.metrics))
        return Group(
            Text(_about(self._standing), style="bold"),
            Text(f"faults: {'; '.join(self._standing.faults)}" if self._standing.faults else "no fault is on"),
            tables,
            _listed("changes and notifications", self._changes),
            _listed(f"logs ({self._standing.logs:,} of {self._standing.events:,} trace events)", self._logs),
        )


def _about(standing: Standing) -> str:
    addresses = ", ".join(f"{name} at {address}" for name, address in standing.addresses.items())
    pace = f"{standing.speed:g} times as fast as real time" if standing.speed != 1 else "in real time"
    return f"stack {standing.stack}: {addresses}; simulated time {_clock(standing.time_ms)} UTC runs {pace}"


def _monitors(monitors: Iterable[MonitorState]) -> Table:
    table = Table("monitor", "state", "value", box=None, header_style="dim", pad_edge=False)
    for each in monitors:
        more = f" and {each.alike - 1} more" if each.alike > 1 else ""
        value = "" if each.value is None else f"{each.value:.4g} ({each.threshold})"
        state = Text(each.state, style=_STYLES.get(each.state, ""))
        table.add_row(Text(_named(each.service, each.monitor, each.group) + more), state, value)
    return table


def _metrics(metrics: Iterable[MetricValue]) -> Table:
    table = Table("metric", f"last {SHOWN_MINUTES} min", box=None, header_style="dim", pad_edge=False)
    for each in metrics:
        if each.value is not None:
            table.add_row(Text(each.name), _number(each))
    return table


def _listed(title: str, events: deque[LogSeen] | deque[StateChanged | Notified | Noted]) -> RenderableType:
    rows = [Text(line(event), style=_style(event), overflow="ellipsis", no_wrap=True) for event in tuple(events)]
    return Group(Text(f"\n{title}", style="dim"), *rows)


def _style(event: Event) -> str:
    if isinstance(event, StateChanged):
        return _STYLES.get(event.state, "")
    return _STYLES.get(event.status, "") if isinstance(event, LogSeen) else ""


def _named(service: str, monitor: str, group: str) -> str:
    return f"{service} {monitor}{f' [{group}]' if group else ''}".strip()


def _number(metric: MetricValue) -> str:
    return f"{metric.aggregated} {metric.value:.6g}"


def _one_line(message: str) -> str:
    return " ".join(message.split())[:_LONGEST_LOG]


def _clock(time_ms: int) -> str:
    return f"{datetime.fromtimestamp(time_ms / 1000, timezone.utc):%H:%M:%S}"
