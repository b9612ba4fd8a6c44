"""What rules want to know of a monitor."""

from __future__ import annotations

import re

from firedrill.policies.rule import Item
from firedrill.vendors.datadog.monitors.templates import Context, TemplateSyntaxError, broken_handles, compile_template
from firedrill.vendors.datadog.monitors.templates import handles as mentioned
from firedrill.vendors.datadog.queries import MonitorQuery, compile_query
from firedrill.vendors.datadog.queries.nodes import Arithmetic, Expression, MetricQuery, Number, walk
from firedrill.vendors.datadog.rules.monitors import METRIC_TYPES
from firedrill.vendors.errors import FiredrillError

_TAG = re.compile(r"\{\{.*?\}\}", re.DOTALL)


def metric_query(monitor: Item) -> MonitorQuery | None:
    """The compiled query of a metric monitor; None for other types, and for what Datadog would refuse anyway."""
    if monitor.inputs.get("type") not in METRIC_TYPES:
        return None
    try:
        return compile_query(str(monitor.inputs.get("query", "")))
    except FiredrillError:
        return None


def is_ratio(monitor: Item) -> bool:
    """Whether the monitor's query divides by a metric: a rate, which one event among few can move to any value."""
    return bool(_divisors(monitor))


def is_steadied(monitor: Item) -> bool:
    """Whether whatever the query divides by has a number added to it, beside which a few events are little."""
    return all(
        isinstance(each, Arithmetic)
        and each.operator == "+"
        and any(isinstance(part, Number) and part.value > 0 for part in (each.left, each.right))
        for each in _divisors(monitor)
    )


def _divisors(monitor: Item) -> list[Expression]:
    """What the monitor's query divides by, where that has a metric in it."""
    query = metric_query(monitor)
    divisions = (each for each in walk(query.expression) if isinstance(each, Arithmetic)) if query else ()
    found = [each.right for each in divisions if each.operator == "/"]
    return [each for each in found if any(isinstance(part, MetricQuery) for part in walk(each))]


def handles(monitor: Item) -> list[str]:
    """Whom the monitor's message and that of its reminders notify, or try to, each once, in order."""
    texts = [_outline(str(monitor.inputs.get(key) or "")) for key in ("message", "escalationMessage")]
    return list(dict.fromkeys(handle for text in texts for handle in (*mentioned(text), *broken_handles(text))))


def said_in_alert(monitor: Item) -> str:
    """The message as whoever is woken by an alert reads it; one that Datadog would refuse, as it was written."""
    message = str(monitor.inputs.get("message") or "")
    try:
        return compile_template(message).render(Context(states={"is_alert"})).text
    except TemplateSyntaxError:
        return message


def _outline(message: str) -> str:
    """A message without its conditions: whatever any of them shows."""
    try:
        return compile_template(message).outline()
    except TemplateSyntaxError:
        return _TAG.sub(" ", message)
