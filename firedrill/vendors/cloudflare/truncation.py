"""The character limit on a record's exceptions and logs.

Source: developers.cloudflare.com/workers/observability/logs/logpush (Limits)
"""

from __future__ import annotations

import json
from typing import Any

from firedrill.vendors.cloudflare.trace_items import Record

LIMIT = 16_384
"""Characters for all exception names, exception messages and log messages of a record together."""

NAMES_MARKER = "<<<Logpush: exception names truncated>>>"
"""By the page's pattern; the page shows only the other two."""
EXCEPTIONS_MARKER = "<<<Logpush: exception messages truncated>>>"
LOGS_MARKER = "<<<Logpush: messages truncated>>>"


def truncate(record: Record, limit: int = LIMIT) -> Record:
    """The record with Exceptions and Logs cut to `limit` characters; the same object when they fit.

    Counted in this order: exception names, exception messages, log messages. The text that crosses the limit is cut
    there and gets its kind's marker. After that, the first text of each later kind becomes the marker alone. Whatever
    follows a marker is dropped: the exceptions after it, the logs after it, the arguments after it.

    Characters are Unicode code points; an argument that is no string counts as its JSON text (the page says neither).
    """
    exceptions, logs = record["Exceptions"], record["Logs"]
    budget = _Budget(limit)
    if budget.fits(exceptions, logs):
        return record
    exceptions = _cut_all(budget, exceptions, "Name", NAMES_MARKER)
    exceptions = _cut_all(budget, exceptions, "Message", EXCEPTIONS_MARKER)
    return {**record, "Exceptions": exceptions, "Logs": _cut_logs(budget, logs)}


class _Budget:
    """The characters that are left; None once truncation has begun."""

    def __init__(self, limit: int) -> None:
        self.left: int | None = limit

    def fits(self, exceptions: list[dict[str, Any]], logs: list[dict[str, Any]]) -> bool:
        total = sum(len(entry["Name"]) + len(entry["Message"]) for entry in exceptions)
        total += sum(len(_text(part)) for log in logs for part in log["Message"])
        return self.left is not None and total <= self.left

    def cut(self, text: str, marker: str) -> str | None:
        """None when the whole text fits, else what remains of it."""
        if self.left is None:
            return marker
        if len(text) <= self.left:
            self.left -= len(text)
            return None
        kept, self.left = text[: self.left], None
        return kept + marker


def _cut_all(budget: _Budget, entries: list[dict[str, Any]], key: str, marker: str) -> list[dict[str, Any]]:
    kept = []
    for entry in entries:
        cut = budget.cut(entry[key], marker)
        kept.append(entry if cut is None else {**entry, key: cut})
        if cut is not None:
            break
    return kept


def _cut_logs(budget: _Budget, logs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = []
    for log in logs:
        message: list[Any] = []
        for part in log["Message"]:
            cut = budget.cut(_text(part), LOGS_MARKER)
            message.append(part if cut is None else cut)
            if cut is not None:
                return [*kept, {**log, "Message": message}]
        kept.append(log)
    return kept


def _text(part: Any) -> str:
    return part if isinstance(part, str) else json.dumps(part, ensure_ascii=False, separators=(",", ":"))
