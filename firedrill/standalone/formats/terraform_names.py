"""Terraform's names and blocks of a resource as Pulumi has them, whose providers are built from Terraform's.

Names are in camel case; a list has a name in the plural; a block that is allowed once is not a list.
Source: pulumi.com/docs/iac/guides/building-extending/providers/pulumi-provider-authors (bridged providers)
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from firedrill.declared.declaration import Json
from firedrill.resources import (
    DASHBOARD,
    DASHBOARD_JSON,
    DOWNTIME,
    DOWNTIME_SCHEDULE,
    LOGPUSH_JOB,
    LOGS_ARCHIVE,
    LOGS_ARCHIVE_ORDER,
    LOGS_INDEX,
    LOGS_INDEX_ORDER,
    LOGS_METRIC,
    LOGS_PIPELINE,
    LOGS_PIPELINE_ORDER,
    LOGS_RESTRICTION_QUERY,
    MONITOR,
    MONITOR_JSON,
    MONITOR_NOTIFICATION_RULE,
    SERVICE_LEVEL_OBJECTIVE,
    WORKERS_SCRIPT,
)
from firedrill.vendors.datadog.from_pulumi import PROCESSOR_TYPES
from firedrill.vendors.datadog.from_pulumi.inputs import snake_name

TYPES: Mapping[str, str] = {
    "cloudflare_logpush_job": LOGPUSH_JOB,
    "cloudflare_workers_script": WORKERS_SCRIPT,
    "datadog_dashboard": DASHBOARD,
    "datadog_dashboard_json": DASHBOARD_JSON,
    "datadog_downtime": DOWNTIME,
    "datadog_downtime_schedule": DOWNTIME_SCHEDULE,
    "datadog_logs_archive": LOGS_ARCHIVE,
    "datadog_logs_archive_order": LOGS_ARCHIVE_ORDER,
    "datadog_logs_custom_pipeline": LOGS_PIPELINE,
    "datadog_logs_index": LOGS_INDEX,
    "datadog_logs_index_order": LOGS_INDEX_ORDER,
    "datadog_logs_metric": LOGS_METRIC,
    "datadog_logs_pipeline_order": LOGS_PIPELINE_ORDER,
    "datadog_logs_restriction_query": LOGS_RESTRICTION_QUERY,
    "datadog_monitor": MONITOR,
    "datadog_monitor_json": MONITOR_JSON,
    "datadog_monitor_notification_rule": MONITOR_NOTIFICATION_RULE,
    "datadog_service_level_objective": SERVICE_LEVEL_OBJECTIVE,
}
"""Pulumi's token of each type that is read."""

_COMPUTED = frozenset({"id"})
_COMPUTED_OF: Mapping[str, frozenset[str]] = {
    "cloudflare_logpush_job": frozenset({"error_message", "last_complete", "last_error"}),
    "cloudflare_workers_script": frozenset(
        {
            "created_on",
            "entry_point",
            "etag",
            "handlers",
            "has_assets",
            "has_modules",
            "last_deployed_from",
            "migration_tag",
            "modified_on",
            "named_handlers",
            "startup_time_ms",
        }
    ),
    "datadog_dashboard": frozenset({"dashboard_lists_removed", "url"}),
    "datadog_downtime": frozenset({"active", "active_child_id", "disabled"}),
}
"""What a provider only answers with, beside an id."""

_SINGLE = frozenset(
    {
        *map(snake_name, PROCESSOR_TYPES),
        *("append", "fallback", "grok", "key_value", "length", "operation", "schema", "select", "targets"),
        *("category.filter", "categories.filter", "datadog_logs_metric.filter", "datadog_logs_metric.compute"),
        *("monitor_thresholds", "monitor_threshold_windows", "scheduling_options", "evaluation_window"),
        *("custom_schedule", "custom_schedule.recurrence", "datadog_downtime.recurrence", "variables"),
        *("hostmap_definition.request", "scatterplot_definition.request", "search", "sort", "daily_limit_reset"),
        *("azure_archive", "gcs_archive", "s3_archive", "bundle_config", "conditional_recipients"),
        *("datadog_monitor_notification_rule.filter", "datadog_service_level_objective.query", "time_slice.query"),
        *("sli_specification", "count", "time_slice", "query.formula"),
        *("monitor_identifier", "one_time_schedule", "recurring_schedule"),
    }
)
"""Blocks that are allowed once, by their names, or after a dot below the block or the type that has them."""

_KEYS_OF_USERS = frozenset({"fallback.sources", "fallback.values"})
"""Maps whose keys are not the provider's names."""

_UNSET_ZERO = frozenset(
    {
        "daily_limit_warning_threshold_percentage",
        "flex_retention_days",
        "interval",
        "limit",
        "no_data_timeframe",
        "renotify_occurrences",
    }
)
"""Numbers that the provider writes as 0 into a state where they are not set."""

_RENAMED = {
    "datadog_monitor.threshold_windows": "monitor_threshold_windows",
    "datadog_monitor.thresholds": "monitor_thresholds",
}
"""Names of older providers, with those of today."""

_WORD = re.compile(r"_([a-z0-9])")


def inputs_of(kind: str, values: Mapping[str, Any]) -> Json:
    """The inputs of a resource of Terraform's type `kind`, from its attributes."""
    own = _COMPUTED | _COMPUTED_OF.get(kind, frozenset())
    result: Json = _block({key: each for key, each in values.items() if key not in own}, kind)
    return result


def camel(name: str) -> str:
    """Pulumi's spelling of one of Terraform's names, but for the plural of a list."""
    return _WORD.sub(lambda match: match[1].upper(), name)


def _block(values: Mapping[str, Any], parent: str) -> Json:
    found: Json = {}
    for own, value in values.items():
        key = _RENAMED.get(f"{parent}.{own}", own)
        if value in (None, "", []) or (key in _UNSET_ZERO and value == 0):
            continue  # an empty value in a plan or state is one that is not set
        name, path = camel(key), f"{parent}.{key}"
        if path in _KEYS_OF_USERS:
            found[name] = value
        elif isinstance(value, list) and len(value) == 1 and _is_single(key, path):
            found[name] = _value(value[0], key)
        else:
            found[_plural(name) if isinstance(value, list) else name] = _value(value, key)
    return found


def _is_single(key: str, path: str) -> bool:
    """Whether a block is allowed once: each kind of widget and query is, but for the queries of a monitor's formula."""
    named = key.endswith(("_definition", "_query", "_formula")) and not path.startswith("variables.")
    return named or key in _SINGLE or path in _SINGLE


def _value(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return _block(value, key)
    return [_value(each, key) for each in value] if isinstance(value, list) else value


def _plural(name: str) -> str:
    if name.endswith("s"):
        return name
    return f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
