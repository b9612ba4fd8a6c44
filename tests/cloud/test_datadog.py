from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud, Difference
from firedrill.cloud.tokens import INTEGRATION_ACCOUNT
from firedrill.cloud.values import Secret
from firedrill.resources import LOGS_METRIC, LOGS_PIPELINE, LOGS_PIPELINE_ORDER, MONITOR
from firedrill.vendors.errors import FiredrillError

Json = dict[str, Any]
Inputs = Callable[..., Json]


def _refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(FiredrillError) as refused:
        attempt()
    return str(refused.value)


# Monitors


@pytest.fixture
def add(cloud: Cloud, inputs: Inputs) -> Callable[..., str]:
    """Create a monitor with changes, and give its id."""
    return lambda **changes: cloud.create(MONITOR, inputs(MONITOR, **changes))[0]


@pytest.fixture
def composite(inputs: Inputs) -> Callable[..., Json]:
    def build(query: str) -> Json:
        return inputs(MONITOR, name="both", type="composite", query=query, monitorThresholds=None)

    return build


def test_a_monitors_id_is_a_number(add: Callable[..., str]) -> None:
    assert re.fullmatch("[0-9]{8}", add())


def test_the_providers_defaults_are_outputs(cloud: Cloud, inputs: Inputs) -> None:
    _, outputs = cloud.create(MONITOR, inputs(MONITOR, requireFullWindow=None))
    defaults = {
        key: outputs[key] for key in ("includeTags", "requireFullWindow", "newHostDelay", "notifyNoData", "draftStatus")
    }
    assert defaults == {
        "includeTags": True,
        "requireFullWindow": True,
        "newHostDelay": 300,
        "notifyNoData": False,
        "draftStatus": "published",
    }


def test_a_query_that_datadog_would_not_take_is_refused_at_preview(problem: Callable[..., str]) -> None:
    assert problem(MONITOR, query="sum(last_5m):sum:shop.errors{*}.as_count() >").startswith("monitor 'errors': ")


def test_a_threshold_that_is_not_the_querys_is_refused(problem: Callable[..., str]) -> None:
    assert problem(MONITOR, monitorThresholds={"critical": "7"}) == (
        "monitor 'errors': options.thresholds.critical is 7; allowed: 5, which the query compares with."
    )


def test_an_input_that_is_not_the_providers_is_refused(problem: Callable[..., str]) -> None:
    assert problem(MONITOR, muted={}) == (
        "monitor 'errors': input 'muted' is not supported by the emulator; see docs/support.md for what is."
    )


def test_a_type_that_needs_other_data_is_refused_by_name(problem: Callable[..., str]) -> None:
    text = problem(MONITOR, type="rum alert", query='rum("*").rollup("count").last("5m") > 5')
    assert text.startswith("monitor 'errors': monitor type 'rum alert'")
    assert text.endswith("is not supported by the emulator; see docs/support.md for what is.")


def test_another_type_needs_a_new_monitor(cloud: Cloud, inputs: Inputs) -> None:
    assert cloud.diff(MONITOR, inputs(MONITOR), inputs(MONITOR, type="log alert")) == Difference(["type"], ["type"])


def test_a_metric_alert_is_a_query_alert(cloud: Cloud, inputs: Inputs) -> None:
    assert cloud.diff(MONITOR, inputs(MONITOR), inputs(MONITOR, type="metric alert")) == Difference([], [])


def test_a_threshold_is_changed_in_place(cloud: Cloud, inputs: Inputs) -> None:
    new = inputs(MONITOR, query="sum(last_5m):sum:shop.errors{*}.as_count() > 7", monitorThresholds={"critical": "7"})
    assert cloud.diff(MONITOR, inputs(MONITOR), new) == Difference(["monitorThresholds", "query"], [])


