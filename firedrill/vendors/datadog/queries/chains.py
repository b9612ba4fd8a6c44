"""What the chained forms of monitor queries share: `head("text").method("…").last("5m") > n`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.errors import QuerySyntaxError
from firedrill.vendors.datadog.rules.windows import Window, parse_window
from firedrill.vendors.datadog.syntax import place
from firedrill.vendors.errors import FiredrillError, Unsupported

TYPES_OF_HEADS: Mapping[str, str] = {
    "audits": "audit alert",
    "burn_rate": "slo alert",
    "ci-pipelines": "ci-pipelines alert",
    "ci-tests": "ci-tests alert",
    "database-monitoring": "database-monitoring alert",
    "error-tracking": "error-tracking alert",
    "error-tracking-logs": "error-tracking alert",
    "error-tracking-rum": "error-tracking alert",
    "error-tracking-traces": "error-tracking alert",
    "error_budget": "slo alert",
    "events": "event-v2 alert",
    "logs": "log alert",
    "processes": "process alert",
    "rum": "rum alert",
    "trace-analytics": "trace-analytics alert",
}
"""The type of monitor that a chained query makes, by its head: docs.datadoghq.com/api/latest/monitors."""

_HEAD = re.compile(r"\s*([a-z_-]+)\(")


def refuse_other(text: str, own: str = "") -> None:
    """Raise FiredrillError for a chained query whose head another type of monitor has than the `own` one."""
    head = _HEAD.match(text)
    if head and head[1] != own and head[1] in TYPES_OF_HEADS:
        raise FiredrillError(f"Monitor query {text!r}: it is a query of {head[1]}; use type {TYPES_OF_HEADS[head[1]]}.")


def texts(tree: nodes.ChainQuery, text: str, methods: Sequence[str]) -> dict[str, list[str]]:
    """The quoted arguments of every method, each method once. Raises QuerySyntaxError for any other method."""
    found: dict[str, list[str]] = {}
    for method in tree.methods:
        values = [argument.value for argument in method.arguments if isinstance(argument, nodes.Text)]
        if method.name not in methods:
            raise chain_mistake(text, method, f"one of .{'(), .'.join(methods)}()")
        if method.name in found:
            raise chain_mistake(text, method, f".{method.name}() once")
        if len(values) != len(method.arguments) or not values:
            raise chain_mistake(text, method, f"quoted strings in .{method.name}()")
        found[method.name] = values
    return found


def last_window(tree: nodes.ChainQuery, text: str, methods: Sequence[str]) -> Window:
    """The window of `.last("5m")`; `methods` are the other methods that may be there.

    `.current("1h")`, as published monitors have it (cloudposse/terraform-datadog-platform), is a cumulative window.
    """
    cumulative = method_of(tree, "current")
    found = texts(tree, text, (*methods, "last", *(("current",) if cumulative else ())))
    last = found.get("last")
    if cumulative:
        raise Unsupported(f"the cumulative window {found['current'][0]} in .current()", f"Monitor query {text!r}")
    if last and last[0].startswith("current_"):
        raise Unsupported(f"the cumulative window {last[0]} in .last()", f"Monitor query {text!r}")
    window = parse_window(f"last_{last[0]}") if last and len(last) == 1 else None
    if window is None:
        raise chain_mistake(text, method_of(tree, "last"), 'the window at the end, such as .last("5m")')
    return window


def method_of(tree: nodes.ChainQuery, name: str) -> nodes.Method | None:
    """The method of that name, or None."""
    return next((method for method in tree.methods if method.name == name), None)


def chain_mistake(text: str, method: nodes.Method | None, expected: str) -> QuerySyntaxError:
    """The error that points at a method of the chain, or at the end when it is missing."""
    if method is None:
        return QuerySyntaxError(text, *place(text, len(text)), "the end", expected)
    return QuerySyntaxError(text, *place(text, method.at), repr(method.name), expected)
