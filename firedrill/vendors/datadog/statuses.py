"""The official status of a log, from whatever a log says of its severity.

Integers 0 to 7 are syslog severities; texts count by how they begin, ignoring case and spaces around them; all others
are info, also a log without any. Two pages disagree: the newer one and the API reference take only "err" for an error,
an older one every text that begins with "e", as do the results that Datadog publishes with its pipelines
(integrations-core, kube_scheduler_tests.yaml). The API reference leaves "t", "v" and "s" out; here the page counts.
Source: docs.datadoghq.com/logs/log_configuration/processors/log_status_remapper
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

SYSLOG = ("emergency", "alert", "critical", "error", "warn", "notice", "info", "debug")
"""The stored name of each syslog severity."""
OK = "ok"
INFO = "info"
"""The status of a log without one, and of a log whose status is not known."""

_PREFIXES = (
    (("emerg", "f"), "emergency"),
    (("a",), "alert"),
    (("c",), "critical"),
    (("e",), "error"),
    (("w",), "warn"),
    (("n",), "notice"),
    (("i",), INFO),
    (("d", "t", "v"), "debug"),
    (("o", "s"), OK),
)


def official(value: Any) -> str:
    """The status that `value`, a JSON value, stands for."""
    if value.__class__ is int:
        return SYSLOG[value] if 0 <= value < len(SYSLOG) else INFO
    return _by_prefix(value) if isinstance(value, str) else INFO


@lru_cache(maxsize=1024)
def _by_prefix(text: str) -> str:
    lowered = text.strip().lower()
    return next((status for prefixes, status in _PREFIXES if lowered.startswith(prefixes)), INFO)