def test_the_order_of_tags_and_the_spelling_of_a_number_are_no_change(cloud: Cloud, inputs: Inputs) -> None:
    old = inputs(MONITOR, tags=["env:dev", "a:b"])
    new = inputs(MONITOR, tags=["a:b", "env:dev"], monitorThresholds={"critical": 5.0}, includeTags=True)
    assert cloud.diff(MONITOR, old, new) == Difference([], [])


def test_the_same_monitor_twice_is_refused(add: Callable[..., str]) -> None:
    first = add()
    assert _refusal(add) == (
        f"monitor 'errors': Duplicate of an existing monitor_id:{first}; import it, or change one."
    )


def test_a_monitor_becomes_no_duplicate_by_being_sent_again(
    cloud: Cloud, inputs: Inputs, add: Callable[..., str]
) -> None:
    id_ = add()
    assert cloud.update(MONITOR, id_, {}, inputs(MONITOR))["name"] == "errors"


def test_a_composite_of_monitors_that_are_not_there_is_refused_only_when_it_is_created(
    cloud: Cloud, composite: Inputs, add: Callable[..., str]
) -> None:
    given = composite(f"{add()} && 4711")
    assert not cloud.check(MONITOR, given).problems
    assert _refusal(lambda: cloud.create(MONITOR, given)) == (
        "monitor 'both': Some monitor IDs are invalid: there is no monitor 4711; change the query."
    )


def test_a_composite_of_a_composite_is_refused(cloud: Cloud, composite: Inputs, add: Callable[..., str]) -> None:
    inner, _ = cloud.create(MONITOR, composite(f"{add()} && {add(name='more')}"))
    outer = composite(f"{inner} && {add(name='third')}") | {"name": "outer"}
    assert _refusal(lambda: cloud.create(MONITOR, outer)) == (
        f"monitor 'outer': query names monitor {inner!r}, which is a composite too; name the monitors that it combines."
    )


def test_a_composite_whose_query_is_none_is_refused(cloud: Cloud, composite: Inputs) -> None:
    (found,) = cloud.check(MONITOR, composite("1 && ")).problems
    assert found.startswith("monitor 'both': composite query '1 && ', line 1, column 6: found the end")


def test_a_monitor_that_a_composite_names_is_not_deleted(
    cloud: Cloud, composite: Inputs, add: Callable[..., str]
) -> None:
    part = add()
    user, outputs = cloud.create(MONITOR, composite(f"{part} && {add(name='more')}"))
    assert _refusal(lambda: cloud.delete(MONITOR, part, {})) == (
        f"monitor 'errors': monitor [{part}] is referenced in composite monitors: [{user}]; delete those first, or set"
        " forceDelete."
    )
    cloud.delete(MONITOR, user, outputs)
    cloud.delete(MONITOR, part, {})


def test_a_forced_deletion_does_not_ask(cloud: Cloud, composite: Inputs, add: Callable[..., str]) -> None:
    part = add(forceDelete=True)
    cloud.create(MONITOR, composite(f"{part} && {add(name='more')}"))
    cloud.delete(MONITOR, part, {})
    assert cloud.read(MONITOR, part, {}, {}) is None


# Log metrics


def test_a_metric_name_that_is_in_use_is_refused(cloud: Cloud, inputs: Inputs) -> None:
    cloud.create(LOGS_METRIC, inputs(LOGS_METRIC))
    assert _refusal(lambda: cloud.create(LOGS_METRIC, inputs(LOGS_METRIC))) == (
        "log metric 'shop.errors': conflict(Field 'data.id' is invalid: 'shop.errors' cannot be used as metric name, a"
        " metric already exists with that name); import that one, or use another name."
    )


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"name": "shop.other"}, "name"),
        ({"compute": {"aggregationType": "distribution", "path": "@ms"}}, "compute"),
        ({"compute": {"aggregationType": "count", "path": "@ms"}}, "compute"),
    ],
)
def test_what_a_metric_counts_needs_a_new_one(cloud: Cloud, inputs: Inputs, changes: Json, key: str) -> None:
    assert cloud.diff(LOGS_METRIC, inputs(LOGS_METRIC), inputs(LOGS_METRIC, **changes)) == Difference([key], [key])


