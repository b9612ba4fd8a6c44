"""A log search as data: terms combined by boolean operators."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from ipaddress import IPv4Network, IPv6Network
from typing import Literal, TypeAlias

FieldKind = Literal["attribute", "reserved", "tag", "tags", "full text", "free text"]
Number: TypeAlias = "int | float"


class Nanoseconds(int):
    """A number that was written as a duration, such as 1s or 20ms."""


class Wild(Enum):
    """A wildcard outside of quotes: any number of characters, or one character."""

    MANY = "*"
    ONE = "?"


@dataclass(frozen=True, slots=True)
class Field:
    """What is searched: an attribute's dotted path, a reserved attribute, a tag's key, or ("tags") whole tags.

    `at` is the field's offset in the query, for messages.
    """

    kind: FieldKind
    name: str = ""
    at: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class Word:
    """A value without quotes: literal texts and wildcards in order."""

    parts: tuple[str | Wild, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A value in double quotes, where wildcards are plain characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number on the right of `>`, `>=`, `<` or `<=`."""

    operator: str
    number: Number


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers between two bounds, with both bounds (`[a TO b]`) or without (`{a TO b}`); None is unbounded (`*`)."""

    low: Number | None
    high: Number | None
    inclusive: bool


Value: TypeAlias = "Word | Phrase | Comparison | Range"


@dataclass(frozen=True, slots=True)
class Everything:
    """The empty query, `*` and `""`: matches every log."""


@dataclass(frozen=True, slots=True)
class Term:
    """A value searched in a field."""

    field: Field
    value: Value


@dataclass(frozen=True, slots=True)
class Exists:
    """The field is present: `@a:*` or `_exists_:@a`."""

    field: Field


@dataclass(frozen=True, slots=True)
class Cidr:
    """An attribute's address lies in one of the blocks."""

    field: Field
    blocks: tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The log does not match."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """The log matches every node."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """The log matches at least one node."""

    nodes: tuple[Node, ...]


Node: TypeAlias = "Everything | Term | Exists | Cidr | Not | And | Or"
