from __future__ import annotations

from typing import Any

import pytest

from components.log_metrics.inputs import metric_inputs, resource_name
from components.log_pipeline import processors
from components.log_pipeline.pipeline import pipeline_inputs
from components.metrics import METRICS, Metric

PIPELINE = pipeline_inputs("name-1", "source:s", "ClassOne")


def kinds() -> list[str]:
    return [next(iter(processor)) for processor in PIPELINE["processors"]]


def test_every_processor_is_enabled_since_the_provider_leaves_them_disabled() -> None:
    for processor in PIPELINE["processors"]:
        (body,) = processor.values()
        assert body["is_enabled"] is True
        assert body["name"]


def test_the_telemetry_line_is_selected_written_out_parsed_and_shown_in_this_order() -> None:
    order = ["date_remapper", "array_processor", "string_builder_processor", "grok_parser", "message_remapper"]
    assert kinds()[: len(order)] == order


def test_the_status_comes_last_since_it_is_made_from_the_categories() -> None:
    assert kinds()[-1] == "status_remapper"


def test_a_pipeline_stays_within_the_twenty_processors_that_datadog_recommends() -> None:
    assert len(kinds()) <= 20


def test_categories_keep_their_order_since_the_first_match_wins() -> None:
    category = processors.category("n", "t", {"b": "@x:1", "a": "@y:2"})["category_processor"]
    assert category["categories"] == [
        {"name": "b", "filter": {"query": "@x:1"}},
        {"name": "a", "filter": {"query": "@y:2"}},
    ]


def test_the_object_is_told_from_the_gateway_by_its_class() -> None:
    found: list[Any] = [body for entry in PIPELINE["processors"] for body in entry.values()]
    (kind,) = [body for body in found if body.get("target") == "invocation.kind"]
    assert [category["filter"]["query"] for category in kind["categories"]] == [
        "@Entrypoint:ClassOne",
        "-@Entrypoint:ClassOne",
    ]


def test_a_grok_parser_has_a_line_per_rule() -> None:
    parser = processors.grok("n", "s", {"one": "%{word:a}", "two": "%{data:b:json}"})["grok_parser"]
    assert parser["grok"] == {"match_rules": "one %{word:a}\ntwo %{data:b:json}", "support_rules": ""}


def test_a_count_has_no_path() -> None:
    metric = Metric("a.b_c", "count", "request", "d", "@x:1", (("@y", "z"),))
    assert metric_inputs(metric, "svc.dev.", "source:s") == {
        "name": "svc.dev.a.b_c",
        "filter": {"query": "source:s @x:1"},
        "compute": {"aggregation_type": "count"},
        "group_bies": [{"path": "@y", "tag_name": "z"}],
    }


def test_a_distribution_has_a_path_and_says_whether_it_has_percentiles() -> None:
    metric = Metric("a", "distribution", "ms", "d", "@x:1", path="@v", percentiles=True)
    compute = metric_inputs(metric, "p.", "s")["compute"]
    assert compute == {"aggregation_type": "distribution", "path": "@v", "include_percentiles": True}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.key)
def test_a_filter_joins_the_scope_with_and(metric: Metric) -> None:
    query = metric_inputs(metric, "p.", "source:s")["filter"]["query"]
    assert query.startswith("source:s ")
    assert " OR " not in query.split("(")[0], "an OR outside parentheses would let other services' logs in"


def test_metrics_have_resource_names_of_their_own() -> None:
    assert len({resource_name(metric) for metric in METRICS}) == len(METRICS)