def test_percentiles_the_filter_and_the_grouping_are_changed_in_place(cloud: Cloud, inputs: Inputs) -> None:
    old = inputs(LOGS_METRIC, compute={"aggregationType": "distribution", "path": "@ms"})
    new = inputs(
        LOGS_METRIC,
        compute={"aggregationType": "distribution", "path": "@ms", "includePercentiles": True},
        filter={"query": "source:web"},
        groupBies=None,
    )
    assert cloud.diff(LOGS_METRIC, old, new) == Difference(["compute", "filter", "groupBies"], [])


def test_the_order_of_a_metrics_grouping_is_no_change(cloud: Cloud, inputs: Inputs) -> None:
    groups = [{"path": "@a", "tagName": "a"}, {"path": "@b", "tagName": "b"}]
    old, new = inputs(LOGS_METRIC, groupBies=groups), inputs(LOGS_METRIC, groupBies=groups[::-1])
    assert cloud.diff(LOGS_METRIC, old, new) == Difference([], [])


def test_a_metric_whose_search_is_wrong_is_refused(problem: Callable[..., str]) -> None:
    assert problem(LOGS_METRIC, filter={"query": "source:("}).startswith("log metric 'shop.errors': ")


# Pipelines and their order


@pytest.fixture
def pipelines(cloud: Cloud, inputs: Inputs) -> list[str]:
    """The ids of three pipelines."""
    return [cloud.create(LOGS_PIPELINE, inputs(LOGS_PIPELINE, name=name))[0] for name in "abc"]


def _order(cloud: Cloud) -> list[str]:
    found = cloud.read(LOGS_PIPELINE_ORDER, "order", {}, {})
    assert found is not None
    order: list[str] = found.inputs["pipelines"]
    return order


def test_a_pipelines_id_has_22_characters(pipelines: list[str]) -> None:
    assert all(re.fullmatch("[A-Za-z0-9_-]{22}", id_) for id_ in pipelines)


def test_a_pipeline_is_off_unless_it_says_otherwise(cloud: Cloud, inputs: Inputs) -> None:
    assert cloud.create(LOGS_PIPELINE, inputs(LOGS_PIPELINE, isEnabled=None))[1]["isEnabled"] is False


def test_every_mistake_of_a_pipeline_is_found_at_once(cloud: Cloud, inputs: Inputs) -> None:
    grok = {
        "isEnabled": True,
        "source": "message",
        "samples": [],
        "grok": {"matchRules": "r %{nope:x}", "supportRules": ""},
    }
    builder = {"isEnabled": True, "target": "t", "template": ""}
    wrong = inputs(LOGS_PIPELINE, processors=[{"grokParser": grok}, {"wishProcessor": {}}, {"stringBuilder": builder}])
    problems = cloud.check(LOGS_PIPELINE, wrong).problems
    assert any("processor 'wishProcessor' is not supported by the emulator" in problem for problem in problems)
    assert any("nope" in problem for problem in problems)


def test_new_pipelines_come_last_until_an_order_is_declared(cloud: Cloud, inputs: Inputs, pipelines: list[str]) -> None:
    assert _order(cloud) == pipelines
    cloud.create(LOGS_PIPELINE_ORDER, {"name": "order", "pipelines": pipelines[::-1]})
    assert _order(cloud) == pipelines[::-1]
    last, _ = cloud.create(LOGS_PIPELINE, inputs(LOGS_PIPELINE, name="d"))
    assert _order(cloud) == [*pipelines[::-1], last]


def test_the_order_is_looked_up_without_declaring_it(cloud: Cloud, pipelines: list[str]) -> None:
    found = cloud.invoke("datadog:index/getLogsPipelinesOrder:getLogsPipelinesOrder", {})
    assert found["pipelineIds"] == pipelines


