"""Queries that stand by themselves, in SLOs and dashboards: parsed and checked as far as that goes without a window.

Source: docs.datadoghq.com/dashboards/querying, docs.datadoghq.com/dashboards/functions
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.check import check_call
from firedrill.vendors.datadog.queries.errors import QuerySyntaxError
from firedrill.vendors.datadog.queries.functions import functions
from firedrill.vendors.datadog.queries.parser import parse_expression
from firedrill.vendors.datadog.syntax import SyntaxMistake
from firedrill.vendors.errors import Unsupported

_VARIABLE = "$"
"""What a template variable begins with, which may stand for a tag, a key or a name: read as a part of its name."""
_HISTOGRAM = ("histogram:", "      avg:")
"""What widgets of distributions have in place of an aggregator, and one of the same length."""
_OPENING, _CLOSING = "({", ")}"


class GraphQueryError(SyntaxMistake):
    """A query that Datadog would refuse, or that shows nothing."""

    language = "query"


class FormulaError(SyntaxMistake):
    """A formula that names what is none of its queries, or that cannot be read."""

    language = "formula"


def check_query(text: str) -> None:
    """Check a metric query, or arithmetic between them.

    Raises GraphQueryError for what Datadog refuses, Unsupported for what the emulator does not know.
    """
    with_words = _checked(text, GraphQueryError)
    for word in with_words:
        raise GraphQueryError(text, 1, word.at + 1, repr(word.name), "a metric query such as avg:metric{scope}")


def check_formula(text: str, names: Collection[str]) -> None:
    """Check a formula over the queries with these names. Raises FormulaError, or Unsupported as `check_query` does."""
    for word in _checked(text, FormulaError):
        if word.name not in names:
            allowed = f"the name of a query ({', '.join(names) or 'there is none'})"
            raise FormulaError(text, 1, word.at + 1, repr(word.name), allowed)


def parts(text: str) -> Iterator[str]:
    """The queries of an old request, which stand in one text with commas between them."""
    depth, start, quote = 0, 0, ""
    for at, character in enumerate(text):
        if quote or character in "\"'":
            quote = "" if character == quote else quote or character
        elif character in _OPENING + _CLOSING:
            depth += 1 if character in _OPENING else -1
        elif character == "," and not depth:
            yield text[start:at].strip()
            start = at + 1
    yield text[start:].strip()


def _checked(text: str, mistake: type[SyntaxMistake]) -> list[nodes.Word]:
    """The words of an expression that are no arguments, once all else is checked."""
    where = f"{mistake.language} {text!r}"
    try:
        tree = parse_expression(text.replace(_VARIABLE, "v").replace(*_HISTOGRAM))
        found = list(nodes.walk(tree))
        arguments = {id(each) for part in found if isinstance(part, nodes.Call) for each in part.arguments[1:]}
        for part in found:
            if isinstance(part, nodes.Call):
                function = functions().get(part.name)
                if function is None or function.apply or function.shift_s:
                    check_call(part, text, where)
    except QuerySyntaxError as error:
        raise mistake(text, error.line, error.column, error.found, error.expected) from error
    except Unsupported as error:
        raise Unsupported(error.feature, where) from error
    return [part for part in found if isinstance(part, nodes.Word) and id(part) not in arguments]
