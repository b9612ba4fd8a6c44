"""Log-based metrics and indexes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.vendors.datadog.from_pulumi.inputs import Json, known, only_filter, snake, without

_METRIC = frozenset({"name", "filter", "compute", "groupBies"})
_INDEX = {
    "name": "name",
    "dailyLimit": "daily_limit",
    "dailyLimitReset": "daily_limit_reset",
    "dailyLimitWarningThresholdPercentage": "daily_limit_warning_threshold_percentage",
    "retentionDays": "num_retention_days",
    "flexRetentionDays": "num_flex_logs_retention_days",
    "tags": "tags",
}


def logs_metric(inputs: Mapping[str, Any]) -> Json:
    """`LogsMetric` as the API's attributes, with the name as `id`."""
    given = known(inputs, _METRIC, f"log metric {inputs.get('name', '')!r}")
    return {
        "id": given.get("name", ""),
        "compute": snake(given.get("compute", {})),
        "filter": snake(given.get("filter", {})),
        "group_by": [snake(group) for group in given.get("groupBies", ())],
    }


def logs_index(inputs: Mapping[str, Any]) -> Json:
    """`LogsIndex` as the API's LogsIndex. The provider sends false for an exclusion filter without `isEnabled`."""
    place = f"log index {inputs.get('name', '')!r}"
    given = known(inputs, {*_INDEX, "filters", "exclusionFilters", "disableDailyLimit"}, place)
    index = {_INDEX[key]: snake(value) for key, value in given.items() if key in _INDEX}
    if given.get("disableDailyLimit"):
        index.pop("daily_limit", None)
    exclusions = [_exclusion(block, place) for block in given.get("exclusionFilters", ())]
    return {**index, "filter": only_filter(given.get("filters", ()), place), "exclusion_filters": exclusions}


def _exclusion(block: Mapping[str, Any], place: str) -> Json:
    rest = snake(without(block, "filters"))
    return {"is_enabled": False, **rest, "filter": only_filter(block.get("filters", ()), place)}
