"""The official status of a log, from whatever a log says of its severity.

Integers 0 to 7 are syslog severities; texts count by how they begin, ignoring case and spaces around them; all others
are info. Two pages disagree: an older one takes every text beginning with "e" for an error, the newer page and the API
reference only "err", as here. The API reference leaves "t", "v" and "s" out; here the page counts.
Source: docs.datadoghq.com/logs/log_configuration/processors/log_status_remapper
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

SYSLOG = ("emergency", "alert", "critical", "error", "warn", "notice", "info", "debug")
"""The stored name of each syslog severity."""
OK = "ok"

_PREFIXES = (
    (("emerg", "f"), "emergency"),
    (("a",), "alert"),
    (("c",), "critical"),
    (("err",), "error"),
    (("w",), "warn"),
    (("n",), "notice"),
    (("i",), "info"),
    (("d", "t", "v"), "debug"),
    (("o", "s"), OK),
)


def official(value: Any) -> str:
    """The status that `value`, a JSON value, stands for."""
    if value.__class__ is int:
        return SYSLOG[value] if 0 <= value < len(SYSLOG) else "info"
    return _by_prefix(value) if isinstance(value, str) else "info"


@lru_cache(maxsize=1024)
def _by_prefix(text: str) -> str:
    lowered = text.strip().lower()
    return next((status for prefixes, status in _PREFIXES if lowered.startswith(prefixes)), "info")
