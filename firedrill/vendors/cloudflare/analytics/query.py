"""Queries of analytics, read: what is asked for, with variables filled in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lark import Lark, Token, UnexpectedInput

from firedrill.vendors.errors import FiredrillError


@dataclass(frozen=True)
class Field:
    """One field that is asked for, under `name` in the answer, with its arguments and what is asked for of it."""

    name: str
    key: str
    arguments: Mapping[str, Any]
    fields: tuple[Field, ...]


class Word(str):
    """A name that stands for itself, such as a member of an enumeration."""

    __slots__ = ()


def parse(text: str, variables: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields that a query asks for. Raises FiredrillError for what is no query, and for variables that lack."""
    try:
        tree = _grammar().parse(text)
    except UnexpectedInput as error:
        raise FiredrillError(f"syntax error at line {error.line}, column {error.column}") from error
    return _Filled(variables).read(tree)


@cache
def _grammar() -> Lark:
    return Lark(Path(__file__).with_name("query.lark").read_text(encoding="utf-8"), parser="lalr")


class _Filled:
    """Reads what the grammar has found."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        self._variables = variables
        self._known: set[str] = set()

    def read(self, tree: Any) -> tuple[Field, ...]:
        for part in tree.children:
            if not isinstance(part, Token) and part.data == "definitions":
                self._known = {str(each.children[0]) for each in part.children}
        return self._selection(tree.children[-1])

    def _selection(self, tree: Any) -> tuple[Field, ...]:
        return tuple(map(self._field, tree.children))

    def _field(self, tree: Any) -> Field:
        parts = {part.data: part for part in tree.children if not isinstance(part, Token)}
        key = next(str(part) for part in tree.children if isinstance(part, Token))
        name = str(parts["alias"].children[0]) if "alias" in parts else key
        arguments = self._arguments(parts["arguments"]) if "arguments" in parts else {}
        return Field(name, key, arguments, self._selection(parts["selection"]) if "selection" in parts else ())

    def _arguments(self, tree: Any) -> dict[str, Any]:
        return {str(each.children[0]): self._value(each.children[1]) for each in tree.children}

    def _value(self, tree: Any) -> Any:
        if tree.data == "list":
            return [self._value(each) for each in tree.children]
        if tree.data == "object":
            return self._arguments(tree)
        (token,) = tree.children
        if tree.data == "variable":
            if token not in self._known or token not in self._variables:
                raise FiredrillError(f"variable ${token} is not {'given' if token in self._known else 'declared'}")
            return self._variables[token]
        return Word(token) if tree.data == "word" else json.loads(token)
