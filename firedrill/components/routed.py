"""Notification rules and downtimes of a stack."""

from __future__ import annotations

from collections.abc import Iterable

import pulumi
import pulumi_datadog as datadog

from firedrill.components.model import DeclaredWorker
from firedrill.components.routing import downtime_inputs, rule_inputs
from firedrill.components.settings import Settings


def declare_routes(name: str, stack: Settings, title: str, opts: pulumi.ResourceOptions | None = None) -> None:
    """A rule for each level that is routed."""
    for level in stack.routes:
        datadog.MonitorNotificationRule(f"{name}-{level}", **rule_inputs(stack, level, title), opts=opts)


def mute_deployments(
    name: str, stack: Settings, services: Iterable[DeclaredWorker], opts: pulumi.ResourceOptions | None = None
) -> None:
    """A downtime for each alert that a deployment may cause, in the stack's window."""
    for of, inputs in downtime_inputs(stack, services):
        datadog.DowntimeSchedule(f"{name}-{of}", **inputs, opts=opts)
