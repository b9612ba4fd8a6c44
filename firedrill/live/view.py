"""What happens in a running stack, as lines and as a screen."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Column, Table
from rich.text import Text

from firedrill.fitting import fitted, in_the_middle
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
_KEPT = 50
_AROUND = 7
"""Rows of a screen that hold neither monitors nor events: two on top, headers and empty lines."""
_WIDE = 110
"""Columns from which on metrics have a table beside the monitors."""
_LONGEST_LOG = 300
_LEAST = 10
"""Columns below which a group says nothing."""


def line(event: LogSeen | StateChanged | Notified | Noted) -> str:
    """The event as one line."""
    if isinstance(event, LogSeen):
        said = f"{event.service} {event.status or '-'} {_one_line(event.message)}"
    elif isinstance(event, StateChanged):
        said = f"{_named(event.service, event.monitor, event.group)}: {event.before} -> {event.state}{_compared(event)}"
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
            yield from (f"{_clock(event.time_ms)} {'note':<6} modelled: {text}" for text in event.modelled)
            began = True
        for metric in event.metrics:
            if metric.value is not None and metric != known.get(metric.name):
                yield f"{_clock(event.time_ms)} metric {metric.name} {_number(metric)}"
            known[metric.name] = metric


class Screen:
    """The latest state of everything; rich draws it as often as it likes."""

    def __init__(self) -> None:
        self._standing: Standing | None = None
        self._logs: deque[LogSeen] = deque(maxlen=_KEPT)
        self._changes: deque[StateChanged | Notified | Noted] = deque(maxlen=_KEPT)

    def take(self, event: Event) -> None:
        """Show one more event."""
        if isinstance(event, Standing):
            self._standing = event
        elif isinstance(event, LogSeen):
            self._logs.append(event)
        else:
            self._changes.append(event)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The whole screen: the worst monitors, the newest changes and logs, as many as there is room for."""
        standing = self._standing
        if standing is None:
            yield Text("waiting for the stack ...")
            return
        services = {monitor.service for monitor in standing.monitors}
        known = next(iter(services)) if len(services) == 1 else ""
        width, wide = options.max_width, options.max_width >= _WIDE
        rows = _rows(options.size.height, len(standing.monitors), aside=not wide)
        yield _row(Text(_title(standing, width), style="bold"))
        yield _row(Text(f"faults: {'; '.join(standing.faults)}" if standing.faults else "no fault is on"))
        if wide:
            tables = Table.grid(Column(ratio=3), Column(ratio=2), padding=(0, 4), expand=True)
            monitors = _monitors(standing.monitors, rows.monitors, known, width * 3 // 5)
            tables.add_row(monitors, _metrics(standing.metrics, rows.monitors))
            yield tables
        else:
            yield _monitors(standing.monitors, rows.monitors, known, width)
            yield _row(Text(_in_a_row(standing.metrics)))
        yield from _listed("changes and notifications", self._changes, rows.changes, known, width)
        title = f"logs ({standing.logs:,} of {standing.events:,} trace events)"
        yield from _listed(title, self._logs, rows.logs, known, width)


class _Rows(NamedTuple):
    """How many rows of a screen each part gets."""

    monitors: int
    changes: int
    logs: int


def _rows(height: int, monitors: int, *, aside: bool) -> _Rows:
    """At most 45 % of what there is for monitors, the rest to changes and logs alike; `aside`: metrics take a row."""
    room = max(3, height - _AROUND - aside)
    shown = min(monitors, max(1, room * 45 // 100))
    changes = (room - shown) // 2
    return _Rows(shown, changes, room - shown - changes)


def _about(standing: Standing) -> str:
    addresses = ", ".join(f"{name} at {address}" for name, address in standing.addresses.items())
    pace = f"{standing.speed:g} times as fast as real time" if standing.speed != 1 else "in real time"
    return f"stack {standing.stack}: {addresses}; simulated time {_clock(standing.time_ms)} UTC runs {pace}"


def _title(standing: Standing, width: int) -> str:
    pace = f"{standing.speed:g} times as fast" if standing.speed != 1 else "real time"
    title = f"stack {standing.stack}  {_clock(standing.time_ms)} UTC simulated ({pace})"
    addresses = ", ".join(f"{name} {address}" for name, address in standing.addresses.items())
    if len(title) + len(addresses) + 2 > width:
        addresses = ", ".join(standing.addresses.values())
    return f"{title}  {addresses}"


def _monitors(monitors: Sequence[MonitorState], rows: int, known: str, width: int) -> Table:
    """The worst monitors; their names are distinct whatever the width."""
    shown = sorted(monitors, key=lambda each: _SEVERITY.index(each.state))[:rows]
    values = ["" if each.value is None else f"{each.value:.4g} ({each.threshold}){_label(each)}" for each in shown]
    room = width - max([5, *(len(each.state) for each in shown)]) - max([5, *map(len, values)]) - 4
    names = fitted([_named(each.service, each.monitor, "", known) for each in monitors], room)
    count = f" ({rows} of {len(monitors)}, the worst first)" if rows < len(monitors) else ""
    table = _table("state", "value", f"monitor{count}")
    for each, value in zip(shown, values, strict=True):
        more = f" and {each.alike - 1} more" if each.alike > 1 else ""
        group = f" [{each.group}]" if each.group else ""
        name = names[_named(each.service, each.monitor, "", known)]
        table.add_row(Text(each.state, style=_STYLES[each.state]), value, _row(Text(name + group + more)))
    return table


def _metrics(metrics: Iterable[MetricValue], rows: int | None) -> Table:
    table = _table(f"last {SHOWN_MINUTES} min", "metric")
    for each in [each for each in metrics if each.value is not None][:rows]:
        table.add_row(_number(each), _row(Text(each.name)))
    return table


def _in_a_row(metrics: Sequence[MetricValue]) -> str:
    """Metrics without what their names begin with alike."""
    parts = [each.name.split(".") for each in metrics]
    alike = 0
    while len(parts) > 1 and all(len(each) > alike + 1 for each in parts) and len({each[alike] for each in parts}) == 1:
        alike += 1
    told = [
        f"{'.'.join(name[alike:])} {_number(each)}"
        for name, each in zip(parts, metrics, strict=True)
        if each.value is not None
    ]
    return f"last {SHOWN_MINUTES} min: {', '.join(told)}" if told else f"no metric in the last {SHOWN_MINUTES} min"


def _table(*headers: str) -> Table:
    """A table whose last column gives way where there is too little room."""
    columns = [Column(header, no_wrap=True) for header in headers[:-1]]
    return Table(*columns, headers[-1], box=None, header_style="dim", pad_edge=False)


def _listed(
    title: str, events: deque[LogSeen] | deque[StateChanged | Notified | Noted], rows: int, known: str, width: int
) -> Iterator[Text]:
    yield Text(f"\n{title}", style="dim")
    for event in tuple(events)[-rows:] if rows else ():
        yield _row(Text(_short(event, known, width), style=_style(event)))


def _short(event: LogSeen | StateChanged | Notified | Noted, known: str, width: int) -> str:
    """The event as one line of a screen: what tells it from others is not what gets cut."""
    at = _clock(event.time_ms)
    if isinstance(event, StateChanged):
        compared = _compared(event)
        said = f"{event.before} -> {event.state}"
        room = width - len(at) - len(said) - len(compared) - 2
        name = in_the_middle(_named(event.service, event.monitor, "", known), room)
        group = (
            in_the_middle(f" [{event.group}]", room - len(name)) if event.group and room - len(name) > _LEAST else ""
        )
        return f"{at} {said} {name}{group}{compared}"
    if isinstance(event, Notified):
        return f"{at} sent {in_the_middle(event.title, width - len(at) - 6, (width - len(at)) // 3)}"
    if isinstance(event, LogSeen) and event.service == known:
        return f"{at} {event.status or '-'} {_one_line(event.message)}"
    return line(event)


def _row(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text


def _style(event: Event) -> str:
    if isinstance(event, StateChanged):
        return _STYLES[event.state]
    return "red" if isinstance(event, LogSeen) and event.status == "error" else ""


def _named(service: str, monitor: str, group: str, known: str = "") -> str:
    """The monitor's name, without its service where that is `known`."""
    return f"{'' if service == known else service} {monitor}{f' [{group}]' if group else ''}".strip()


def _number(metric: MetricValue) -> str:
    return f"{metric.aggregated} {metric.value:.6g}{_label(metric)}"


def _compared(event: StateChanged) -> str:
    return "" if event.value is None else f" ({event.value:g} against {event.threshold}{_label(event, ',')})"


def _label(shown: StateChanged | MonitorState | MetricValue, before: str = "") -> str:
    return f"{before} modelled" if shown.modelled else ""


def _one_line(message: str) -> str:
    return " ".join(message.split())[:_LONGEST_LOG]


def _clock(time_ms: int) -> str:
    return f"{datetime.fromtimestamp(time_ms / 1000, UTC):%H:%M:%S}"