def test_an_order_lists_every_pipeline_once(cloud: Cloud, pipelines: list[str]) -> None:
    short = {"name": "order", "pipelines": pipelines[:2]}
    assert _refusal(lambda: cloud.create(LOGS_PIPELINE_ORDER, short)) == (
        f"order of pipelines: it lists {sorted(pipelines[:2])}, the pipelines are {sorted(pipelines)}; it should list"
        " each once."
    )


def test_a_pipeline_made_elsewhere_shows_in_the_order_as_drift(
    cloud: Cloud, inputs: Inputs, pipelines: list[str]
) -> None:
    declared = {"name": "order", "pipelines": pipelines}
    id_, outputs = cloud.create(LOGS_PIPELINE_ORDER, declared)
    foreign, _ = cloud.create(LOGS_PIPELINE, inputs(LOGS_PIPELINE, name="foreign"))
    found = cloud.read(LOGS_PIPELINE_ORDER, id_, outputs, declared)
    assert found is not None
    assert found.inputs == {"name": "order", "pipelines": [*pipelines, foreign]}
    assert cloud.diff(LOGS_PIPELINE_ORDER, found.inputs, declared) == Difference(["pipelines"], [])


def test_a_program_can_ask_for_the_order(cloud: Cloud, pipelines: list[str]) -> None:
    answer = cloud.invoke("datadog:index/getLogsPipelinesOrder:getLogsPipelinesOrder", {})
    assert answer == {"id": "pipelines", "pipelineIds": pipelines}


def test_deleting_the_order_leaves_it_as_it_is(cloud: Cloud, pipelines: list[str]) -> None:
    id_, outputs = cloud.create(LOGS_PIPELINE_ORDER, {"name": "order", "pipelines": pipelines[::-1]})
    cloud.delete(LOGS_PIPELINE_ORDER, id_, outputs)
    assert _order(cloud) == pipelines[::-1]


# The Cloudflare integration


ACCOUNT = {"name": "shop", "apiKey": "s3cr3t-token", "resources": ["worker"]}


def test_an_integrations_key_is_a_secret_and_never_given_back(cloud: Cloud) -> None:
    checked = cloud.check(INTEGRATION_ACCOUNT, ACCOUNT)
    assert checked.inputs["apiKey"] == Secret("s3cr3t-token")
    id_, outputs = cloud.create(INTEGRATION_ACCOUNT, checked.inputs)
    refreshed = cloud.read(INTEGRATION_ACCOUNT, id_, outputs, {**checked.inputs, "apiKey": Secret("known")})
    imported = cloud.read(INTEGRATION_ACCOUNT, id_, {}, {})
    assert refreshed is not None
    assert imported is not None
    assert refreshed.inputs["apiKey"] == Secret("known")
    assert "apiKey" not in {**imported.inputs, **imported.outputs}


def test_an_integration_of_another_name_is_another_one(cloud: Cloud) -> None:
    assert cloud.diff(INTEGRATION_ACCOUNT, ACCOUNT, {**ACCOUNT, "name": "other"}) == Difference(["name"], ["name"])


def test_metrics_that_the_integration_does_not_pull_are_refused(cloud: Cloud) -> None:
    assert cloud.check(INTEGRATION_ACCOUNT, {**ACCOUNT, "resources": ["worker", "r2"]}).problems == [
        "Cloudflare integration account 'shop': resources[1] is 'r2'; allowed: one of web, dns, lb, worker."
    ]


def test_the_order_of_an_integrations_resources_is_no_change(cloud: Cloud) -> None:
    old, new = {**ACCOUNT, "resources": ["web", "dns"]}, {**ACCOUNT, "resources": ["dns", "web"]}
    assert cloud.diff(INTEGRATION_ACCOUNT, old, new) == Difference([], [])
