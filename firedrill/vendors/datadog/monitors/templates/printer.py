"""A compiled message back to text: one spelling for each meaning, which compiles to the same message."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from firedrill.vendors.datadog.monitors.templates.compile import Block, Insert, Node, Text
from firedrill.vendors.datadog.monitors.templates.conditions import Condition, Match, PriorityIs
from firedrill.vendors.datadog.monitors.templates.outputs import (
    Eval,
    LocalTime,
    Output,
    OverridePriority,
    UrlEncode,
    Variable,
)
from firedrill.vendors.datadog.monitors.templates.values import spell

_ABREAST = "{{!}}"
"""An empty comment behind a block's tag: a tag that has its line to itself would swallow the line."""


def print_nodes(nodes: Sequence[Node]) -> str:
    """The template's source."""
    parts = []
    for are_texts, together in groupby(nodes, lambda node: isinstance(node, Text)):
        if are_texts:
            parts.append(_text("".join(node.text for node in together if isinstance(node, Text))))
        else:
            parts += [_block(node) if isinstance(node, Block) else _insert(node) for node in together]
    return "".join(parts)


def _text(text: str) -> str:
    """Braces that would read as a tag can only have come out of a raw block."""
    return f"{{{{{{{{raw}}}}}}}}{text}{{{{{{{{/raw}}}}}}}}" if "{{" in text or text.endswith("{") else text


def _insert(node: Node) -> str:
    assert isinstance(node, Insert)
    call = _output(node.output)
    return f"{{{{{call}}}}}" if node.encoded else f"{{{{{{{call}}}}}}}"


def _block(block: Block) -> str:
    call = _condition(block.condition)
    name = call.split()[0]
    body, otherwise = print_nodes(block.body), print_nodes(block.otherwise)
    end = f"{{{{{{{{/{name}}}}}}}}}"
    if not otherwise and all(isinstance(node, Text) for node in block.body):
        raw = "".join(node.text for node in block.body if isinstance(node, Text))
        if end not in raw and ("{{" in raw or "}}" in call):
            return f"{{{{{{{{{call}}}}}}}}}{raw}{end}"
    if otherwise and not body:
        return f"{{{{^{call}}}}}{_ABREAST}{otherwise}{{{{/{name}}}}}{_ABREAST}"
    middle = f"{{{{else}}}}{_ABREAST}{otherwise}" if otherwise else ""
    return f"{{{{#{call}}}}}{_ABREAST}{body}{middle}{{{{/{name}}}}}{_ABREAST}"


def _condition(condition: Condition) -> str:
    if isinstance(condition, Match):
        subject = condition.subject
        first = _quote(spell(subject.path)) if isinstance(subject, Variable) else f"({_output(subject)})"
        texts = " ".join(map(_quote, condition.texts))
        return f"{'is_exact_match' if condition.exact else 'is_match'} {first} {texts}"
    return f"is_priority {_quote(condition.priority)}" if isinstance(condition, PriorityIs) else condition.name


def _output(output: Output) -> str:
    if isinstance(output, Eval):
        return f"eval {_quote(output.expression.text)}"
    if isinstance(output, LocalTime):
        return f"local_time {_quote(spell(output.path))} {_quote(output.zone)}"
    if isinstance(output, UrlEncode):
        return f"urlencode {_quote(spell(output.path))}"
    return (
        f"override_priority {_quote(output.priority)}" if isinstance(output, OverridePriority) else spell(output.path)
    )


def _quote(text: str) -> str:
    return f"'{text}'" if '"' in text else f'"{text}"'
