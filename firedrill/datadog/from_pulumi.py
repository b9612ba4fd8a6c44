"""From rendered Pulumi inputs (camelCase, the provider's shapes and defaults) to Datadog's API JSON.

A provider default that differs from the API's is applied here; an input that is not known is refused by its name, in
processors when they are compiled. Inputs that are null count as absent.
Source: pulumi.com/registry/packages/datadog/api-docs (LogsCustomPipeline, LogsMetric, LogsIndex, Monitor)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from firedrill.errors import FiredrillError, Unsupported

Json = dict[str, Any]

PROCESSOR_TYPES = {
    "arithmeticProcessor": "arithmetic-processor",
    "arrayMapProcessor": "array-map-processor",
    "arrayProcessor": "array-processor",
    "attributeRemapper": "attribute-remapper",
    "categoryProcessor": "category-processor",
    "dateRemapper": "date-remapper",
    "decoderProcessor": "decoder-processor",
    "excludeAttributeProcessor": "exclude-attribute",
    "geoIpParser": "geo-ip-parser",
    "grokParser": "grok-parser",
    "lookupProcessor": "lookup-processor",
    "messageRemapper": "message-remapper",
    "pipeline": "pipeline",
    "referenceTableLookupProcessor": "lookup-processor",
    "schemaProcessor": "schema-processor",
    "serviceRemapper": "service-remapper",
    "spanIdRemapper": "span-id-remapper",
    "statusRemapper": "status-remapper",
    "stringBuilderProcessor": "string-builder-processor",
    "traceIdRemapper": "trace-id-remapper",
    "urlParser": "url-parser",
    "userAgentParser": "user-agent-parser",
}
"""The provider's name of each processor and the API's type."""

OPERATION_TYPES = {"select": "select", "length": "length", "append": "append", "keyValue": "key-value"}

MONITOR_DEFAULTS = {"include_tags": True, "require_full_window": True, "new_host_delay": 300, "notify_no_data": False}
"""What the provider always sends. `require_full_window` is the trap: the API's own default is false."""
DEFAULT_NO_DATA_TIMEFRAME = 10
"""Minutes, sent by the provider with `notify_no_data`."""

_PIPELINE = frozenset({"name", "isEnabled", "filters", "processors", "description", "tags"})
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
    "timeoutH": "timeout_h",
}
_MONITOR_BLOCKS = frozenset({"monitorThresholds", "monitorThresholdWindows", "schedulingOptions", "variables"})
_PROVIDER_ONLY = frozenset({"forceDelete", "validate"})
_THRESHOLDS = frozenset({"critical", "criticalRecovery", "warning", "warningRecovery", "ok", "unknown"})
_CAPITAL = re.compile(r"(?<!^)[A-Z]")


def pipeline(inputs: Mapping[str, Any]) -> Json:
    """`LogsCustomPipeline` as the API's LogsPipeline. Without `isEnabled` it is disabled."""
    place = f"pipeline {inputs.get('name', '')!r}"
    given = _known(inputs, _PIPELINE, place)
    return {
        "name": given.get("name", ""),
        "is_enabled": given.get("isEnabled", False),
        "filter": _only_filter(given.get("filters", ()), place),
        "processors": [_processor(block, place) for block in given.get("processors", ())],
        **{key: given[key] for key in ("description", "tags") if key in given},
    }


def logs_metric(inputs: Mapping[str, Any]) -> Json:
    """`LogsMetric` as the API's attributes, with the name as `id`."""
    given = _known(inputs, _METRIC, f"log metric {inputs.get('name', '')!r}")
    return {
        "id": given.get("name", ""),
        "compute": _snake(given.get("compute", {})),
        "filter": _snake(given.get("filter", {})),
        "group_by": [_snake(group) for group in given.get("groupBies", ())],
    }


