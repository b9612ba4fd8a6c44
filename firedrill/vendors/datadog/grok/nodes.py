"""A grok pattern as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Text:
    """Regular expression text, passed on unchanged; `is_java` when Python's own engine would misread it."""

    regex: str
    is_java: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A parenthesised part, opened by `(`, `(?:`, `(?>`, a lookaround or scoped flags."""

    opening: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Flags:
    """Flags, as `i` or `i-s`, for the rest of their group."""

    letters: str


@dataclass(frozen=True, slots=True)
class Or:
    """The bar between the choices of a group."""


@dataclass(frozen=True, slots=True)
class Back:
    """A reference back to the named group."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Function:
    """A matcher, a filter or a rule with its arguments: texts, numbers, (name, value) options and functions."""

    name: str
    arguments: tuple[Any, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Reference:
    """`%{MATCHER:EXTRACT:FILTER}`; `extract` is "" where the value goes to the root, None where nothing is kept."""

    matcher: Function
    extract: str | None
    filter: Function | None
    at: int


Node: TypeAlias = "Text | Group | Flags | Or | Back | Reference"


@dataclass(frozen=True, slots=True)
class Rule:
    """One named rule; `line` counts from 1 in its list, `text` is that line, `start` the pattern's offset in it."""

    name: str
    pattern: str
    line: int
    text: str
    start: int
