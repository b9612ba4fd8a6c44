"""What a monitor of the table looks like to the provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from firedrill.components.model import DeclaredWorker
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.declared import DeclaredMonitor, declared
from firedrill.components.monitors.messages import Handles, message
from firedrill.components.monitors.queries import Anomaly, Composite, Query, number
from firedrill.components.names import runbook_url
from firedrill.components.routing import TELL
from firedrill.components.settings import Settings


@dataclass(frozen=True)
class MonitorsArgs:
    """What is watched, and what all monitors of a stack share."""

    # What
    service: DeclaredWorker
    """The Worker with its classes and the settings of their monitors."""
    evaluation_delay: int
    """Seconds."""
    # Who
    docs_url: str
    """Where the runbooks are read, without a slash at the end."""
    handles: Handles
    renotify_interval: int
    """Minutes between reminders."""
    renotify_occurrences: int
    """Number of reminders."""
    reporter: bool = False
    """Whether the gateway has a reporter, which is watched then."""
    collector: bool = False
    """Whether a collector brings Cloudflare's own metrics, which are watched then."""
    formerly_unnamed: str = ""
    """The class that was watched before names of monitors told their class; "" for none."""

    @classmethod
    def of(cls, stack: Settings, service: DeclaredWorker) -> MonitorsArgs:
        """The monitors that a stack's settings ask for."""
        return cls(
            service=service,
            evaluation_delay=stack.evaluation_delay,
            docs_url=stack.docs_url,
            handles=Handles(stack.notify_page, stack.notify_chat, frozenset(stack.routes)),
            renotify_interval=stack.renotify_interval,
            renotify_occurrences=stack.renotify_occurrences,
            reporter=stack.reporter != "none",
            collector=stack.collects,
        )

    @property
    def declared(self) -> list[DeclaredMonitor]:
        """The monitors to declare."""
        return declared(self.service, reporter=self.reporter, collector=self.collector)

    @property
    def renotify(self) -> dict[str, Any]:
        """How the message of an alert that lasts is repeated, as inputs of `Monitor`."""
        return {
            "renotify_interval": self.renotify_interval,
            "renotify_occurrences": self.renotify_occurrences,
            "renotify_statuses": ["alert", "no data"],
        }


def monitor_inputs(monitor: DeclaredMonitor, args: MonitorsArgs) -> dict[str, Any]:
    """Inputs of `Monitor`, but for a composite's query: that needs the ids of its parts.

    Every option that matters is explicit. `require_full_window` is off (the provider's default is on): metrics from
    logs have no points where nothing happened, and such a window would never be evaluated.
    Source: docs.datadoghq.com/monitors/configuration
    """
    spec, own, observed = monitor.spec, monitor.settings, monitor.observed
    routed = [f"{TELL}:{spec.notify}"] if spec.notify in args.handles.routed else []
    inputs: dict[str, Any] = {
        "name": f"{args.service.titled(observed)}: {spec.title}",
        "message": message(monitor, runbook_url(args.docs_url, spec.id), args.handles),
        "tags": args.service.tagged(observed, f"monitor:{spec.id}", *routed),
        "priority": str(spec.priority),
        "include_tags": True,
        "require_full_window": False,
    }
    if spec.notify is not None:
        inputs |= args.renotify
    if isinstance(spec.query, Composite):
        # Missing data is a matter of the parts: Datadog takes no on_missing_data for a composite.
        return inputs | {"type": "composite", "notify_no_data": False}
    scope = f"class:{observed.tag}" if observed else ""
    return (
        inputs
        | {
            "type": "query alert",
            "query": spec.query.text(args.service.prefix, own.window, own.critical, scope),
            "monitor_thresholds": threshold_inputs(own),
            "on_missing_data": spec.on_missing_data,
            "evaluation_delay": max(args.evaluation_delay, spec.late),
        }
        | _threshold_windows(spec.query, own.window)
    )


def _threshold_windows(query: Query, window: str) -> dict[str, Any]:
    """Both are needed of an anomaly monitor. Source: docs.datadoghq.com/monitors/types/anomaly."""
    windows = {"trigger_window": window, "recovery_window": window}
    return {"monitor_threshold_windows": windows} if isinstance(query, Anomaly) else {}


def threshold_inputs(settings: MonitorSettings) -> dict[str, str]:
    """The thresholds that are set, as the provider's texts; `critical` equals the number in the query."""
    given = {
        "critical": settings.critical,
        "critical_recovery": settings.recovery,
        "warning": settings.warning,
        "warning_recovery": settings.warning_recovery,
    }
    return {key: number(value) for key, value in given.items() if value is not None}
