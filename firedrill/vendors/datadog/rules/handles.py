"""@-mentions: whom a rendered message notifies.

Source: docs.datadoghq.com/monitors/notify
"""

from __future__ import annotations

import re

from firedrill.vendors.rules.breach import Breach, shown

HANDLE = "a Datadog notification handle such as @slack-alerts, without spaces and without punctuation at its end"

_HANDLE = re.compile(r"(?<!\S)@(?:workflow-[^\s()]+\([^()\n]*\)|[^\s@]\S*)")
_PUNCTUATION = ".,;:!?"


def handles(message: str) -> tuple[str, ...]:
    """The @handles in order of appearance, each once.

    A handle begins a word and lasts to the next space or the end of the line; one that runs into punctuation
    reaches nobody. A workflow may carry variables in parentheses.
    """
    found = (match.group() for match in _HANDLE.finditer(message))
    return tuple(dict.fromkeys(handle for handle in found if handle[-1] not in _PUNCTUATION))


def broken_handles(message: str) -> tuple[str, ...]:
    """The @words that reach nobody since a punctuation mark follows at once."""
    return tuple(match.group() for match in _HANDLE.finditer(message) if match.group()[-1] in _PUNCTUATION)


def without_handles(message: str) -> str:
    """The message without its @handles and the spaces before them, as presets that hide handles show it.

    No page shows the form that is left.
    """
    return re.sub(rf"[ \t]*{_HANDLE.pattern}", "", message).strip()


def handle_breaches(field: str, handle: str) -> list[Breach]:
    """Whether a string is one handle that can be notified."""
    if handles(handle) == (handle,):
        return []
    return [Breach(field, shown(handle), HANDLE)]
