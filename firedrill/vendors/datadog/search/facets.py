"""What a search looks at."""

from __future__ import annotations

from firedrill.vendors.datadog.search.nodes import And, Everything, Field, Node, Not, Or
from firedrill.vendors.datadog.search.parser import parse


def facets_of(query: str) -> frozenset[str]:
    """The facets that the search reads: `@attribute`, a reserved attribute or a tag's key.

    Text without a field is searched in the message. What looks at all attributes or all tags names none of them. Raises
    SearchSyntaxError.
    """
    return frozenset(_facets(parse(query)))


def _facets(node: Node) -> set[str]:
    match node:
        case Everything():
            return set()
        case Not(inner):
            return _facets(inner)
        case And(nodes) | Or(nodes):
            return set[str]().union(*map(_facets, nodes))
        case _:
            return _facet(node.field)


def _facet(field: Field) -> set[str]:
    if field.kind == "attribute" or field.name == "trace_id":
        return {f"@{field.name}"}
    if field.kind == "free text":
        return {"message"}
    return {field.name} if field.kind in ("reserved", "tag") else set()
