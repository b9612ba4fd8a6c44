"""A notification as whoever gets it reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from firedrill.report.evidence import Sent
from firedrill.report.html.markup import Child, el
from firedrill.report.words import moment

_CHANNELS = (
    ("@slack-", "Slack"),
    ("@pagerduty", "PagerDuty"),
    ("@opsgenie", "Opsgenie"),
    ("@teams-", "Microsoft Teams"),
    ("@webhook-", "webhook"),
    ("@workflow-", "workflow"),
)
_ADDRESS = re.compile(r"https?://[^\s<>\"'`]+[^\s<>\"'`.,;:!?)\]]")
CLASSES = {"OK": "ok", "Warn": "warn", "No Data": "nodata", "Alert": "alert"}
"""The style of a state."""


def channel(handle: str) -> str:
    """Where a handle leads, as a person calls it."""
    for begin, name in _CHANNELS:
        if handle.startswith(begin):
            place = handle.removeprefix(begin).lstrip("-")
            return f"{name} {'#' if name == 'Slack' else ''}{place}".strip()
    return f"e-mail {handle[1:]}" if "@" in handle[1:] else handle


def notification(sent: Sent, alike: int = 0) -> Element:
    """The message in its frame: to whom and when, its title, its text; `alike` more went out at the same minute."""
    to = ", ".join(channel(each) for each in sent.handles) or "nobody: an event in Datadog only"
    more = f", and {alike} more for other groups" if alike else ""
    return el(
        "div",
        f"message {CLASSES.get(sent.state, 'alert')}",
        el("p", "to", f"{moment(sent.minute)}, {sent.kind}, to {to}{more}"),
        el("p", "subject", sent.title),
        el("p", "text", *_with_links(sent.message)),
    )


def _with_links(text: str) -> Iterator[Child]:
    """The text with its web addresses as links, and with no other markup."""
    end = 0
    for found in _ADDRESS.finditer(text):
        yield text[end : found.start()]
        yield el("a", {"href": found.group(), "rel": "noreferrer"}, found.group())
        end = found.end()
    yield text[end:]
