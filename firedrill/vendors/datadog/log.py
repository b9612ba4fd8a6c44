"""One log as Datadog holds it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from firedrill.vendors.datadog.statuses import INFO


@dataclass(slots=True)
class Log:
    """A log between intake and metrics; processors change it in place.

    `timestamp` is the official date in ms since the epoch; `tags` are "key:value" (or keyless) strings;
    reserved attributes (service, source, host, message) are "" when unset; `status` is info.
    Source: docs.datadoghq.com/logs/log_configuration/attributes_naming_convention
    """

    attributes: dict[str, Any]
    timestamp: int
    message: str = ""
    status: str = INFO
    service: str = ""
    source: str = ""
    host: str = ""
    tags: list[str] = field(default_factory=list)
