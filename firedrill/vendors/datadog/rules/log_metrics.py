"""What Datadog accepts of a log-based metric's name and of what it counts.

Source: docs.datadoghq.com/logs/log_configuration/logs_to_metrics, docs.datadoghq.com/api/latest/logs-metrics
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.models import Model

MAX_NAME = 200
NAME = f"letters, digits, underscores and periods, a letter first, at most {MAX_NAME} characters"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")


class Compute(Model):
    """What is counted: logs, or with `distribution` the numbers at `path`."""

    aggregation_type: Literal["count", "distribution"]
    path: str | None = None
    include_percentiles: bool = False


def name_breaches(name: str) -> list[Breach]:
    """What is wrong with a metric's name.

    Source: docs.datadoghq.com/metrics/custom_metrics (naming custom metrics)
    """
    if _NAME.fullmatch(name) and len(name) <= MAX_NAME:
        return []
    return [Breach("name", shown(name) if name else "", NAME)]


def compute_breaches(compute: Compute) -> Iterator[Breach]:
    """A distribution needs the attribute that it measures; a count has none, and no percentiles."""
    if compute.aggregation_type == "distribution":
        if not compute.path:
            yield Breach("compute.path", "", "the attribute that a distribution measures")
        return
    for name in ("path", "include_percentiles"):
        if value := getattr(compute, name):
            yield Breach(f"compute.{name}", shown(value), "none for a count")
