"""The states of monitors that the logs lead to, beside those that Datadog answered with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from firedrill.declared.declaration import Declared, Json
from firedrill.organisation import compile_downtimes, metrics_of, unfed
from firedrill.standalone.compare.findings import Difference, Found, Kind, Tally
from firedrill.standalone.compare.held_monitors import TIMES, Group, HeldGroup, HeldMonitor
from firedrill.standalone.words import iso_ms
from firedrill.vendors.datadog.monitors import (
    Composite,
    GroupTimeline,
    Monitor,
    State,
    compile_composite,
    parse_monitors,
    run,
)
from firedrill.vendors.datadog.monitors.states import Times
from firedrill.vendors.datadog.queries import PointStore
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

MINUTE_S = 60
MOST_MINUTES = 366 * 24 * 60
EVALUATION = "when in a minute Datadog evaluates is not documented: times count as equal a minute apart"
_TRIGGERED = (
    frozenset({State.ALERT}),
    frozenset({State.ALERT, State.WARN}),
    frozenset({State.ALERT, State.WARN, State.NO_DATA, State.UNKNOWN}),
)
"""The states that a group may have triggered into, since no page says which count: each is a reading."""


def declared_monitors(held: Sequence[HeldMonitor], declared: Declared) -> list[Monitor]:
    """The monitors that are held, compiled, and the parts of composites among them.

    Raises FiredrillError for one that is not declared, and for every mistake in those that are.
    """
    specs = [_declared(each, declared) for each in held]
    composites = (compile_composite(spec["query"]) for spec in specs if spec.get("type") == "composite")
    wanted = {part for composite in composites for part in composite.ids} | set(map(_id, specs))
    return parse_monitors([spec for spec in declared.of("monitor") if _id(spec) in wanted])


def compare_monitors(
    held: Sequence[HeldMonitor],
    declared: Declared,
    monitors: Sequence[Monitor],
    store: PointStore,
    span_ms: tuple[int, int],
    apart_s: int,
) -> Found:
    """Each group's status at the end of `span_ms`, and when in it it last triggered, recovered and had no data.

    Times count as equal when they are at most `apart_s` apart. `monitors` are those of `declared_monitors`.
    """
    begin_ms, at_ms = span_ms
    by_id = {monitor.id: monitor for monitor in monitors}
    begin, end = begin_ms // (1000 * MINUTE_S) + 1, at_ms // (1000 * MINUTE_S)
    if not 0 <= end - begin <= MOST_MINUTES:
        raise FiredrillError(
            f"the states are of {iso_ms(at_ms)}, the logs begin at {iso_ms(begin_ms)}; give the time of the export "
            f"with --at: later than the logs, by at most {MOST_MINUTES} minutes."
        )
    times_s = np.arange(begin, end + 1, dtype=np.int64) * MINUTE_S
    ran = run(monitors, store, times_s, compile_downtimes(declared))
    found = Found(Tally())
    for one in held:
        monitor = by_id[_id(_declared(one, declared))]
        if unfed := _unfed(monitor, by_id, store):
            found.tally.skipped += 1
            found.remarks.append(f"monitor {one.name!r} is not compared: {unfed}")
            continue
        timelines = {frozenset(group): timeline for group, timeline in ran.timelines[monitor.id].items()}
        differences = list(_differences(one, timelines, times_s, apart_s))
        found.tally.add("differs" for _ in differences)
        found.differences += differences
    return found


def _declared(held: HeldMonitor, declared: Declared) -> Json:
    specs = declared.of("monitor")
    by_id = [spec for spec in specs if held.id and str(spec.get("id")) == held.id]
    named = by_id or [spec for spec in specs if spec.get("name") == held.name]
    if len(named) == 1:
        return named[0]
    if named:
        raise FiredrillError(
            f"{held.place}: {declared.place} declares {len(named)} monitors {held.name!r}, none with the id {held.id}; "
            "give each its own name, or resources with ids."
        )
    known = [str(spec.get("name")) for spec in specs]
    raise FiredrillError(f"{held.place}: {declared.place} declares no monitor {held.name!r}{hint(held.name, known)}.")


def _id(spec: Json) -> str:
    """What a compiled monitor has as its id."""
    return str(spec.get("id", spec.get("name")))


def _unfed(monitor: Monitor, by_id: Mapping[str, Monitor], store: PointStore) -> str:
    """Why logs alone do not decide a monitor; "" when they do."""
    if isinstance(monitor.condition, Composite):
        return next(filter(None, (_unfed(by_id[part], by_id, store) for part in monitor.condition.ids)), "")
    if reads := unfed(monitor):
        return f"it reads {reads}"
    other = next((metric for metric in metrics_of(monitor) if store.kind(metric) is None), None)
    return f"the metric {other!r}{hint(other, store.metrics())} is none that logs make" if other else ""


def _differences(
    held: HeldMonitor, timelines: Mapping[Group, GroupTimeline], times_s: Times, apart_s: int
) -> Iterator[Difference]:
    ours = {group: line for group, line in timelines.items() if line.states[-1] != State.ABSENT}
    for group in sorted({*ours, *held.groups}, key=sorted):
        where = f"{iso_ms(1000 * int(times_s[-1]))} {','.join(sorted(group)) or 'the monitor'}"
        for change in _changes(ours.get(group), held.groups.get(group), times_s, apart_s):
            kind, field, expected, got = change
            modelled = timelines[group].modelled if group in timelines else ()
            if field in TIMES:
                modelled = (*modelled, EVALUATION)
            yield Difference("monitor", kind, field, where, expected, got, held.name, modelled=modelled)


def _changes(
    line: GroupTimeline | None, held: HeldGroup | None, times_s: Times, apart_s: int
) -> Iterator[tuple[Kind, str, str | None, str | None]]:
    if line is None or held is None:
        if line is not None:
            yield "missing", "group", State(line.states[-1]).label, None
        elif held is not None:
            yield "extra", "group", None, held.status
        return
    state = State(line.states[-1])
    if held.status != state.label:
        yield "differs", "status", state.label, held.status
    for field, readings, got in _times(line, held, times_s):
        if not any(_agree(reading, got, apart_s) for reading in readings):
            yield "differs", field, _told(readings[0]), _told(got)


def _times(
    line: GroupTimeline, held: HeldGroup, times_s: Times
) -> Iterator[tuple[str, Sequence[int | None], int | None]]:
    """What is known of a group's past since the logs began: each reading of the emulator's time, and Datadog's."""
    begin_s = int(times_s[0]) - MINUTE_S
    moves = [(each.time_s, each.from_state, each.to_state) for each in line.transitions(times_s)]
    without = times_s[line.states == State.NO_DATA]
    readings = {
        "last_triggered_ts": [
            max((at for at, _, after in moves if after in states), default=None) for states in _TRIGGERED
        ],
        "last_resolved_ts": [
            max((at for at, before, after in moves if after is State.OK and before in _TRIGGERED[-1]), default=None)
        ],
        "last_nodata_ts": [int(without[-1]) if len(without) else None],
    }
    for field, expected in readings.items():
        got = held.times_s.get(field)
        yield field, expected, None if got is None or got < begin_s else got


def _agree(left: int | None, right: int | None, apart_s: int) -> bool:
    return left == right if left is None or right is None else abs(left - right) <= apart_s


def _told(time_s: int | None) -> str | None:
    return None if time_s is None else iso_ms(1000 * time_s)
