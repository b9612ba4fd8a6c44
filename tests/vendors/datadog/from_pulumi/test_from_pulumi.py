"""Rendered inputs of the provider become the API's JSON, with the provider's defaults."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.vendors.datadog import from_pulumi
from firedrill.vendors.datadog.indexes import compile_indexes
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import compile_metrics
from firedrill.vendors.datadog.monitors import check_monitors
from firedrill.vendors.datadog.pipelines import compile_pipelines
from firedrill.vendors.datadog.processors import kinds
from firedrill.vendors.errors import FiredrillError, Mistakes, Unsupported

MONITOR = {"name": "m", "type": "query alert", "query": "q", "message": "t"}


def pipeline(*processors: dict[str, Any], **inputs: Any) -> dict[str, Any]:
    filters = [{"query": "source:x"}]
    return from_pulumi.pipeline({"name": "p", "filters": filters, "processors": list(processors), **inputs})


def processor(block: dict[str, Any]) -> Any:
    return pipeline(block)["processors"][0]


def options(**inputs: Any) -> Any:
    return from_pulumi.monitor({**MONITOR, **inputs})["options"]


def refusal(inputs: dict[str, Any]) -> FiredrillError:
    with pytest.raises(FiredrillError) as caught:
        from_pulumi.monitor({**MONITOR, **inputs})
    return caught.value


def test_a_pipeline() -> None:
    assert pipeline(isEnabled=True, description="d", tags=["team:a"]) == {
        "name": "p",
        "is_enabled": True,
        "filter": {"query": "source:x"},
        "processors": [],
        "description": "d",
        "tags": ["team:a"],
    }


def test_a_pipeline_and_a_processor_are_disabled_unless_enabled() -> None:
    spec = pipeline({"dateRemapper": {"sources": ["a"]}})
    assert spec["is_enabled"] is False
    assert compile_pipelines([{**spec, "is_enabled": True}]).process(Log({"a": 1}, 0, source="x")).timestamp == 0


@pytest.mark.parametrize(
    ("block", "spec"),
    [
        (
            {"dateRemapper": {"sources": ["a"], "isEnabled": True, "name": None}},
            {"type": "date-remapper", "sources": ["a"], "is_enabled": True},
        ),
        (
            {
                "arrayProcessor": {
                    "isEnabled": True,
                    "name": "n",
                    "operation": {
                        "select": {
                            "source": "Logs",
                            "target": "t",
                            "filter": "Level:debug",
                            "valueToExtract": "Message",
                        }
                    },
                }
            },
            {
                "type": "array-processor",
                "is_enabled": True,
                "name": "n",
                "operation": {
                    "type": "select",
                    "source": "Logs",
                    "target": "t",
                    "filter": "Level:debug",
                    "value_to_extract": "Message",
                },
            },
        ),
        (
            {"arrayProcessor": {"operation": {"keyValue": {"source": "s", "keyToExtract": "k"}}}},
            {
                "type": "array-processor",
                "operation": {"type": "key-value", "source": "s", "key_to_extract": "k"},
            },
        ),
        (
            {"grokParser": {"source": "message", "samples": [], "grok": {"matchRules": "a", "supportRules": "b"}}},
            {
                "type": "grok-parser",
                "source": "message",
                "samples": [],
                "grok": {"match_rules": "a", "support_rules": "b"},
            },
        ),
        (
            {"lookupProcessor": {"source": "a", "target": "b", "lookupTables": ["1,2"], "defaultLookup": "3"}},
            {"type": "lookup-processor", "source": "a", "target": "b", "lookup_table": ["1,2"], "default_lookup": "3"},
        ),
        (
            {"decoderProcessor": {"source": "a", "inputRepresentation": "utf-8", "binaryToTextEncoding": "base64"}},
            {
                "type": "decoder-processor",
                "source": "a",
                "input_representation": "utf_8",
                "binary_to_text_encoding": "base64",
            },
        ),
        (
            {
                "arrayMapProcessor": {
                    "source": "a",
                    "processors": [{"attributeRemapper": {"sources": ["$sourceElem"], "preserveSource": True}}],
                }
            },
            {
                "type": "array-map-processor",
                "source": "a",
                "processors": [{"type": "attribute-remapper", "sources": ["$sourceElem"], "preserve_source": True}],
            },
        ),
        (
            {"pipeline": {"name": "n", "isEnabled": True, "filters": [{"query": "*"}], "processors": []}},
            {"type": "pipeline", "name": "n", "is_enabled": True, "filter": {"query": "*"}, "processors": []},
        ),
        (
            {
                "schemaProcessor": {
                    "schema": {"schemaType": "ocsf", "classUid": 1},
                    "mappers": [
                        {"schemaRemappers": [{"name": "r", "preserveSource": True}]},
                        {
                            "schemaCategoryMappers": [
                                {
                                    "name": "c",
                                    "fallback": {
                                        "sources": {"ocsf.Name": "a,b"},
                                        "values": {"ocsf.Name": "O"},
                                    },
                                }
                            ]
                        },
                    ],
                }
            },
            {
                "type": "schema-processor",
                "schema": {"schema_type": "ocsf", "class_uid": 1},
                "mappers": [
                    {"type": "schema-remapper", "name": "r", "preserve_source": True},
                    {
                        "type": "schema-category-mapper",
                        "name": "c",
                        "fallback": {"sources": {"ocsf.Name": ["a", "b"]}, "values": {"ocsf.Name": "O"}},
                    },
                ],
            },
        ),
    ],
    ids=lambda block: next(iter(block)),
)
def test_a_processor(block: dict[str, Any], spec: dict[str, Any]) -> None:
    assert processor(block) == spec


def test_every_processor_of_the_emulator_has_its_name_at_the_provider() -> None:
    assert set(from_pulumi.PROCESSOR_TYPES.values()) == {*kinds(), "pipeline"}


def test_an_unknown_input_of_a_processor_is_refused_by_name_when_compiled() -> None:
    with pytest.raises(Unsupported) as caught:
        compile_pipelines([pipeline({"dateRemapper": {"sources": ["a"], "isFancy": True}})])
    assert caught.value.feature == "option 'is_fancy'"


def test_an_unknown_processor_is_refused_by_name() -> None:
    with pytest.raises(Unsupported) as caught:
        pipeline({"magicProcessor": {}})
    assert str(caught.value) == str(Unsupported("processor 'magicProcessor'", "pipeline 'p'"))


def test_a_block_with_two_processors_is_refused() -> None:
    with pytest.raises(FiredrillError) as caught:
        pipeline({"dateRemapper": {}, "statusRemapper": {}})
    assert str(caught.value) == (
        "pipeline 'p': a processor is ['dateRemapper', 'statusRemapper']; exactly one of these is allowed."
    )


def test_mistakes_of_processors_can_be_collected_and_the_others_keep_their_places() -> None:
    inner = {"name": "inner", "filters": [{"query": "*"}], "processors": [{"other": {}}]}
    blocks = [{"a": {}, "b": {}}, {"pipeline": inner}, {"dateRemapper": {"sources": ["a"]}}]
    mistakes = Mistakes()
    spec = from_pulumi.pipeline({"name": "p", "filters": [{"query": "*"}], "processors": blocks}, mistakes)
    assert [(part.rule, str(part)) for part in mistakes.found] == [
        ("processor", "pipeline 'p': a processor is ['a', 'b']; exactly one of these is allowed."),
        (
            "processor",
            "pipeline 'inner': processor 'other' is not supported by the emulator; see docs/support.md for what is.",
        ),
    ]
    compile_pipelines([spec])
    assert [part["type"] for part in spec["processors"]] == ["exclude-attribute", "pipeline", "date-remapper"]


def test_an_array_processor_without_an_operation_is_refused() -> None:
    with pytest.raises(FiredrillError) as caught:
        pipeline({"arrayProcessor": {"name": "n", "operation": {}}})
    assert str(caught.value) == (
        "array processor 'n': 'operation' is []; exactly one of select, length, append, keyValue is allowed."
    )


@pytest.mark.parametrize(
    "translate", [from_pulumi.pipeline, from_pulumi.logs_metric, from_pulumi.logs_index, from_pulumi.monitor]
)
def test_an_unknown_input_is_refused_by_name(translate: Any) -> None:
    with pytest.raises(Unsupported) as caught:
        translate({"name": "n", "colour": "red"})
    assert caught.value.feature == "input 'colour'"
    assert caught.value.place.endswith("'n'")


def test_a_pipeline_has_one_filter() -> None:
    with pytest.raises(FiredrillError) as caught:
        from_pulumi.pipeline({"name": "p", "filters": []})
    assert str(caught.value) == "pipeline 'p': it has 0 filters; exactly one is allowed."


def test_a_metric() -> None:
    inputs = {
        "name": "a.b",
        "filter": {"query": "x"},
        "groupBies": [{"path": "@a", "tagName": "a"}],
        "compute": {"path": "@x", "aggregationType": "distribution", "includePercentiles": True},
    }
    spec = from_pulumi.logs_metric(inputs)
    assert spec == {
        "id": "a.b",
        "filter": {"query": "x"},
        "group_by": [{"path": "@a", "tag_name": "a"}],
        "compute": {"path": "@x", "aggregation_type": "distribution", "include_percentiles": True},
    }
    assert list(compile_metrics([spec]).definitions) == ["a.b"]


def test_an_index() -> None:
    spec = from_pulumi.logs_index(
        {
            "name": "main",
            "filters": [{"query": "*"}],
            "dailyLimit": 100,
            "dailyLimitReset": {"resetTime": "14:00", "resetUtcOffset": "+00:00"},
            "retentionDays": 15,
            "exclusionFilters": [{"name": "x", "filters": [{"query": "a", "sampleRate": 0.5}]}],
        }
    )
    assert spec == {
        "name": "main",
        "filter": {"query": "*"},
        "daily_limit": 100,
        "daily_limit_reset": {"reset_time": "14:00", "reset_utc_offset": "+00:00"},
        "num_retention_days": 15,
        "exclusion_filters": [{"name": "x", "is_enabled": False, "filter": {"query": "a", "sample_rate": 0.5}}],
    }
    assert compile_indexes([spec])


def test_a_disabled_daily_limit_is_none() -> None:
    inputs = {"name": "main", "filters": [{"query": "*"}], "dailyLimit": 100, "disableDailyLimit": True}
    assert "daily_limit" not in from_pulumi.logs_index(inputs)


def test_a_monitor_has_what_the_provider_always_sends() -> None:
    assert from_pulumi.monitor(MONITOR) == {
        **MONITOR,
        "options": {
            "include_tags": True,
            "require_full_window": True,
            "new_host_delay": 300,
            "notify_no_data": False,
            "thresholds": {},
        },
    }


def test_a_monitor_with_everything_the_slice_declares() -> None:
    spec = from_pulumi.monitor(
        {
            **MONITOR,
            "tags": ["env:dev"],
            "priority": "2",
            "monitorThresholds": {"critical": "5", "criticalRecovery": 1.0, "warning": None},
            "requireFullWindow": False,
            "onMissingData": "default",
            "evaluationDelay": 120,
            "newGroupDelay": 0,
            "renotifyInterval": 60,
            "renotifyStatuses": ["alert", "no data"],
            "notifyBies": ["operation"],
            "timeoutH": 1,
            "escalationMessage": "again",
            "validate": False,
            "forceDelete": True,
        }
    )
    assert spec == {
        **MONITOR,
        "tags": ["env:dev"],
        "priority": 2,
        "options": {
            "include_tags": True,
            "require_full_window": False,
            "new_host_delay": 300,
            "notify_no_data": False,
            "thresholds": {"critical": 5.0, "critical_recovery": 1.0},
            "on_missing_data": "default",
            "evaluation_delay": 120,
            "renotify_interval": 60,
            "renotify_statuses": ["alert", "no data"],
            "notify_by": ["operation"],
            "timeout_h": 1,
            "escalation_message": "again",
        },
    }


def test_the_no_data_time_frame_is_sent_with_notify_no_data_only() -> None:
    assert options(notifyNoData=True)["no_data_timeframe"] == 10
    assert options(notifyNoData=True, noDataTimeframe=30)["no_data_timeframe"] == 30
    assert "no_data_timeframe" not in options(noDataTimeframe=30)


def test_a_no_data_timeframe_beside_on_missing_data_is_sent_and_so_refused() -> None:
    assert options(noDataTimeframe=30, onMissingData="default")["no_data_timeframe"] == 30
    assert "no_data_timeframe" not in options(onMissingData="default")


def test_the_old_and_the_new_missing_data_options_exclude_each_other() -> None:
    inputs = {**MONITOR, "query": "avg(last_5m):avg:m{*} > 1", "notifyNoData": True, "onMissingData": "resolve"}
    problems = check_monitors([from_pulumi.monitor(inputs)])[1]
    assert [each.text for each in problems] == ["options.notify_no_data is true; allowed: none beside on_missing_data"]


def test_windows_schedules_and_variables_of_a_monitor() -> None:
    query = {
        "name": "q1",
        "dataSource": "logs",
        "indexes": ["main"],
        "search": {"query": "x"},
        "computes": [{"aggregation": "count"}],
        "groupBies": [{"facet": "@a", "limit": 10, "sort": {"aggregation": "count", "order": "desc"}}],
    }
    found = options(
        monitorThresholdWindows={"triggerWindow": "last_15m", "recoveryWindow": "last_15m"},
        schedulingOptions={
            "evaluationWindow": {"hourStarts": 0},
            "customSchedule": {"recurrence": {"rrule": "FREQ=DAILY", "timezone": "UTC"}},
        },
        variables={"eventQueries": [query]},
    )
    assert found["threshold_windows"] == {"trigger_window": "last_15m", "recovery_window": "last_15m"}
    assert found["scheduling_options"] == {
        "evaluation_window": {"hour_starts": 0},
        "custom_schedule": {"recurrences": [{"rrule": "FREQ=DAILY", "timezone": "UTC"}]},
    }
    assert found["variables"] == [
        {
            "name": "q1",
            "data_source": "logs",
            "indexes": ["main"],
            "search": {"query": "x"},
            "compute": {"aggregation": "count"},
            "group_by": [{"facet": "@a", "limit": 10, "sort": {"aggregation": "count", "order": "desc"}}],
        }
    ]


@pytest.mark.parametrize(
    ("inputs", "feature", "place"),
    [
        ({"monitorThresholds": {"criticalQuery": "a"}}, "input 'criticalQuery'", "monitor 'm' thresholds"),
        ({"variables": {"cloudCostQueries": [{}]}}, "input 'cloudCostQueries'", "monitor 'm' variables"),
    ],
)
def test_what_the_emulator_does_not_know_of_a_monitor_is_refused_by_name(
    inputs: dict[str, Any], feature: str, place: str
) -> None:
    assert str(refusal(inputs)) == str(Unsupported(feature, place))


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ({"priority": "high"}, "monitor 'm': priority is 'high'; allowed: a number."),
        ({"monitorThresholds": {"critical": "many"}}, "monitor 'm': critical is 'many'; allowed: a number."),
    ],
)
def test_a_text_that_is_no_number_is_refused(inputs: dict[str, Any], words: str) -> None:
    assert str(refusal(inputs)) == words
