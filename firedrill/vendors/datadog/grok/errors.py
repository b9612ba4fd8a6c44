"""The mistakes of grok rules."""

from __future__ import annotations

from firedrill.vendors.datadog.syntax import SyntaxMistake


class GrokSyntaxError(SyntaxMistake):
    """A rule that Datadog's grok parser would refuse; `line` is the rule's in its list of rules."""

    language = "Grok rule"


class BadArguments(Exception):
    """A matcher or filter was given arguments that it does not take; says what it takes."""


class NotEmulated(Exception):
    """A documented feature that the emulator does not have, named in the vendor's terms."""


class TooSlow(Exception):
    """A text that a rule does not finish with in time; says what took how long."""
