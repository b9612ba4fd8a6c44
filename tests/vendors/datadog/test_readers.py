"""Who reads which attribute that a log arrives with, also through what a pipeline makes of it."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.vendors.datadog.readers import Reader, readers

LINE = {
    "type": "array-processor",
    "name": "line",
    "is_enabled": True,
    "operation": {
        "type": "select",
        "source": "Logs",
        "target": "line",
        "filter": "Level:debug",
        "value_to_extract": "M",
    },
}
GROK = {
    "type": "grok-parser",
    "name": "fields",
    "is_enabled": True,
    "source": "line",
    "grok": {"match_rules": "r %{data:telemetry:json}"},
}


def category(name: str, target: str, query: str) -> dict[str, Any]:
    categories = [{"name": "x", "filter": {"query": query}}]
    return {"type": "category-processor", "name": name, "is_enabled": True, "target": target, "categories": categories}


def pipeline(*processors: dict[str, Any], query: str = "*", name: str = "all") -> dict[str, Any]:
    return {"name": name, "is_enabled": True, "filter": {"query": query}, "processors": list(processors)}


def metric(name: str, query: str, *paths: str, measured: str = "") -> dict[str, Any]:
    compute = {"aggregation_type": "distribution", "path": measured} if measured else {"aggregation_type": "count"}
    return {"id": name, "compute": compute, "filter": {"query": query}, "group_by": [{"path": path} for path in paths]}


def found(reserved: dict[str, str] | None = None, **specs: list[dict[str, Any]]) -> dict[str, list[tuple[str, ...]]]:
    """The readers by attribute; keywords are kinds, with _ for a space."""
    given = {kind.replace("_", " "): each for kind, each in specs.items()}
    return {root: [tuple(each) for each in who] for root, who in readers(given, reserved or {}).items()}


def test_a_monitor_reads_what_its_metric_is_made_of_through_every_processor() -> None:
    monitors = [{"name": "errors", "type": "query alert", "query": "sum(last_5m):sum:m.errors{*}.as_count() > 3"}]
    metrics = [metric("m.errors", "@telemetry.result:error", "@telemetry.op")]
    assert found(pipeline=[pipeline(LINE, GROK)], log_metric=metrics, monitor=monitors) == {
        "Logs": [("processor", "line"), ("processor", "fields"), ("metric", "m.errors"), ("monitor", "errors")]
    }


def test_a_metric_reads_its_filter_its_measure_and_its_tags() -> None:
    assert found(log_metric=[metric("m", "-@Outcome:ok", "@Entrypoint", "status", measured="@WallTimeMs")]) == {
        "Entrypoint": [("metric", "m")],
        "Outcome": [("metric", "m")],
        "WallTimeMs": [("metric", "m")],
    }


def test_the_official_status_comes_from_what_its_remapper_reads() -> None:
    remapper = {"type": "status-remapper", "name": "status", "is_enabled": True, "sources": ["level"]}
    processors = [category("level", "level", "@Outcome:exception"), remapper]
    assert found(pipeline=[pipeline(*processors)], log_metric=[metric("m", "status:error")])["Outcome"] == [
        ("processor", "level"),
        ("processor", "status"),
        ("metric", "m"),
    ]


def test_an_object_that_is_read_whole_comes_from_all_that_was_written_into_it() -> None:
    processors = [category("a", "of.a", "@Outcome:ok"), category("b", "of.b", "@EventType:fetch")]
    assert found(pipeline=[pipeline(*processors)], log_metric=[metric("m", "@of:*")]) == {
        "EventType": [("processor", "b"), ("metric", "m")],
        "Outcome": [("processor", "a"), ("metric", "m")],
        "of": [("metric", "m")],
    }


def test_what_makes_attributes_of_any_name_may_be_behind_each_of_them() -> None:
    root = {**GROK, "source": "Logs", "grok": {"match_rules": "r %{data::json}"}}
    assert found(pipeline=[pipeline(root)], log_metric=[metric("m", "@whatever:*")]) == {
        "Logs": [("processor", "fields"), ("metric", "m")],
        "whatever": [("metric", "m")],
    }


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("disabled pipeline", {**pipeline(LINE), "is_enabled": False}),
        ("disabled processor", pipeline({**LINE, "is_enabled": False})),
        ("broken query", pipeline(category("c", "c", "@a:("))),
        ("unknown processor", pipeline({"type": "nonsense", "is_enabled": True})),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_does_not_run_reads_nothing(name: str, spec: dict[str, Any]) -> None:
    assert found(pipeline=[spec]) == {}


def test_what_is_about_logs_of_another_source_or_service_reads_nothing_of_these() -> None:
    own, others = {"source": "Shop-events", "service": "shop"}, "source:nginx"
    specs: dict[str, list[dict[str, Any]]] = {
        "pipeline": [
            pipeline(LINE, query=others),
            pipeline(GROK, query="source:shop-events (service:shop OR service:x)"),
        ],
        "log_metric": [metric("m", f"{others} @Event.x:*"), metric("n", "service:bakery @Event.y:*")],
    }
    assert found(own, **specs) == {"line": [("processor", "fields")]}


LOG_QUERY = (
    'logs("@Outcome:exception").index("*").rollup("avg", "@WallTimeMs").by("@Entrypoint,service").last("5m") > 3'
)


def test_a_log_monitor_reads_its_search_its_measure_and_its_groups() -> None:
    assert found(monitor=[{"name": "logs", "type": "log alert", "query": LOG_QUERY}]) == {
        name: [("monitor", "logs")] for name in ("Entrypoint", "Outcome", "WallTimeMs")
    }


def test_a_formula_reads_what_its_variables_ask_for() -> None:
    variables = [
        {"name": "a", "data_source": "metrics", "query": "sum:m{*}.as_count()"},
        {
            "name": "b",
            "data_source": "logs",
            "search": {"query": "@Outcome:ok"},
            "compute": {"aggregation": "avg", "metric": "@CPUTimeMs"},
            "group_by": [{"facet": "@Entrypoint"}],
        },
    ]
    query = 'formula("a / b").last("5m") > 1'
    monitors = [{"name": "f", "type": "query alert", "query": query, "options": {"variables": variables}}]
    read = found(log_metric=[metric("m", "@EventType:fetch")], monitor=monitors)
    assert {name for name, who in read.items() if ("monitor", "f") in who} == {
        *("CPUTimeMs", "Entrypoint", "EventType", "Outcome")
    }


def test_a_dashboard_reads_the_metrics_and_the_logs_of_its_widgets() -> None:
    widgets = [
        {"definition": {"type": "timeseries", "requests": [{"q": "sum:m{$env}.as_count(), avg:n{*}"}]}},
        {"definition": {"type": "log_stream", "query": "@Event.Request.URL:*"}},
        {"definition": {"requests": [{"log_query": {"index": "*", "search": {"query": "@Outcome:ok"}}}]}},
        {
            "definition": {
                "requests": [{"queries": [{"name": "q", "data_source": "metrics", "query": "max:o{*} by {$by}"}]}],
            }
        },
    ]
    metrics = [metric("m", "@EventType:fetch"), metric("n", "@Entrypoint:A"), metric("o", "@ScriptName:s")]
    read = found(log_metric=metrics, dashboard=[{"title": "board", "widgets": widgets}])
    assert {name for name, who in read.items() if ("dashboard", "board") in who} == {
        *("Entrypoint", "Event", "EventType", "Outcome", "ScriptName")
    }


def test_an_slo_reads_the_metrics_of_its_ratio() -> None:
    ratio = {"numerator": "sum:m{a:b}.as_count()", "denominator": "sum:m{*}.as_count()"}
    read = found(log_metric=[metric("m", "@EventType:fetch")], SLO=[{"name": "good", "query": ratio}])
    assert read["EventType"] == [tuple(Reader("metric", "m")), tuple(Reader("SLO", "good"))]
