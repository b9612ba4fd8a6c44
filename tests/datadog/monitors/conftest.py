"""Monitors whose queries answer with given values, so that each rule is seen alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from firedrill.datadog.metrics import compile_query
from firedrill.datadog.metrics.notation import parse_notation
from firedrill.datadog.monitors import (
    Downtime,
    Monitor,
    Notification,
    Options,
    Outcome,
    Run,
    State,
    parse_downtime,
    parse_monitors,
    run,
)

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


def case_failures(case: Mapping[str, Any]) -> list[str]:
    """What a case file expects and did not get: statuses at every change, and all notifications in full."""
    length = max((len(numbers(text)) for groups in case["series"].values() for text in groups.values()), default=1)
    store = store_of(case["series"], case.get("full", {}), length)
    downtimes = [parse_downtime(downtime) for downtime in case.get("downtimes", [])]
    result = run(monitors_of(*case["monitors"]), store, START_S + 60 * np.arange(length), downtimes)
    failures = []
    for monitor_id, groups in case["states"].items():
        for group, expected in groups.items():
            got = [list(change) for change in changes(result, monitor_id, group_of(group))]
            if got != expected:
                failures.append(f"states of {monitor_id} {group}: expected {expected}, got {got}")
    for monitor_id, reasons in case.get("skipped", {}).items():
        timeline = result.timelines[monitor_id][()]
        got_reasons = {minute: Outcome(timeline.outcomes[int(minute)]).reason for minute in reasons}
        if got_reasons != reasons:
            failures.append(f"outcomes of {monitor_id}: expected {reasons}, got {got_reasons}")
    got_sent = [as_json(notification) for notification in result.notifications]
    if "notifications" in case and got_sent != case["notifications"]:
        failures.append(f"notifications: expected {case['notifications']}, got {json.dumps(got_sent)}")
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
        run_on=run_on,
        sent=sent,
        store_of=store_of,
    )
