"""Who is told by notification rules, and what a deployment mutes, as the provider's inputs.

Sources: docs.datadoghq.com/monitors/notify/notification_rules, docs.datadoghq.com/monitors/downtimes
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from firedrill.components.danger_settings import Tell
from firedrill.components.model import DeclaredWorker
from firedrill.components.routing_settings import DeployWindow, Route
from firedrill.components.settings import Settings

TELL = "tell"
"""The tag of monitors whose message names nobody, since a rule tells: with page or chat as value."""


def rule_inputs(stack: Settings, level: Tell, title: str) -> dict[str, Any]:
    """The rule of a level: by team, environment and severity. Warnings of what pages go to whoever is informed."""
    route = stack.routes[level]
    inputs: dict[str, Any] = {
        "name": f"{title}: {level}",
        "filter": {"scope": f"team:{stack.team} AND env:{stack.environment} AND {TELL}:{level}"},
    }
    if level == "chat":
        inputs["recipients"] = _recipients(route.to)
    else:
        informed = stack.routes["chat"].to if "chat" in stack.routes else (stack.notify_chat,)
        warnings = {"scope": "transition_type:is_warning", "recipients": _recipients(informed)}
        inputs["conditional_recipients"] = {"conditions": [warnings], "fallback_recipients": _recipients(route.to)}
    return inputs | _bundled(route)


def downtime_inputs(stack: Settings, services: Iterable[DeclaredWorker]) -> Iterator[tuple[str, dict[str, Any]]]:
    """For each alert of each Worker that a deployment may cause, its name and the downtime in the stack's window."""
    window = stack.deploy_window
    for service in services if window.start else ():
        for monitor in window.mutes:
            yield (
                f"{service.key}-{monitor}",
                {
                    "scope": "*",
                    "monitor_identifier": {"monitor_tags": [*service.tags, f"monitor:{monitor}"]},
                    **_schedule(window),
                    "message": "A deployment: this may be its doing. All else is told as ever.",
                    "mute_first_recovery_notification": True,
                },
            )


def _schedule(window: DeployWindow) -> dict[str, Any]:
    """Once, or by its rule in local time."""
    if not window.rrule:
        return {"one_time_schedule": {"start": window.start, "end": window.end}}
    local = datetime.fromisoformat(window.start).astimezone(ZoneInfo(window.timezone)).replace(tzinfo=None)
    recurrence = {
        "rrule": window.rrule,
        "duration": f"{window.minutes}m",
        "start": local.isoformat(timespec="seconds"),
    }
    return {"recurring_schedule": {"recurrences": [recurrence], "timezone": window.timezone}}


def _recipients(handles: Iterable[str]) -> list[str]:
    return [each.removeprefix("@") for each in handles]


def _bundled(route: Route) -> dict[str, Any]:
    return {"bundle_config": {"duration": route.bundle_minutes * 60}} if route.bundle_minutes else {}
