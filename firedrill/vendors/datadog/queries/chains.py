"""What the chained forms of monitor queries share: `head("text").method("…").last("5m") > n`."""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.errors import QuerySyntaxError
from firedrill.vendors.datadog.rules.windows import Window, parse_window
from firedrill.vendors.datadog.syntax import place
from firedrill.vendors.errors import Unsupported


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
    if cumulative or (last and last[0].startswith("current_")):
        method, window_text = ("current", found["current"][0]) if cumulative else ("last", (last or [""])[0])
        raise Unsupported(f"the cumulative window {window_text} in .{method}()", f"Monitor query {text!r}")
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
