from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from components.metrics import METRICS
from components.monitors.inputs import MonitorsArgs, monitor_inputs
from components.monitors.messages import Handles
from components.monitors.queries import Composite, Count, Ratio
from components.monitors.table import BY_ID, MONITORS, MonitorSpec
from components.monitors.thresholds import MonitorSettings

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = MonitorSettings(window="last_7m", critical=11, recovery=5.5)
ARGS = MonitorsArgs(
    prefix="p.",
    thresholds={spec.id: SETTINGS for spec in MONITORS if spec.has_settings} | {"a": SETTINGS, "b": SETTINGS},
    evaluation_delay=130,
    title="svc env-14",
    tags=("team:t", "env:e"),
    docs_url="https://docs.example",
    handles=Handles(page="@page-15", chat="@chat-16"),
    renotify_interval=17,
    renotify_occurrences=2,
)
SPEC = MonitorSpec(
    id="a",
    title="Title",
    query=Count("m", by=("op",)),
    finding="{value} {op} beyond {threshold}.",
    recovered="{value} {op} within {threshold}.",
    notify="page",
)
COMPOSITE = replace(
    SPEC, id="c", query=Composite("{a} && !{b}"), finding="{value}% beyond {threshold}.", recovered="Over."
)


def test_every_option_of_a_metric_monitor_is_explicit() -> None:
    assert monitor_inputs(SPEC, ARGS) == {
        "name": "svc env-14: Title",
        "type": "query alert",
        "query": "sum(last_7m):sum:p.m{*} by {op}.as_count() > 11",
        "message": (
            "{{#is_alert}}\n{{value}} {{op.name}} beyond {{threshold}}. @page-15\n{{/is_alert}}\n"
            "{{#is_recovery}}\n{{value}} {{op.name}} within {{threshold}}. @page-15\n{{/is_recovery}}\n"
            "Runbook: https://docs.example/runbooks/a.md"
        ),
        "tags": ["env:e", "monitor:a", "team:t"],
        "priority": "3",
        "include_tags": True,
        "require_full_window": False,
        "monitor_thresholds": {"critical": "11", "critical_recovery": "5.5"},
        "on_missing_data": "default",
        "evaluation_delay": 130,
        "renotify_interval": 17,
        "renotify_occurrences": 2,
        "renotify_statuses": ["alert", "no data"],
    }


def test_a_warning_goes_to_the_chat_even_where_an_alert_pages() -> None:
    thresholds = {"a": SETTINGS.model_copy(update={"warning": 9.0})}
    message = monitor_inputs(SPEC, replace(ARGS, thresholds=thresholds))["message"]
    assert "{{#is_warning}}\n{{value}} {{op.name}} beyond {{warn_threshold}}. @chat-16\n{{/is_warning}}" in message


def test_a_monitor_that_notifies_missing_data_says_how_long_nothing_came() -> None:
    spec = replace(SPEC, on_missing_data="show_and_notify_no_data")
    assert (
        "{{#is_no_data}}\nNothing was received in 7 minutes. @page-15\n{{/is_no_data}}"
        in (monitor_inputs(spec, ARGS)["message"])
    )


def test_a_part_of_a_composite_tells_and_reminds_nobody() -> None:
    inputs = monitor_inputs(replace(SPEC, notify=None), ARGS)
    assert "@" not in inputs["message"]
    assert not [key for key in inputs if key.startswith("renotify")]


def test_a_composite_shows_the_value_and_the_threshold_of_its_first_part() -> None:
    assert "{{a.value}}% beyond 11. @page-15" in monitor_inputs(COMPOSITE, ARGS)["message"]


def test_a_composite_has_no_options_that_datadog_takes_for_metric_monitors_only() -> None:
    inputs = monitor_inputs(COMPOSITE, ARGS)
    assert inputs["type"] == "composite"
    assert inputs["notify_no_data"] is False
    assert not inputs.keys() & {"on_missing_data", "evaluation_delay", "monitor_thresholds", "query"}


def test_the_ids_are_those_that_deployed_monitors_have() -> None:
    # Renaming one would replace the monitor, and lose its history and its downtimes.
    assert [spec.id for spec in MONITORS] == [
        "worker-5xx-rate", "do-error-ratio", "low-traffic", "worker-5xx", "do-error-rate", "do-errors",
        "mapping-failures", "do-latency", "storage-spike", "traffic-surge", "traffic-drop", "cpu-p99",
        "exceeded-limits", "cleanup-failures", "telemetry-gap", "telemetry-silent",
    ]  # fmt: skip


@pytest.mark.parametrize("spec", MONITORS, ids=lambda spec: spec.id)
def test_a_query_uses_only_metrics_and_tags_of_the_telemetry_contract(spec: MonitorSpec) -> None:
    if isinstance(spec.query, Composite):
        return
    metric = next(metric for metric in METRICS if metric.key == spec.query.metric)
    where = spec.query.where if isinstance(spec.query, Count | Ratio) else "*"
    used = {*spec.query.by, *(re.findall(r"(\w+)(?=:| IN )", where))}
    assert used <= {tag for _, tag in metric.group_by}
    assert metric.percentiles or not hasattr(spec.query, "percentile")


@pytest.mark.parametrize("spec", MONITORS, ids=lambda spec: spec.id)
def test_a_part_comes_before_its_composite_and_notifies_nobody(spec: MonitorSpec) -> None:
    if not isinstance(spec.query, Composite):
        return
    for part in spec.query.parts:
        assert MONITORS.index(BY_ID[part]) < MONITORS.index(spec)
        assert BY_ID[part].notify is None


def test_a_monitor_that_notifies_nobody_is_part_of_a_composite() -> None:
    parts = {part for spec in MONITORS if isinstance(spec.query, Composite) for part in spec.query.parts}
    assert {spec.id for spec in MONITORS if spec.notify is None} == parts


@pytest.mark.parametrize("spec", MONITORS, ids=lambda spec: spec.id)
def test_every_monitor_has_a_runbook_with_all_its_headings(spec: MonitorSpec) -> None:
    page = (ROOT / "docs" / "runbooks" / f"{spec.id}.md").read_text()
    headings = re.findall(r"^#+ .*$", page, re.MULTILINE)
    assert headings == [f"# {spec.title}", "## What it means", "## First queries", "## Likely causes", "## What to do"]


def test_every_runbook_belongs_to_a_monitor() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "runbooks").glob("*.md")}
    assert pages == set(BY_ID)


@pytest.mark.parametrize("spec", MONITORS, ids=lambda spec: spec.id)
def test_a_runbook_links_to_pages_and_names_metrics_that_exist(spec: MonitorSpec) -> None:
    page = (ROOT / "docs" / "runbooks" / f"{spec.id}.md").read_text()
    assert set(re.findall(r"\]\(([\w-]+)\.md\)", page)) <= set(BY_ID)
    named = set(re.findall(r"conversation_state\.prod\.([\w.]+)\{", page))
    assert named <= {metric.key for metric in METRICS}
    searched = set(re.findall(r"@telemetry\.(\w+)", page))
    assert searched <= {name for metric in METRICS for name in metric.fields} | {
        "id", "name", "status", "cold", "removed", "request", "attempts",
    }  # fmt: skip
