"""Whether a search compares with durations such as 1s, whose unit a facet may have otherwise than it is read here."""

from __future__ import annotations

from firedrill.vendors.datadog.search.nodes import And, Comparison, Nanoseconds, Node, Not, Or, Range, Term
from firedrill.vendors.datadog.search.parser import parse

DURATIONS = "durations in a search: in nanoseconds, as the attribute duration; a facet's own unit is not known here"
"""How they are read, which is a model."""


def has_durations(query: str) -> bool:
    """Whether any number of the query is a duration. Raises SearchSyntaxError."""
    return _has(parse(query))


def _has(node: Node) -> bool:
    match node:
        case Not(inner):
            return _has(inner)
        case And(nodes) | Or(nodes):
            return any(map(_has, nodes))
        case Term(_, Comparison(_, number)):
            return isinstance(number, Nanoseconds)
        case Term(_, Range(low, high)):
            return isinstance(low, Nanoseconds) or isinstance(high, Nanoseconds)
        case _:
            return False
