"""The mistakes of a log search."""

from __future__ import annotations

from firedrill.vendors.datadog.syntax import SyntaxMistake


class SearchSyntaxError(SyntaxMistake):
    """A query that is not in the log search syntax, with its line, column, and what was expected there."""

    language = "Log search"