def logs_index(inputs: Mapping[str, Any]) -> Json:
    """`LogsIndex` as the API's LogsIndex. The provider sends false for an exclusion filter without `isEnabled`."""
    place = f"log index {inputs.get('name', '')!r}"
    given = _known(inputs, {*_INDEX, "filters", "exclusionFilters", "disableDailyLimit"}, place)
    index = {_INDEX[key]: _snake(value) for key, value in given.items() if key in _INDEX}
    if given.get("disableDailyLimit"):
        index.pop("daily_limit", None)
    exclusions = [
        {
            "is_enabled": False,
            **_snake(_without(block, "filters")),
            "filter": _only_filter(block.get("filters", ()), place),
        }
        for block in given.get("exclusionFilters", ())
    ]
    return {**index, "filter": _only_filter(given.get("filters", ()), place), "exclusion_filters": exclusions}


def monitor(inputs: Mapping[str, Any]) -> Json:
    """`Monitor` as the API's Monitor, with the options that the provider sends when they are absent."""
    place = f"monitor {inputs.get('name', '')!r}"
    given = _known(inputs, {*_MONITOR, *_MONITOR_OPTIONS, "priority", *_MONITOR_BLOCKS, *_PROVIDER_ONLY}, place)
    options: Json = MONITOR_DEFAULTS | {_MONITOR_OPTIONS[key]: given[key] for key in given if key in _MONITOR_OPTIONS}
    options["thresholds"] = _thresholds(given.get("monitorThresholds", {}), place)
    _settle_missing_data(options, place)
    for delay in ("new_group_delay", "evaluation_delay"):
        if not options.get(delay):
            options.pop(delay, None)
    if "monitorThresholdWindows" in given:
        options["threshold_windows"] = _snake(given["monitorThresholdWindows"])
    if "schedulingOptions" in given:
        options["scheduling_options"] = _scheduling(given["schedulingOptions"])
    if "variables" in given:
        options["variables"] = _variables(given["variables"], place)
    result = {_MONITOR[key]: given[key] for key in given if key in _MONITOR}
    if "priority" in given:
        result["priority"] = int(given["priority"])
    return {**result, "options": options}


def _processor(block: Mapping[str, Any], place: str) -> Json:
    given = _present(block)
    if len(given) != 1:
        raise FiredrillError(f"{place}: a processor is {sorted(given)}; it should be exactly one of these.")
    ((kind, options),) = given.items()
    if kind not in PROCESSOR_TYPES:
        raise Unsupported(f"processor {kind!r}", place)
    if kind == "pipeline":
        return {"type": "pipeline", **pipeline(options)}
    spec = _CONVERTED[kind](options) if kind in _CONVERTED else _snake(options)
    return {"type": PROCESSOR_TYPES[kind], **spec}


def _array(options: Mapping[str, Any]) -> Json:
    operations = _present(options.get("operation", {}))
    if len(operations) != 1 or not operations.keys() <= OPERATION_TYPES.keys():
        raise FiredrillError(
            f"array processor {options.get('name', '')!r}: 'operation' is {sorted(operations)}; "
            f"it should be exactly one of {sorted(OPERATION_TYPES)}."
        )
    ((kind, operation),) = operations.items()
    return {**_snake(_without(options, "operation")), "operation": {"type": OPERATION_TYPES[kind], **_snake(operation)}}


def _array_map(options: Mapping[str, Any]) -> Json:
    place = f"array-map processor {options.get('name', '')!r}"
    parts = [_processor(block, place) for block in options.get("processors", ())]
    return {**_snake(_without(options, "processors")), "processors": parts}


def _schema(options: Mapping[str, Any]) -> Json:
    mappers: list[Json] = []
    for block in options.get("mappers", ()):
        mappers += [{"type": "schema-remapper", **_snake(one)} for one in block.get("schemaRemappers") or ()]
        mappers += [_category_mapper(one) for one in block.get("schemaCategoryMappers") or ()]
    return {**_snake(_without(options, "mappers")), "mappers": mappers}


