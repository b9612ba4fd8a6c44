"""Downtimes: which groups are muted when, and what their ends notify.

Source: docs.datadoghq.com/monitors/downtimes, docs.datadoghq.com/api/latest/downtimes (version 2)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import numpy as np
from lark import Lark, Token, Transformer, UnexpectedInput, v_args

from firedrill.vendors.datadog.monitors.moments import Muting, not_muted, triggered_states
from firedrill.vendors.datadog.monitors.monitor import Monitor
from firedrill.vendors.datadog.monitors.schedules import FOREVER_S, MODELLED, Once, Recurring, read_recurring
from firedrill.vendors.datadog.monitors.states import Group, State, Times
from firedrill.vendors.datadog.rules.options import STATUSES
from firedrill.vendors.datadog.rules.recurrences import former_breaches, schedule_breaches
from firedrill.vendors.datadog.syntax import SyntaxMistake, place, read_lark
from firedrill.vendors.errors import FiredrillError, Unsupported, refuse
from firedrill.vendors.rules.breach import Breach, shown

Scope = Callable[[Group], bool]


class DowntimeScopeError(SyntaxMistake):
    """A group scope that downtimes do not accept."""

    language = "downtime scope"


class InvalidDowntime(FiredrillError):
    """A downtime that the API would refuse."""


@dataclass(frozen=True)
class Downtime:
    """A downtime that is in force by its `schedule`; its `name` is its scope as declared.

    It mutes the groups that `scope` matches, of the monitor with `monitor_id` or of those having all `monitor_tags`.
    """

    name: str
    scope: Scope
    schedule: Once | Recurring
    monitor_id: str | None = None
    monitor_tags: frozenset[str] = frozenset()
    mute_first_recovery: bool = False
    notify_end_states: frozenset[State] = frozenset()

    def targets(self, monitor: Monitor) -> bool:
        """Whether the downtime is about the monitor; the tag `*` is about every monitor."""
        if self.monitor_id is not None:
            return monitor.id == self.monitor_id
        return self.monitor_tags <= {*monitor.tags, "*"}

    def mutes(self, monitor: Monitor, group: Group, time_s: int) -> bool:
        """Whether the downtime mutes a group of a monitor at a time."""
        return self.targets(monitor) and self.scope(group) and bool(self.schedule.covers(np.array([time_s]))[0])


def muting(
    downtimes: Sequence[Downtime], monitor: Monitor, group: Group, times_s: Times, before_s: int | None = None
) -> Muting:
    """The downtimes as one group of a monitor sees them; `before_s` is the time before the first one, if any was.

    The first recovery is muted as soon as one of several downtimes says so; an end notifies only when no other
    downtime goes on. A composite and its monitors are muted independently.
    """
    applying = [downtime for downtime in downtimes if downtime.targets(monitor) and downtime.scope(group)]
    if not applying:
        return not_muted(len(times_s))
    covered = [downtime.schedule.covers(times_s) for downtime in applying]
    muted = np.logical_or.reduce(covered)
    quiet = [cover for cover, downtime in zip(covered, applying, strict=True) if downtime.mute_first_recovery]
    recovery_muted = np.logical_or.reduce(quiet) if quiet else np.zeros(len(times_s), bool)
    before = times_s[:1] if before_s is None else np.array([before_s])
    were = [
        np.concatenate((downtime.schedule.covers(before), cover[:-1]))
        for cover, downtime in zip(covered, applying, strict=True)
    ]
    ends = {}
    for step in np.flatnonzero(~muted & np.logical_or.reduce(were)):
        ended = [d.notify_end_states for d, was in zip(applying, were, strict=True) if was[step]]
        ends[int(step)] = frozenset[State]().union(*ended)
    return Muting(muted, recovery_muted, ends)


def modelled_of(downtimes: Sequence[Downtime]) -> tuple[str, ...]:
    """What of the downtimes is modelled, in texts to show."""
    return (MODELLED,) if any(isinstance(each.schedule, Recurring) for each in downtimes) else ()


_FIELDS = (
    "display_timezone",
    "message",
    "monitor_identifier",
    "mute_first_recovery_notification",
    "notify_end_states",
    "notify_end_types",
    "schedule",
    "scope",
)


def parse_downtime(raw: Mapping[str, Any]) -> Downtime:
    """Compile a downtime's API attributes.

    Raises InvalidDowntime or DowntimeScopeError for what the API refuses, Unsupported for one that recurs in the older
    form of the first API (`schedule.recurrence`) and is right. By default an expired downtime notifies what is in
    Alert, Warn or No Data, and a cancelled one nothing.
    """
    scope = raw.get("scope", "")
    place = f"downtime of {scope!r}"
    unknown = sorted(raw.keys() - set(_FIELDS))
    if unknown:
        raise _refused(place, Breach(unknown[0], "not a known field", f"one of {', '.join(_FIELDS)}"))
    schedule = raw.get("schedule") or {}
    identifier = raw.get("monitor_identifier") or {}
    monitor_id = identifier.get("monitor_id")
    if (monitor_id is None) == (not identifier.get("monitor_tags")):
        value = shown(identifier) if identifier else ""
        raise _refused(place, Breach("monitor_identifier", value, "either monitor_id or monitor_tags"))
    states, types = raw.get("notify_end_states", STATUSES), raw.get("notify_end_types", ("expired",))
    for name, given, allowed in (
        ("notify_end_states", states, STATUSES),
        ("notify_end_types", types, ("canceled", "expired")),
    ):
        if not set(given) <= set(allowed):
            raise _refused(place, Breach(name, shown(given), f"any of {', '.join(allowed)}"))
    compiled = compile_scope(scope)
    return Downtime(
        scope,
        compiled,
        _schedule(schedule, place),
        None if monitor_id is None else str(monitor_id),
        frozenset(identifier.get("monitor_tags") or ()),
        bool(raw.get("mute_first_recovery_notification", False)),
        triggered_states(states) if "expired" in types else frozenset(),
    )


def _schedule(schedule: Mapping[str, Any], place: str) -> Once | Recurring:
    if "recurrence" in schedule:
        refuse(place, former_breaches(schedule["recurrence"]))
        raise Unsupported("a recurring downtime in the form of the first API", place)
    if "recurrences" in schedule:
        refuse(place, schedule_breaches(schedule))
        return read_recurring(schedule, place)
    start_s, end_s = _time_s(place, schedule, "start", 0), _time_s(place, schedule, "end", FOREVER_S)
    if end_s <= start_s:
        later = f"a time after schedule.start ({shown(schedule.get('start'))})"
        raise _refused(place, Breach("schedule.end", shown(schedule["end"]), later))
    return Once(start_s, end_s)


def _refused(place: str, breach: Breach) -> InvalidDowntime:
    return InvalidDowntime(f"{place}: {breach}.")


def _time_s(place: str, schedule: Mapping[str, Any], name: str, default: int) -> int:
    text = schedule.get(name)
    if text is None:
        return default
    try:
        time = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        allowed = "an ISO 8601 time such as '2026-01-02T03:04:05Z'"
        raise _refused(place, Breach(f"schedule.{name}", shown(text), allowed)) from error
    return int((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())


@v_args(inline=True)
class _Predicates(Transformer[Token, Scope]):
    def everything(self) -> Scope:
        return lambda group: True

    def both(self, *clauses: Scope) -> Scope:
        return lambda group: all(clause(group) for clause in clauses)

    def either(self, *clauses: Scope) -> Scope:
        return lambda group: any(clause(group) for clause in clauses)

    def one(self, value: Token) -> tuple[str, ...]:
        return (str(value),)

    def any_of(self, *values: Token) -> tuple[str, ...]:
        return tuple(map(str, values))

    def tag(self, *parts: Any) -> Scope:
        key, values = parts[-2:]
        pattern = "|".join(".*".join(map(re.escape, value.strip('"').split("*"))) for value in values)
        tag = re.compile(f"{re.escape(key)}(?:{pattern})")
        negated = len(parts) == 3
        return lambda group: any(tag.fullmatch(name) for name in group) != negated


_TERMINALS = {
    "_EVERYTHING": "'*'",
    "KEY": "a key with ':'",
    "VALUE": "a value",
    "NOT": "'-'",
    "_AND": "AND",
    "_OR": "OR",
    "_OPEN": "'('",
    "_CLOSE": "')'",
}


@cache
def _grammar() -> Lark:
    return Lark.open("downtime_scope.lark", rel_to=__file__, parser="lalr", transformer=_Predicates())


def compile_scope(text: str) -> Scope:
    """Compile a group scope, raising DowntimeScopeError with line, column and what was expected."""
    try:
        scope: Scope = _grammar().parse(text)  # type: ignore[assignment]  # the transformer's result
    except UnexpectedInput as error:
        at, found, expected = read_lark(error, text, _TERMINALS)
        raise DowntimeScopeError(text, *place(text, at), found, expected) from error
    return scope
