"""What a tag writes: variables, and the helpers eval, local_time, urlencode and override_priority.

Source: docs.datadoghq.com/monitors/notify/variables
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo, available_timezones

from firedrill.vendors.datadog.monitors.templates.calls import Call, MeaninglessCall
from firedrill.vendors.datadog.monitors.templates.eval_helper import Expression, compile_eval
from firedrill.vendors.datadog.monitors.templates.values import Path, Value, Variables, path_of, show
from firedrill.vendors.datadog.syntax import SyntaxMistake

PRIORITIES = ("P1", "P2", "P3", "P4", "P5")


@dataclass(frozen=True)
class Variable:
    """`{{path}}`: the variable's value."""

    path: Path

    @property
    def paths(self) -> tuple[Path, ...]:
        """The variables read."""
        return (self.path,)

    def value(self, variables: Variables) -> Value:
        """The value, None when there is none."""
        return variables.get(self.path)


@dataclass(frozen=True)
class Eval:
    """`{{eval "expression"}}`."""

    expression: Expression

    @property
    def paths(self) -> tuple[Path, ...]:
        """The variables read."""
        return self.expression.paths

    def value(self, variables: Variables) -> Value:
        """The expression's result."""
        return self.expression.evaluate(variables)


@dataclass(frozen=True)
class LocalTime:
    """`{{local_time 'path' 'zone'}}`: a time as `yyyy-MM-dd HH:mm:ss±HH:mm` of a tz database zone."""

    path: Path
    zone: str

    @property
    def paths(self) -> tuple[Path, ...]:
        """The variables read."""
        return (self.path,)

    def value(self, variables: Variables) -> Value:
        """The local date, nothing when the variable holds no time."""
        time = variables.get(self.path)
        if not isinstance(time, datetime):
            return None
        return time.astimezone(ZoneInfo(self.zone)).isoformat(" ", "seconds")


@dataclass(frozen=True)
class UrlEncode:
    """`{{urlencode "path"}}`: the value as part of a URL."""

    path: Path

    @property
    def paths(self) -> tuple[Path, ...]:
        """The variables read."""
        return (self.path,)

    def value(self, variables: Variables) -> Value:
        """The encoded value."""
        return quote(show(variables.get(self.path)), safe="")


@dataclass(frozen=True)
class OverridePriority:
    """`{{override_priority 'P1'}}`: writes nothing and gives the notification another priority.

    Source: docs.datadoghq.com/monitors/notify
    """

    priority: str
    paths: tuple[Path, ...] = ()

    def value(self, variables: Variables) -> Value:
        """Nothing."""
        return None


Output = Variable | Eval | LocalTime | UrlEncode | OverridePriority


def output_of(call: Call) -> Output:
    """The output that a tag's words mean, raising MeaninglessCall."""
    if not call.arguments:
        return Variable(path_of(call.name))
    if call.name not in HELPERS:
        raise MeaninglessCall(f"helper {call.name!r}", f"one of {', '.join(HELPERS)}, or a variable alone")
    return HELPERS[call.name](call)


def texts(call: Call, count: int, usage: str) -> list[str]:
    """The call's arguments when they are `count` quoted strings."""
    given = [argument for argument in call.arguments if isinstance(argument, str)]
    if len(given) != count or len(given) != len(call.arguments):
        raise MeaninglessCall(f"{call.name} of {len(call.arguments)} arguments", usage)
    return given


def named_path(text: str) -> Path:
    """The path that a quoted string names, raising MeaninglessCall when it names none."""
    path = path_of(text)
    if not path:
        raise MeaninglessCall(f"variable {text!r}", "the name of a variable")
    return path


def priority_of(text: str) -> str:
    """The priority, raising MeaninglessCall for anything but P1 to P5."""
    if text not in PRIORITIES:
        raise MeaninglessCall(f"priority {text!r}", f"one of {', '.join(PRIORITIES)}")
    return text


def _eval(call: Call) -> Output:
    (text,) = texts(call, 1, 'eval "expression"')
    try:
        return Eval(compile_eval(text))
    except SyntaxMistake as mistake:
        raise MeaninglessCall(f"{mistake.found} in the eval expression {text!r}", mistake.expected) from mistake


def _local_time(call: Call) -> Output:
    name, zone = texts(call, 2, "local_time 'time_variable' 'timezone'")
    if zone not in available_timezones():
        raise MeaninglessCall(f"time zone {zone!r}", "a name of the tz database, such as 'Asia/Tokyo'")
    return LocalTime(named_path(name), zone)


def _urlencode(call: Call) -> Output:
    (name,) = texts(call, 1, 'urlencode "variable"')
    return UrlEncode(named_path(name))


def _override_priority(call: Call) -> Output:
    (priority,) = texts(call, 1, "override_priority 'P1'")
    return OverridePriority(priority_of(priority))


HELPERS: Mapping[str, Callable[[Call], Output]] = {
    "eval": _eval,
    "local_time": _local_time,
    "override_priority": _override_priority,
    "urlencode": _urlencode,
}
