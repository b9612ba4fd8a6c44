"""What can be wrong with a monitor query."""

from __future__ import annotations

from firedrill.vendors.datadog.syntax import SyntaxMistake


class QuerySyntaxError(SyntaxMistake):
    """A monitor query that Datadog would refuse, with the place and what is allowed there."""

    language = "Monitor query"
