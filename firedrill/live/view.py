"""What happens in a running stack, as lines and as a screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Column, Table
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

_STYLES = {"Alert": "bold red", "Warn": "yellow", "No Data": "bright_black", "OK": "green"}
_SEVERITY = tuple(_STYLES)
_LOGS = _CHANGES = 5
_AROUND = 7
"""Rows of a screen that hold neither monitors nor events: two on top, headers and empty lines."""
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

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The whole screen, with as many monitors and metrics as there is room for, the worst first."""
        standing = self._standing
        if standing is None:
            yield Text("waiting for the stack ...")
            return
        rows = max(1, options.height - _AROUND - _LOGS - _CHANGES) if options.height else None
        tables = Table.grid(Column(ratio=3), Column(ratio=2), padding=(0, 4), expand=True)
        tables.add_row(_monitors(standing.monitors, rows), _metrics(standing.metrics, rows))
        yield _row(Text(_about(standing), style="bold"))
        yield _row(Text(f"faults: {'; '.join(standing.faults)}" if standing.faults else "no fault is on"))
        yield tables
        yield from _listed("changes and notifications", self._changes)
        yield from _listed(f"logs ({standing.logs:,} of {standing.events:,} trace events)", self._logs)


def _about(standing: Standing) -> str:
    addresses = ", ".join(f"{name} at {address}" for name, address in standing.addresses.items())
    pace = f"{standing.speed:g} times as fast as real time" if standing.speed != 1 else "in real time"
    return f"stack {standing.stack}: {addresses}; simulated time {_clock(standing.time_ms)} UTC runs {pace}"


def _monitors(monitors: Iterable[MonitorState], rows: int | None) -> Table:
    table = _table("state", "value", "monitor")
    for each in sorted(monitors, key=lambda each: _SEVERITY.index(each.state))[:rows]:
        more = f" and {each.alike - 1} more" if each.alike > 1 else ""
        value = "" if each.value is None else f"{each.value:.4g} ({each.threshold})"
        state = Text(each.state, style=_STYLES[each.state])
        table.add_row(state, value, _row(Text(_named(each.service, each.monitor, each.group) + more)))
    return table


def _metrics(metrics: Iterable[MetricValue], rows: int | None) -> Table:
    table = _table(f"last {SHOWN_MINUTES} min", "metric")
    for each in [each for each in metrics if each.value is not None][:rows]:
        table.add_row(_number(each), _row(Text(each.name)))
    return table


def _table(*headers: str) -> Table:
    """A table whose last column gives way where there is too little room."""
    columns = [Column(header, no_wrap=True) for header in headers[:-1]]
    return Table(*columns, headers[-1], box=None, header_style="dim", pad_edge=False)


def _listed(title: str, events: deque[LogSeen] | deque[StateChanged | Notified | Noted]) -> Iterator[Text]:
    yield Text(f"\n{title}", style="dim")
    for event in tuple(events):
        yield _row(Text(line(event), style=_style(event)))


def _row(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _style(event: Event) -> str:
    if isinstance(event, StateChanged):
        return _STYLES[event.state]
    return "red" if isinstance(event, LogSeen) and event.status == "error" else ""


def _named(service: str, monitor: str, group: str) -> str:
    return f"{service} {monitor}{f' [{group}]' if group else ''}".strip()


def _number(metric: MetricValue) -> str:
    return f"{metric.aggregated} {metric.value:.6g}"


def _one_line(message: str) -> str:
    return " ".join(message.split())[:_LONGEST_LOG]


def _clock(time_ms: int) -> str:
    return f"{datetime.fromtimestamp(time_ms / 1000, UTC):%H:%M:%S}"
