"""The conditional variables of `{{#...}}` and `{{^...}}` blocks.

Source: docs.datadoghq.com/monitors/notify/variables
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from firedrill.vendors.datadog.monitors.templates.calls import Call, MeaninglessCall
from firedrill.vendors.datadog.monitors.templates.outputs import (
    Output,
    Variable,
    named_path,
    output_of,
    priority_of,
    texts,
)
from firedrill.vendors.datadog.monitors.templates.values import Path, Value, Variables, number, show

STATES = (
    "is_alert",
    "is_alert_recovery",
    "is_alert_to_warning",
    "is_no_data",
    "is_no_data_recovery",
    "is_recovery",
    "is_renotify",
    "is_unknown",
    "is_warning",
    "is_warning_recovery",
)
"""The conditional variables that take no argument."""

CONDITIONALS = (*STATES, "is_exact_match", "is_match", "is_priority")


@dataclass(frozen=True)
class Context:
    """What a message is rendered for: variables, the conditional variables that hold, the monitor's priority."""

    variables: Variables = field(default_factory=dict)
    states: Collection[str] = ()
    priority: str | None = None


@dataclass(frozen=True)
class StateIs:
    """A conditional variable about the transition, such as `is_alert`."""

    name: str
    paths: tuple[Path, ...] = ()

    def holds(self, context: Context) -> bool:
        """Whether the transition is of this kind."""
        return self.name in context.states


@dataclass(frozen=True)
class PriorityIs:
    """`is_priority 'P1'`."""

    priority: str
    paths: tuple[Path, ...] = ()

    def holds(self, context: Context) -> bool:
        """Whether the monitor has this priority."""
        return context.priority == self.priority


@dataclass(frozen=True)
class Match:
    """`is_match` (any of the texts is contained) and `is_exact_match` (any is equal; numbers by value).

    An empty text means in `is_match` that the variable is not empty, in `is_exact_match` that it is empty or missing.
    """

    subject: Output
    texts: tuple[str, ...]
    exact: bool

    @property
    def paths(self) -> tuple[Path, ...]:
        """The variables read."""
        return self.subject.paths

    def holds(self, context: Context) -> bool:
        """Whether the subject matches."""
        value = self._value(context.variables)
        shown = show(value)
        if not self.exact:
            return any(text in shown if text else bool(shown) for text in self.texts)
        as_number = number(value)
        return any(text == shown or (as_number is not None and number(text) == as_number) for text in self.texts)

    def _value(self, variables: Variables) -> Value:
        """`"env"` stands for `"env.name"`: the page's examples use both."""
        value = self.subject.value(variables)
        if value is None and isinstance(self.subject, Variable):
            return variables.get((*self.subject.path, "name"))
        return value


Condition = StateIs | PriorityIs | Match


def condition_of(call: Call) -> Condition:
    """The condition that a block's words mean, raising MeaninglessCall."""
    if call.name in STATES:
        texts(call, 0, f"{call.name} alone")
        return StateIs(call.name)
    if call.name == "is_priority":
        (priority,) = texts(call, 1, "is_priority 'P1'")
        return PriorityIs(priority_of(priority))
    if call.name in ("is_match", "is_exact_match"):
        return _match(call)
    raise MeaninglessCall(f"conditional variable {call.name!r}", f"one of {', '.join(CONDITIONALS)}")


def _match(call: Call) -> Match:
    subject, *others = call.arguments or ("",)
    wanted = [other for other in others if isinstance(other, str)]
    if not subject or not wanted or len(wanted) != len(others):
        raise MeaninglessCall(f"{call.name} of {len(call.arguments)} arguments", f'{call.name} "variable" "text" ...')
    output = Variable(named_path(subject)) if isinstance(subject, str) else output_of(subject)
    return Match(output, tuple(wanted), exact=call.name == "is_exact_match")