def _category_mapper(options: Mapping[str, Any]) -> Json:
    """The keys of the fallback are attributes, not options; the provider's sources are one comma-separated text."""
    spec = {"type": "schema-category-mapper", **_snake(_without(options, "fallback"))}
    if fallback := options.get("fallback"):
        sources = {key: value.split(",") for key, value in (fallback.get("sources") or {}).items()}
        spec["fallback"] = {"sources": sources, "values": dict(fallback.get("values") or {})}
    return spec


def _lookup(options: Mapping[str, Any]) -> Json:
    return {**_snake(_without(options, "lookupTables")), "lookup_table": options.get("lookupTables", [])}


def _decoder(options: Mapping[str, Any]) -> Json:
    """The provider's documentation writes "utf-8" where the API has utf_8."""
    return {key: "utf_8" if value == "utf-8" else value for key, value in _snake(options).items()}


_CONVERTED: Mapping[str, Callable[[Mapping[str, Any]], Json]] = {
    "arrayProcessor": _array,
    "arrayMapProcessor": _array_map,
    "schemaProcessor": _schema,
    "lookupProcessor": _lookup,
    "decoderProcessor": _decoder,
}
"""Processors whose inputs differ by more than the spelling of their names."""


def _thresholds(block: Mapping[str, Any], place: str) -> dict[str, float]:
    return {_snake_name(key): float(value) for key, value in _known(block, _THRESHOLDS, f"{place} thresholds").items()}


def _settle_missing_data(options: Json, place: str) -> None:
    """`on_missing_data` excludes the older options; without `notify_no_data` no time frame is sent."""
    if options.get("on_missing_data") and options["notify_no_data"]:
        raise FiredrillError(f"{place}: onMissingData and notifyNoData exclude each other; keep onMissingData.")
    if options["notify_no_data"]:
        options.setdefault("no_data_timeframe", DEFAULT_NO_DATA_TIMEFRAME)
    else:
        options.pop("no_data_timeframe", None)


def _scheduling(block: Mapping[str, Any]) -> Json:
    result: Json = _snake(_without(block, "customSchedule"))
    if schedule := block.get("customSchedule"):
        result["custom_schedule"] = {"recurrences": [_snake(schedule["recurrence"])]}
    return result


def _variables(block: Mapping[str, Any], place: str) -> list[Json]:
    given = _known(block, {"eventQueries"}, f"{place} variables")
    return [_event_query(query, place) for query in given.get("eventQueries", ())]


def _event_query(query: Mapping[str, Any], place: str) -> Json:
    computes = query.get("computes", ())
    if len(computes) != 1:
        raise FiredrillError(f"{place}: query {query.get('name')!r} has {len(computes)} computes; it should have one.")
    return {
        **_snake(_without(query, "computes", "groupBies")),
        "compute": _snake(computes[0]),
        "group_by": [_snake(group) for group in query.get("groupBies") or ()],
    }


def _exclusion(block: Mapping[str, Any], place: str) -> Json:
    rest = _snake(_without(block, "filters"))
    return {"is_enabled": False, **rest, "filter": _only_filter(block.get("filters", ()), place)}


def _only_filter(blocks: Sequence[Mapping[str, Any]], place: str) -> Json:
    if len(blocks) != 1:
        raise FiredrillError(f"{place}: it has {len(blocks)} filters; it should have one.")
    result: Json = _snake(blocks[0])
    return result


def _known(inputs: Mapping[str, Any], known: set[str] | frozenset[str], place: str) -> Json:
    """The inputs that are present; raises Unsupported for one that is not `known`."""
    given = _present(inputs)
    for key in given:
        if key not in known:
            raise Unsupported(f"input {key!r}", place)
    return given


def _present(inputs: Mapping[str, Any]) -> Json:
    return {key: value for key, value in inputs.items() if value is not None}


def _without(inputs: Mapping[str, Any], *keys: str) -> Json:
    return {key: value for key, value in inputs.items() if key not in keys}


def _snake(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_snake_name(key): _snake(inner) for key, inner in _present(value).items()}
    return [_snake(inner) for inner in value] if isinstance(value, list) else value


def _snake_name(name: str) -> str:
    return _CAPITAL.sub(lambda capital: f"_{capital[0].lower()}", name)
