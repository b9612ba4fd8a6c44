"""The metrics that the collector brings, and their tags: what monitors may read of them."""

from __future__ import annotations

from collections.abc import Mapping

LATE_S = 900
"""Seconds that monitors wait: Cloudflare is asked for what ended five minutes ago, and that every five minutes."""

_OF_CLASS = ("script", "class")
_BY_STATUS = (*_OF_CLASS, "status")

TAGS: Mapping[str, tuple[str, ...]] = {
    "platform.requests": _BY_STATUS,
    "platform.errors": _BY_STATUS,
    "platform.wall_time": _BY_STATUS,
    **dict.fromkeys(
        (
            *("platform.active_time", "platform.cpu_time", "platform.duration", "platform.rows_read"),
            *("platform.rows_written", "platform.exceeded_cpu", "platform.exceeded_memory"),
            *("platform.internal_errors", "platform.messages_received", "platform.messages_sent"),
            "platform.stored_bytes",
        ),
        _OF_CLASS,
    ),
    "platform.collections": ("script", "result"),
}
"""Name without the Worker's prefix -> its tags besides those of the Worker."""
