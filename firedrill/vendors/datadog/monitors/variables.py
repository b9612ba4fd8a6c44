"""Which template variables a monitor provides, and what they hold at a notification.

Source: docs.datadoghq.com/monitors/notify/variables
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from firedrill.vendors.datadog.monitors.checks import ServiceCheck
from firedrill.vendors.datadog.monitors.composite import Composite
from firedrill.vendors.datadog.monitors.matching import is_matching
from firedrill.vendors.datadog.monitors.moments import Event
from firedrill.vendors.datadog.monitors.monitor import Monitor
from firedrill.vendors.datadog.monitors.states import GroupTimeline, State
from firedrill.vendors.datadog.monitors.templates import Path, Template, Value, Variables, spell

TRIGGERED = (
    "first_triggered_at",
    "first_triggered_at_epoch",
    "last_triggered_at",
    "last_triggered_at_epoch",
    "triggered_duration_sec",
)
THRESHOLD = (
    "value",
    "threshold",
    "warn_threshold",
    "alert_recovery_threshold",
    "warn_recovery_threshold",
    "comparator",
)

CHECK_THRESHOLD = ("threshold", "warn_threshold", "ok_threshold")
"""A service check's thresholds are numbers of runs; it has no value and no comparator."""

ENTITIES = {
    "host": "host",
    "kube_cluster_name": "kube_cluster_name",
    "kube_namespace": "kube_namespace",
    "pod_name": "pod_name",
    "service": "service",
    "device_ip": "network_device",
}
"""Group-by keys with metadata of their own (`{{host.ip}}`), and its prefix. It is accepted and always empty here."""


def variable_problems(
    monitor: Monitor, keys: tuple[str, ...], template: Template
) -> Iterator[tuple[Literal["warning", "unsupported"], str]]:
    """One per variable of the template that nothing provides, which renders empty; `keys` are the group-by keys."""
    provided = _provided(monitor, keys)
    reported = set()
    for path, in_condition in template.paths():
        named = path in provided or (in_condition and (*path, "name") in provided)
        if named or is_matching(monitor, path) or path in reported or path[0] in _open_prefixes(keys):
            continue
        reported.add(path)
        names = ", ".join(f"{{{{{spell(known)}}}}}" for known in provided)
        yield "warning", f"{{{{{spell(path)}}}}} is provided by nothing; available are {names}"


def _provided(monitor: Monitor, keys: tuple[str, ...]) -> list[Path]:
    groups: list[Path] = [(key, "name") for key in keys]
    if isinstance(monitor.condition, Composite):
        own: list[Path] = [(label, what) for label in monitor.condition.labels for what in ("value", "status")]
    elif isinstance(monitor.condition, ServiceCheck):
        own = [("check_message",), *((name,) for name in CHECK_THRESHOLD)]
    else:
        own = [(name,) for name in THRESHOLD]
    return [*groups, *own, *((name,) for name in TRIGGERED)]


def _open_prefixes(keys: tuple[str, ...]) -> set[str]:
    return {ENTITIES[key] for key in keys if key in ENTITIES}


def variables_at(
    monitor: Monitor, timeline: GroupTimeline, event: Event, time_s: int, matching: Variables
) -> Variables:
    """Every variable's value at an event; times are UTC, epochs milliseconds, None renders empty.

    `matching` are the values of what the query matched.
    """
    values: dict[Path, Value] = {
        **matching,
        ("first_triggered_at",): datetime.fromtimestamp(event.first_triggered_s, UTC),
        ("first_triggered_at_epoch",): event.first_triggered_s * 1000,
        ("last_triggered_at",): datetime.fromtimestamp(event.last_triggered_s, UTC),
        ("last_triggered_at_epoch",): event.last_triggered_s * 1000,
        ("triggered_duration_sec",): time_s - event.first_triggered_s,
    }
    for tag in timeline.group:
        key, _, value = tag.partition(":")
        values[(key, "name")] = value
    if isinstance(monitor.condition, Composite):
        for label, part in timeline.parts.items():
            values[(label, "value")] = part.value_at(event.step)
            values[(label, "status")] = State(part.states[event.step]).label
        return values
    if isinstance(monitor.condition, ServiceCheck):
        runs = monitor.condition.thresholds
        return values | {
            (name,): value for name, value in zip(CHECK_THRESHOLD, (runs.critical, runs.warning, runs.ok), strict=True)
        }
    thresholds = monitor.condition.thresholds
    own = (
        timeline.value_at(event.step),
        thresholds.critical,
        thresholds.warning,
        thresholds.critical_recovery,
        thresholds.warning_recovery,
        monitor.condition.query.comparator,
    )
    return values | {(name,): value for name, value in zip(THRESHOLD, own, strict=True)}
