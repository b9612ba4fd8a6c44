"""What a message template can get wrong."""

from __future__ import annotations

from firedrill.vendors.datadog.syntax import SyntaxMistake, place


class TemplateSyntaxError(SyntaxMistake):
    """A message that the template language cannot read; shows the line it is about."""

    language = "message template"

    def __init__(self, template: str, offset: int, found: str, expected: str) -> None:
        """Place the mistake at a character's `offset` in the `template`."""
        line, column = place(template, offset)
        super().__init__(template.split("\n")[line - 1], line, column, found, expected)
