"""What rules want to know of a monitor."""

from __future__ import annotations

import re

from firedrill.datadog.metrics import MonitorQuery, compile_query
from firedrill.datadog.metrics.nodes import Arithmetic, walk
from firedrill.errors import FiredrillError
from policies.model import Item

COMPOSITE = "composite"
METRIC_TYPES = ("query alert", "metric alert")
_HANDLE = re.compile(r"(?<!\S)@\S+")


def metric_query(monitor: Item) -> MonitorQuery | None:
    """The compiled query of a metric monitor; None for other types, and for what Datadog would refuse anyway."""
    if monitor.inputs.get("type") not in METRIC_TYPES:
        return None
    try:
        return compile_query(str(monitor.inputs.get("query", "")))
    except FiredrillError:
        return None


def is_ratio(monitor: Item) -> bool:
    """Whether the monitor's query divides: a rate, which one event among few can move to any value."""
    query = metric_query(monitor)
    return query is not None and any(
        isinstance(node, Arithmetic) and node.operator == "/" for node in walk(query.expression)
    )


def handles(monitor: Item) -> list[str]:
    """Whom the monitor's message notifies, each once, in order."""
    return list(dict.fromkeys(_HANDLE.findall(str(monitor.inputs.get("message", "")))))


def tag(monitor: Item, key: str) -> str:
    """The value of the monitor's tag `key`, "" without one."""
    tags = [str(each) for each in monitor.inputs.get("tags") or ()]
    return next((each.partition(":")[2] for each in tags if each.startswith(f"{key}:")), "")
