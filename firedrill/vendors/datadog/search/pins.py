"""What a log search demands of every log that it finds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

from firedrill.vendors.datadog.search.errors import SearchSyntaxError
from firedrill.vendors.datadog.search.nodes import And, Cidr, Exists, Node, Or, Term
from firedrill.vendors.datadog.search.parser import parse
from firedrill.vendors.datadog.search.values import literal

Pinned = Mapping[str, frozenset[str]]
"""Reserved attributes, tags and attributes ("@name") with the values of which each matching log has one."""

_NAMED = ("reserved", "tag", "attribute")


def pinned(query: str) -> Pinned:
    """What the search demands of every log by exact value: `source:a service:(b OR c)` pins both, `source:a OR b` none.

    A search that nobody can read pins nothing.
    """
    try:
        return _pinned(parse(query))
    except SearchSyntaxError:
        return {}


def not_pinned(query: str, names: tuple[str, ...]) -> list[str]:
    """Those of `names` that the search leaves open."""
    found = pinned(query)
    return [name for name in names if name not in found]


def demanded(query: str) -> frozenset[str]:
    """The reserved attributes, tags and attributes ("@name") that every matching log has, whatever their values.

    A search that nobody can read demands nothing.
    """
    try:
        return _demanded(parse(query))
    except SearchSyntaxError:
        return frozenset()


def _demanded(node: Node) -> frozenset[str]:
    if isinstance(node, And):
        return frozenset[str]().union(*map(_demanded, node.nodes))
    if isinstance(node, Or):
        return frozenset.intersection(*map(_demanded, node.nodes))
    if isinstance(node, Term | Exists | Cidr) and node.field.kind in _NAMED:
        return frozenset([_name(node)])
    return frozenset()


def _name(node: Term | Exists | Cidr) -> str:
    return f"@{node.field.name}" if node.field.kind == "attribute" else node.field.name


def _pinned(node: Node) -> Pinned:
    if isinstance(node, And):
        return reduce(lambda all_, each: {**_pinned(each), **all_}, node.nodes, {})
    if isinstance(node, Or):
        first, *others = map(_pinned, node.nodes)
        return {
            name: values.union(*(each[name] for each in others))
            for name, values in first.items()
            if all(name in each for each in others)
        }
    if isinstance(node, Term) and node.field.kind in _NAMED:
        text = literal(node.value)
        return {_name(node): frozenset([text])} if text else {}
    return {}
