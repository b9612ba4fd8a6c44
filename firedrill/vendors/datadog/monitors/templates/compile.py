"""Build a message's tree from its pieces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from firedrill.vendors.datadog.monitors.templates.calls import Call, Closing, MeaninglessCall, Opening, read_tag
from firedrill.vendors.datadog.monitors.templates.conditions import Condition, condition_of
from firedrill.vendors.datadog.monitors.templates.errors import TemplateSyntaxError
from firedrill.vendors.datadog.monitors.templates.outputs import Output, output_of
from firedrill.vendors.datadog.monitors.templates.scanner import Kind, Piece, scan, stands_alone

_T = TypeVar("_T")

DEEPEST = 50
"""Blocks inside blocks; no documented limit, it only keeps rendering within bounds."""


@dataclass(frozen=True)
class Text:
    """Characters that are written unchanged."""

    text: str


@dataclass(frozen=True)
class Insert:
    """The output of a variable or helper; HTML-encoded unless it stood in triple braces."""

    output: Output
    encoded: bool


@dataclass(frozen=True)
class Block:
    """A conditional block: `body` when its condition holds, `otherwise` (after `{{else}}`) when it does not."""

    condition: Condition
    body: tuple[Node, ...]
    otherwise: tuple[Node, ...]


Node = Text | Insert | Block


@dataclass
class _Open:
    """A block whose end is still to come; the outermost one is the message itself."""

    start: int
    opening: Opening | None = None
    condition: Condition | None = None
    nodes: list[Node] = field(default_factory=list)
    before_else: list[Node] | None = None

    def close(self) -> Block:
        assert self.opening is not None
        assert self.condition is not None
        first = tuple(self.nodes if self.before_else is None else self.before_else)
        second = () if self.before_else is None else tuple(self.nodes)
        return Block(self.condition, *((second, first) if self.opening.negated else (first, second)))


def compile_nodes(template: str) -> tuple[Node, ...]:
    """The tree of a message, raising TemplateSyntaxError with line, column and what was expected."""
    pieces = list(scan(template))
    alone = [stands_alone(template, piece) for piece in pieces]
    stack = [_Open(0)]
    for index, piece in enumerate(pieces):
        if piece.kind is Kind.TEXT:
            after_line = index > 0 and alone[index - 1]
            before_line = index + 1 < len(pieces) and alone[index + 1]
            stack[-1].nodes.append(Text(_trimmed(piece.content, after_line, before_line)))
        elif piece.kind is not Kind.COMMENT:
            _add(template, piece, stack)
    if len(stack) > 1:
        raise TemplateSyntaxError(
            template, stack[-1].start, f"{_name(stack[-1])} that is never closed", _end(stack[-1])
        )
    return tuple(stack[0].nodes)


def _add(template: str, piece: Piece, stack: list[_Open]) -> None:
    here = stack[-1]
    if piece.kind is Kind.TAG and piece.content.strip() == "else":
        if here.opening is None or here.before_else is not None:
            raise TemplateSyntaxError(template, piece.start, "{{else}}", "it once inside a conditional block")
        here.before_else, here.nodes = here.nodes, []
        return
    tag = read_tag(template, piece.content, piece.inner)
    if isinstance(tag, Closing):
        if here.opening is None or here.opening.call.name != tag.name:
            raise TemplateSyntaxError(template, piece.start, f"{{{{/{tag.name}}}}}", _end(here))
        stack.pop()
        stack[-1].nodes.append(here.close())
    elif isinstance(tag, Opening) and piece.kind is Kind.TAG:
        if len(stack) > DEEPEST:
            raise TemplateSyntaxError(
                template, piece.start, "one more block", f"at most {DEEPEST} blocks inside each other"
            )
        stack.append(_Open(piece.start, tag, _meaning(template, piece, condition_of, tag.call)))
    elif isinstance(tag, Opening):
        raise TemplateSyntaxError(
            template, piece.inner, repr(piece.content.strip()[0]), "a name: only {{ }} open blocks"
        )
    elif piece.kind is Kind.RAW:
        here.nodes.append(_raw(template, piece, tag))
    else:
        output = _meaning(template, piece, output_of, tag)
        here.nodes.append(Insert(output, encoded=piece.kind is Kind.TAG))


def _raw(template: str, piece: Piece, call: Call) -> Node:
    """`{{{{raw}}}}` shows its text unchanged; `{{{{is_match ...}}}}` does so when the condition holds."""
    if call == Call("raw"):
        return Text(piece.raw)
    return Block(_meaning(template, piece, condition_of, call), (Text(piece.raw),), ())


def _meaning(template: str, piece: Piece, read: Callable[[Call], _T], call: Call) -> _T:
    try:
        return read(call)
    except MeaninglessCall as mistake:
        raise TemplateSyntaxError(template, piece.inner, mistake.found, mistake.expected) from mistake


def _trimmed(text: str, after_line: bool, before_line: bool) -> str:
    if after_line:
        text = text.lstrip(" \t\r").removeprefix("\n")
    return text.rstrip(" \t") if before_line else text


def _name(block: _Open) -> str:
    assert block.opening is not None
    return f"{{{{{'^' if block.opening.negated else '#'}{block.opening.call.name}}}}}"


def _end(block: _Open) -> str:
    return "no end of a block" if block.opening is None else f"{{{{/{block.opening.call.name}}}}}"
