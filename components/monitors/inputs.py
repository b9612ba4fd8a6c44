"""What a monitor of the table looks like to the provider."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.monitors.messages import Handles, message
from components.monitors.queries import Composite, number
from components.monitors.table import MonitorSpec
from components.monitors.thresholds import MonitorSettings
from components.names import runbook_url
from components.settings import Settings


@dataclass(frozen=True)
class MonitorsArgs:
    """What all monitors of a stack share."""

    # What
    prefix: str
    """What every metric's name starts with, the final dot included."""
    thresholds: Mapping[str, MonitorSettings]
    """By the monitor's id."""
    evaluation_delay: int
    """Seconds."""
    # Who
    title: str
    """What every monitor's name starts with."""
    tags: Sequence[str]
    docs_url: str
    """Where the runbooks are read, without a slash at the end."""
    handles: Handles
    renotify_interval: int
    """Minutes between reminders."""
    renotify_occurrences: int
    """Number of reminders."""

    @classmethod
    def of(cls, stack: Settings, prefix: str, title: str, tags: Sequence[str]) -> MonitorsArgs:
        """The monitors that a stack's settings ask for."""
        return cls(
            prefix=prefix,
            thresholds=stack.monitors,
            evaluation_delay=stack.evaluation_delay,
            title=title,
            tags=tags,
            docs_url=stack.docs_url,
            handles=Handles(stack.notify_page, stack.notify_chat),
            renotify_interval=stack.renotify_interval,
            renotify_occurrences=stack.renotify_occurrences,
        )


def monitor_inputs(spec: MonitorSpec, args: MonitorsArgs) -> dict[str, Any]:
    """Inputs of `Monitor`, but for a composite's query: that needs the ids of its parts.

    Every option that matters is explicit. `require_full_window` is off (the provider's default is on): metrics from
    logs have no points where nothing happened, and such a window would never be evaluated.
    Source: docs.datadoghq.com/monitors/configuration
    """
    own = args.thresholds[spec.query.parts[0] if isinstance(spec.query, Composite) else spec.id]
    inputs: dict[str, Any] = {
        "name": f"{args.title}: {spec.title}",
        "message": message(spec, own, runbook_url(args.docs_url, spec.id), args.handles),
        "tags": sorted((*args.tags, f"monitor:{spec.id}")),
        "priority": str(spec.priority),
        "include_tags": True,
        "require_full_window": False,
    }
    if spec.notify is not None:
        inputs |= {
            "renotify_interval": args.renotify_interval,
            "renotify_occurrences": args.renotify_occurrences,
            "renotify_statuses": ["alert", "no data"],
        }
    if isinstance(spec.query, Composite):
        # Missing data is a matter of the parts: Datadog takes no on_missing_data for a composite.
        return inputs | {"type": "composite", "notify_no_data": False}
    return inputs | {
        "type": "query alert",
        "query": spec.query.text(args.prefix, own.window, own.critical),
        "monitor_thresholds": threshold_inputs(own),
        "on_missing_data": spec.on_missing_data,
        "evaluation_delay": args.evaluation_delay,
    }


def threshold_inputs(settings: MonitorSettings) -> dict[str, str]:
    """The thresholds that are set, as the provider's texts; `critical` equals the number in the query."""
    given = {
        "critical": settings.critical,
        "critical_recovery": settings.recovery,
        "warning": settings.warning,
        "warning_recovery": settings.warning_recovery,
    }
    return {key: number(value) for key, value in given.items() if value is not None}
