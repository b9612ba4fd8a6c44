"""Monitors, with what the provider sends when an input is absent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.vendors.datadog.from_pulumi.inputs import Json, json_object, known, number, snake, snake_name, without
from firedrill.vendors.errors import FiredrillError

MONITOR_DEFAULTS = {"include_tags": True, "require_full_window": True, "new_host_delay": 300, "notify_no_data": False}
"""What the provider always sends. `require_full_window` is the trap: the API's own default is false."""
DEFAULT_NO_DATA_TIMEFRAME = 10
"""Minutes, sent by the provider with `notify_no_data`."""

_MONITOR = {name: name for name in ("name", "type", "query", "message", "tags", "assets")} | {
    "restrictedRoles": "restricted_roles",
    "draftStatus": "draft_status",
}
_MONITOR_OPTIONS = {
    "enableLogsSample": "enable_logs_sample",
    "enableSamples": "enable_samples",
    "escalationMessage": "escalation_message",
    "evaluationDelay": "evaluation_delay",
    "groupRetentionDuration": "group_retention_duration",
    "groupbySimpleMonitor": "groupby_simple_monitor",
    "ignoreTagKeys": "ignore_tag_keys",
    "includeTags": "include_tags",
    "locked": "locked",
    "newGroupDelay": "new_group_delay",
    "newHostDelay": "new_host_delay",
    "noDataTimeframe": "no_data_timeframe",
    "notificationPresetName": "notification_preset_name",
    "notifyAudit": "notify_audit",
    "notifyBies": "notify_by",
    "notifyNoData": "notify_no_data",
    "onMissingData": "on_missing_data",
    "renotifyInterval": "renotify_interval",
    "renotifyOccurrences": "renotify_occurrences",
    "renotifyStatuses": "renotify_statuses",
    "requireFullWindow": "require_full_window",
    "silenced": "silenced",
    "timeoutH": "timeout_h",
}
_MONITOR_BLOCKS = frozenset({"monitorThresholds", "monitorThresholdWindows", "schedulingOptions", "variables"})
_PROVIDER_ONLY = frozenset({"forceDelete", "validate"})
_THRESHOLDS = frozenset({"critical", "criticalRecovery", "warning", "warningRecovery", "ok", "unknown"})


def monitor(inputs: Mapping[str, Any]) -> Json:
    """`Monitor` as the API's Monitor, with the options that the provider sends when they are absent."""
    place = f"monitor {inputs.get('name', '')!r}"
    given = known(inputs, {*_MONITOR, *_MONITOR_OPTIONS, "priority", *_MONITOR_BLOCKS, *_PROVIDER_ONLY}, place)
    options: Json = MONITOR_DEFAULTS | {_MONITOR_OPTIONS[key]: given[key] for key in given if key in _MONITOR_OPTIONS}
    options["thresholds"] = _thresholds(given.get("monitorThresholds", {}), place)
    if not options["notify_no_data"] and not options.get("on_missing_data"):
        options.pop("no_data_timeframe", None)
    elif not options.get("on_missing_data"):
        options.setdefault("no_data_timeframe", DEFAULT_NO_DATA_TIMEFRAME)
    for delay in ("new_group_delay", "evaluation_delay"):
        if not options.get(delay):
            options.pop(delay, None)
    if "monitorThresholdWindows" in given:
        options["threshold_windows"] = snake(given["monitorThresholdWindows"])
    if "schedulingOptions" in given:
        options["scheduling_options"] = _scheduling(given["schedulingOptions"])
    if "variables" in given:
        options["variables"] = _variables(given["variables"], place)
    result = {_MONITOR[key]: given[key] for key in given if key in _MONITOR}
    if "priority" in given:
        result["priority"] = int(number(given["priority"], "priority", place))
    return {**result, "options": options}


def monitor_json(inputs: Mapping[str, Any]) -> Json:
    """`MonitorJson` as the API's Monitor, which its input `monitor` is the text of."""
    return json_object(inputs, "monitor")


def _thresholds(block: Mapping[str, Any], place: str) -> dict[str, float]:
    return {
        snake_name(key): number(value, key, place)
        for key, value in known(block, _THRESHOLDS, f"{place} thresholds").items()
    }


def _scheduling(block: Mapping[str, Any]) -> Json:
    result: Json = snake(without(block, "customSchedule"))
    if schedule := block.get("customSchedule"):
        result["custom_schedule"] = {"recurrences": [snake(schedule["recurrence"])]}
    return result


def _variables(block: Mapping[str, Any], place: str) -> list[Json]:
    given = known(block, {"eventQueries"}, f"{place} variables")
    return [_event_query(query, place) for query in given.get("eventQueries", ())]


def _event_query(query: Mapping[str, Any], place: str) -> Json:
    computes = query.get("computes", ())
    if len(computes) != 1:
        raise FiredrillError(
            f"{place}: query {query.get('name')!r} has {len(computes)} computes; exactly one is allowed."
        )
    return {
        **snake(without(query, "computes", "groupBies")),
        "compute": snake(computes[0]),
        "group_by": [snake(group) for group in query.get("groupBies") or ()],
    }
