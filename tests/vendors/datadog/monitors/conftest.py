"""Monitors whose queries answer with given values, so that each rule is seen alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.monitors import (
    Downtime,
    GroupTimeline,
    Monitor,
    Monitoring,
    Notification,
    Options,
    Outcome,
    Run,
    State,
    parse_downtime,
    parse_monitors,
    run,
)
from firedrill.vendors.datadog.queries import CheckRun, CheckStatus, Point, PointStore, compile_query
from firedrill.vendors.datadog.queries.notation import parse_notation
from tests.cases import Case

START_S = 1_767_571_200  # 2026-01-05 00:00:00 UTC

Store = Mapping[str, Mapping[tuple[str, ...], "Series"]]


class Series(NamedTuple):
    """A group's value per minute and whether each window counts as full."""

    values: NDArray[np.float64]
    full: NDArray[np.bool_]
    zero: None = None


class Answer(NamedTuple):
    groups: Mapping[tuple[str, ...], Series]


class GivenQuery:
    """Reads as the metric query it is and evaluates to the series that the store holds under its first metric."""

    modelled = ()

    def __init__(self, text: str, options: Options) -> None:
        query = compile_query(text, options.variables)
        self.window_s, self.comparator, self.threshold = query.window_s, query.comparator, query.threshold
        self.group_by, self.metric = query.group_by, query.metrics[0]
        self.counts, self.fills_zero = query.counts, query.fills_zero

    def evaluate(self, store: Store, times_s: NDArray[np.int64], *, delay_s: int = 0) -> Answer:
        minutes = (times_s - START_S) // 60
        groups = store.get(self.metric, {})
        return Answer({group: Series(one.values[minutes], one.full[minutes]) for group, one in groups.items()})


def numbers(notation: str) -> list[float]:
    """The values of a series in the compact notation, NaN where there is none."""
    return [np.nan if value is None else value for value in parse_notation(notation)]


def store_of(series: Mapping[str, Mapping[str, str]], full: Mapping[str, Mapping[str, str]], length: int) -> Store:
    """The store of series by metric and group ("*" or "k:v,k:v"), padded with gaps; windows are full unless given."""

    def pad(values: list[float]) -> NDArray[np.float64]:
        return np.array((values + [np.nan] * length)[:length])

    return {
        metric: {
            group_of(group): Series(
                pad(numbers(notation)), pad(numbers(full.get(metric, {}).get(group, f"1x{length}"))) == 1
            )
            for group, notation in groups.items()
        }
        for metric, groups in series.items()
    }


def group_of(text: str) -> tuple[str, ...]:
    return () if text == "*" else tuple(text.split(","))


def monitors_of(*declared: Mapping[str, Any]) -> list[Monitor]:
    return parse_monitors(declared, {"query alert": GivenQuery, "log alert": GivenQuery})


def monitor(**changes: Any) -> dict[str, Any]:
    """The smallest valid monitor, on the metric `m`."""
    options = {"new_group_delay": 0, "on_missing_data": "show_no_data", **changes.pop("options", {})}
    return {
        "id": "11",
        "name": "Errors",
        "type": "query alert",
        "query": "avg(last_5m):avg:m{*} > 12",
        "message": "Look.",
        "options": options,
        **changes,
    }


def run_on(
    declared: Mapping[str, Any],
    series: str | Mapping[str, str],
    *,
    full: str | None = None,
    downtimes: tuple[Downtime, ...] = (),
) -> Run:
    """Run one monitor on the series of the metric `m`, one evaluation a minute."""
    groups = {"*": series} if isinstance(series, str) else series
    length = max(len(numbers(notation)) for notation in groups.values())
    store = store_of({"m": groups}, {"m": {"*": full}} if full else {}, length)
    return run(monitors_of(declared), store, START_S + 60 * np.arange(length), downtimes)


def changes(result: Run, monitor_id: str = "11", group: tuple[str, ...] = ()) -> list[tuple[int, str]]:
    """(minute, status) at the start and at each change."""
    states = result.timelines[monitor_id][group].states.tolist()
    return [
        (minute, State(state).label)
        for minute, state in enumerate(states)
        if minute == 0 or state != states[minute - 1]
    ]


def sent(result: Run) -> list[tuple[int, str]]:
    """(minute, kind) of each notification."""
    return [(notification.step, notification.kind) for notification in result.notifications]


STATUSES = {"O": CheckStatus.OK, "W": CheckStatus.WARNING, "C": CheckStatus.CRITICAL, "U": CheckStatus.UNKNOWN}


