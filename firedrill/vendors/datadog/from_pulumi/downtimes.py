"""Downtimes, in the provider's form of today and in the one before it.

Source: pulumi.com/registry/packages/datadog/api-docs (DowntimeSchedule, Downtime)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from firedrill.vendors.datadog.from_pulumi.inputs import Json, known, snake, without

_SCHEDULE = frozenset(
    {
        "displayTimezone",
        "message",
        "monitorIdentifier",
        "muteFirstRecoveryNotification",
        "notifyEndStates",
        "notifyEndTypes",
        "oneTimeSchedule",
        "recurringSchedule",
        "scope",
    }
)
_FORMER = frozenset(
    {
        "end",
        "endDate",
        "message",
        "monitorId",
        "monitorTags",
        "muteFirstRecoveryNotification",
        "recurrence",
        "scopes",
        "start",
        "startDate",
        "timezone",
    }
)


def downtime_schedule(inputs: Mapping[str, Any]) -> Json:
    """`DowntimeSchedule` as the API's attributes (version 2)."""
    place = f"downtime of {inputs.get('scope', '')!r}"
    given = known(inputs, _SCHEDULE, place)
    schedule = snake(given.get("oneTimeSchedule") or given.get("recurringSchedule") or {})
    return {**snake(without(given, "oneTimeSchedule", "recurringSchedule")), "schedule": schedule}


def downtime(inputs: Mapping[str, Any]) -> Json:
    """The older `Downtime` as the same attributes: all of its scopes have to match. Without monitors it mutes all."""
    scopes = [part.strip() for each in inputs.get("scopes") or () for part in str(each).split(",")]
    place = f"downtime of {', '.join(scopes)!r}"
    given = known(inputs, _FORMER, place)
    monitors = {"monitor_id": given["monitorId"]} if "monitorId" in given else {"monitor_tags": ["*"]}
    if given.get("monitorTags"):
        monitors = {"monitor_tags": given["monitorTags"]}
    schedule: Json = {key: when for key in ("start", "end") if (when := _time(given, key))}
    if given.get("recurrence"):
        schedule["recurrence"] = snake(given["recurrence"])
    return {
        "scope": " AND ".join(scopes),
        "monitor_identifier": monitors,
        "schedule": schedule,
        "mute_first_recovery_notification": given.get("muteFirstRecoveryNotification", False),
    }


def _time(given: Mapping[str, Any], key: str) -> str:
    """When it starts or ends: as ISO 8601, or from seconds since the epoch; what is neither stays as it is written."""
    time: Any = given.get(f"{key}Date") or given.get(key) or ""
    try:
        return datetime.fromtimestamp(time, UTC).isoformat()
    except (TypeError, ValueError, OverflowError, OSError):
        return str(time)
