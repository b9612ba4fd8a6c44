"""Where and why an expression in one of Datadog's small languages cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lark import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.breach import Breach


class SyntaxMistake(FiredrillError):
    """A text that its grammar refuses: `line` and `column` count from 1; `found` and `expected` are in plain words.

    With a `field` it breaks a rule that other doors know, too, and says so in the words of a Breach.
    """

    language = "text"

    def __init__(self, text: str, line: int, column: int, found: str, expected: str, field: str = "") -> None:
        """Say what the `text` holds at its place and what is allowed there."""
        self.line, self.column, self.found, self.expected = line, column, found, expected
        told = str(Breach(field, found, expected)) if field else f"found {found}; expected {expected}"
        super().__init__(f"{self.language} {text!r}, line {line}, column {column}: {told}.")


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a character's offset."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def read_lark(error: UnexpectedInput, text: str, names: Mapping[str, str]) -> tuple[int, str, str]:
    """The offset, what was found there and what was expected; `names` puts the grammar's terminals into words."""
    if isinstance(error, UnexpectedCharacters):
        at = error.pos_in_stream or 0
        return at, repr(text[at]), _words(error.allowed, names)
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return error.token.start_pos or 0, repr(str(error.token)), _words(error.expected, names)
    return len(text), "the end", _words(getattr(error, "expected", ()), names)


def _words(terminals: Iterable[str] | None, names: Mapping[str, str]) -> str:
    words = sorted({names[terminal] for terminal in terminals or () if terminal in names})
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "something else"