def signals_of(declared: Mapping[str, Any]) -> PointStore:
    """A store of what a case sends: seconds count from the start, everything arrives `late_s` after its time.

    `points` are series in the compact notation, `checks` runs as letters (O, W, C, U, or _ for none), both one every
    `every_s` (60); `logs` and `events` hold the seconds `at` which each of them happens.
    """
    store = PointStore()
    for series in declared.get("points", ()):
        for number, value in enumerate(parse_notation(series["values"])):
            if value is not None:
                at_ms = (START_S + series.get("from_s", 0) + number * series.get("every_s", 60)) * 1000
                tags = tuple(sorted(series.get("tags", ())))
                store.add(Point(series["metric"], series.get("kind", "gauge"), tags, at_ms, at_ms, value))
    for check in declared.get("checks", ()):
        for number, letter in enumerate(check["runs"].replace(" ", "")):
            at_ms = (START_S + check.get("from_s", 0) + number * check.get("every_s", 60)) * 1000
            if letter != "_":
                late_ms = check.get("late_s", 0) * 1000
                status, message = STATUSES[letter], check.get("message", "")
                store.add_check(CheckRun(check["check"], status, tuple(check["tags"]), at_ms, at_ms + late_ms, message))
    for kind in ("logs", "events"):
        for declared_record in declared.get(kind, ()):
            fields = {key: value for key, value in declared_record.items() if key not in ("at", "late_s", "index")}
            for second in declared_record["at"]:
                at_ms = (START_S + second) * 1000
                log, arrived_ms = Log(**{"attributes": {}, **fields}, timestamp=at_ms), at_ms
                arrived_ms += declared_record.get("late_s", 0) * 1000
                if kind == "logs":
                    store.add_log(log, declared_record.get("index", "main"), arrived_ms)
                else:
                    store.add_event(log, arrived_ms)
    return store


Runner = Callable[[list[Monitor], Any, NDArray[np.int64], Sequence[Downtime]], Run]


def run_in_parts(
    monitors: list[Monitor], store: Any, times_s: NDArray[np.int64], downtimes: Sequence[Downtime], *, minutes: int
) -> Run:
    """As `run`, so many minutes at a time, each run going on from what the one before left."""
    monitoring = Monitoring(monitors, downtimes)
    runs = [monitoring.run(store, times_s[at : at + minutes]) for at in range(0, len(times_s), minutes)]
    sent = [
        each._replace(step=each.step + number * minutes)
        for number, part in enumerate(runs)
        for each in part.notifications
    ]
    timelines = {
        monitor_id: {group: joined([part.timelines[monitor_id][group] for part in runs]) for group in groups}
        for monitor_id, groups in runs[0].timelines.items()
    }
    return Run(times_s, timelines, tuple(sent))


def joined(parts: Sequence[GroupTimeline]) -> GroupTimeline:
    """One timeline of several that follow one another."""
    return replace(
        parts[0],
        values=np.concatenate([part.values for part in parts]),
        states=np.concatenate([part.states for part in parts]),
        outcomes=np.concatenate([part.outcomes for part in parts]),
    )


def run_case(given: Mapping[str, Any], run: Runner) -> Run:
    """Run a case once a minute: on what its `signals` come to, or on the `series` that its queries answer with."""
    downtimes = [parse_downtime(downtime) for downtime in given.get("downtimes", [])]
    if "signals" in given:
        minutes = np.arange(given.get("first_minute", 0), given["minutes"])
        return run(parse_monitors(given["monitors"]), signals_of(given["signals"]), START_S + 60 * minutes, downtimes)
    length = max((len(numbers(text)) for groups in given["series"].values() for text in groups.values()), default=1)
    store = store_of(given["series"], given.get("full", {}), length)
    return run(monitors_of(*given["monitors"]), store, START_S + 60 * np.arange(length), downtimes)


def case_failures(case: Case, run: Runner = run) -> list[str]:
    """What a case expects and did not get: statuses at every change, and all notifications in full."""
    result, wanted = run_case(case.given, run), case.expected
    failures = []
    for monitor_id, texts in wanted.get("modelled", {}).items():
        found = {timeline.modelled for timeline in result.timelines[monitor_id].values()}
        if found != {tuple(texts)}:
            failures.append(f"modelled of {monitor_id}: expected {texts}, got {found}")
    for monitor_id, groups in wanted["states"].items():
        for group, expected in groups.items():
            got = [list(change) for change in changes(result, monitor_id, group_of(group))]
            if got != expected:
                failures.append(f"states of {monitor_id} {group}: expected {expected}, got {got}")
    for monitor_id, reasons in wanted.get("skipped", {}).items():
        timeline = result.timelines[monitor_id][()]
        got_reasons = {minute: Outcome(timeline.outcomes[int(minute)]).reason for minute in reasons}
        if got_reasons != reasons:
            failures.append(f"outcomes of {monitor_id}: expected {reasons}, got {got_reasons}")
    got_sent = [as_json(notification) for notification in result.notifications]
    if "notifications" in wanted and got_sent != wanted["notifications"]:
        failures.append(f"notifications: expected {wanted['notifications']}, got {json.dumps(got_sent)}")
    return failures


def as_json(notification: Notification) -> dict[str, Any]:
    return {
        "minute": notification.step,
        "monitor": notification.monitor_id,
        "group": ",".join(notification.group) or "*",
        "kind": notification.kind,
        "title": notification.title,
        "message": notification.message,
        "handles": list(notification.handles),
    }


@pytest.fixture
def sim() -> SimpleNamespace:
    """The functions above, for tests to call."""
    return SimpleNamespace(
        START_S=START_S,
        case_failures=case_failures,
        changes=changes,
        monitor=monitor,
        monitors_of=monitors_of,
        run_in_parts=run_in_parts,
        run_on=run_on,
        sent=sent,
        signals_of=signals_of,
        store_of=store_of,
    )
