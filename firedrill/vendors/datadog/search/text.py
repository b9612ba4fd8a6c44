"""Escapes of the search syntax: what a word, a phrase and a field's name say."""

from __future__ import annotations

import re

from firedrill.vendors.datadog.search.nodes import Phrase, Wild, Word

OPERATORS = frozenset({"AND", "OR", "NOT"})
SPECIAL = frozenset('-&|><!(){}[]"*?:\\#“”,@')
_PIECE = re.compile(r"\\([\s\S])|([*?])|([^\\*?]+)")
_ESCAPED = re.compile(r"\\([\s\S])")


def unescape(text: str) -> str:
    """The text without the backslashes that escape its characters."""
    return _ESCAPED.sub(r"\1", text)


def escape(text: str) -> str:
    """The text with a backslash before each special character and space, as a word or a field's name takes it."""
    return "".join(f"\\{char}" if char in SPECIAL or char.isspace() else char for char in text)


def read_word(text: str) -> Word:
    """The literal texts and wildcards of a word; `**` is one `*`."""
    parts: list[str | Wild] = []
    for escaped, wild, plain in _PIECE.findall(text):
        if wild:
            if not (wild == "*" and parts and parts[-1] is Wild.MANY):
                parts.append(Wild(wild))
        elif parts and isinstance(parts[-1], str):
            parts[-1] += escaped or plain
        else:
            parts.append(escaped or plain)
    return Word(tuple(parts))


def show_word(word: Word) -> str:
    """The word as a query takes it."""
    text = "".join(part.value if isinstance(part, Wild) else escape(part) for part in word.parts)
    return f"\\{text}" if text in OPERATORS else text


def read_phrase(text: str) -> Phrase:
    """The text between the double quotes."""
    return Phrase(unescape(text[1:-1]))


def show_phrase(phrase: Phrase) -> str:
    """The phrase as a query takes it."""
    escaped = phrase.text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
