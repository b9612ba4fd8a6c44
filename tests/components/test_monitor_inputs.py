from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

from firedrill.components.log_metrics.definitions import Metric, metrics
from firedrill.components.model import DeclaredWorker, ObservedClass
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors.declared import DeclaredMonitor
from firedrill.components.monitors.inputs import MonitorsArgs, monitor_inputs
from firedrill.components.monitors.messages import Handles
from firedrill.components.monitors.queries import Anomaly, Composite, Count, Excess, metrics_of
from firedrill.components.monitors.table import BY_ID, MONITORS, MonitorSpec
from firedrill.components.platform_metrics.metrics import TAGS
from firedrill.components.slos.alerts import PACES
from firedrill.components.slos.objectives import OBJECTIVES
from firedrill.components.telemetry import FIELDS
from firedrill.vendors.datadog.queries import Point, PointStore, compile_query

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = MonitorSettings(window="last_7m", critical=11, recovery=5.5)
ALL = {spec.id: SETTINGS for spec in MONITORS if spec.has_settings}
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


@pytest.fixture
def args(service: Callable[..., DeclaredWorker]) -> MonitorsArgs:
    return MonitorsArgs(
        service=service(),
        evaluation_delay=130,
        docs_url="https://docs.example",
        handles=Handles(page="@page-15", chat="@chat-16"),
        renotify_interval=17,
        renotify_occurrences=2,
    )


@pytest.fixture
def inputs(args: MonitorsArgs) -> Callable[..., dict[str, Any]]:
    """Inputs of a monitor of the Worker, or of a class."""

    def run(spec: MonitorSpec, settings: MonitorSettings = SETTINGS, of: ObservedClass | None = None) -> dict[str, Any]:
        return monitor_inputs(DeclaredMonitor(spec, settings, of), args)

    return run


Inputs = Callable[..., dict[str, Any]]


def test_every_option_of_a_metric_monitor_is_explicit(inputs: Inputs) -> None:
    assert inputs(SPEC) == {
        "name": "svc env-14: Title",
        "type": "query alert",
        "query": "sum(last_7m):sum:svc.env_14.m{*} by {op}.as_count() > 11",
        "message": (
            "{{#is_alert}}\n{{value}} {{op.name}} beyond {{threshold}}. @page-15\n{{/is_alert}}\n"
            "{{#is_recovery}}\n{{value}} {{op.name}} within {{threshold}}. @page-15\n{{/is_recovery}}\n"
            "Runbook: https://docs.example/runbooks/a.md"
        ),
        "tags": ["env:env-14", "monitor:a", "team:t"],
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


def test_a_monitor_of_a_class_names_it_and_watches_nothing_else(inputs: Inputs, observed: Any) -> None:
    spec = replace(SPEC, scope="class", finding="{class}: {value}.", recovered="{class}: {value}.")
    found = inputs(spec, of=observed("ChatRoom"))
    assert found["name"] == "svc env-14 ChatRoom: Title"
    assert found["query"] == "sum(last_7m):sum:svc.env_14.m{class:chatroom} by {op}.as_count() > 11"
    assert found["tags"] == ["class:chatroom", "env:env-14", "monitor:a", "team:t"]
    assert "ChatRoom: {{value}}. @page-15" in found["message"]


def test_a_warning_goes_to_the_chat_even_where_an_alert_pages(inputs: Inputs) -> None:
    message = inputs(SPEC, SETTINGS.model_copy(update={"warning": 9.0}))["message"]
    assert "{{#is_warning}}\n{{value}} {{op.name}} beyond {{warn_threshold}}. @chat-16\n{{/is_warning}}" in message


def test_a_monitor_that_notifies_missing_data_says_how_long_nothing_came(inputs: Inputs) -> None:
    message = inputs(replace(SPEC, on_missing_data="show_and_notify_no_data"))["message"]
    told = "Nothing of {{op.name}} was received in 7 minutes. @page-15"
    assert f"{{{{#is_no_data}}}}\n{told}\n{{{{/is_no_data}}}}" in message


def test_a_part_of_a_composite_tells_and_reminds_nobody(inputs: Inputs) -> None:
    found = inputs(replace(SPEC, notify=None))
    assert "@" not in found["message"]
    assert not [key for key in found if key.startswith("renotify")]


def test_a_composite_shows_the_value_and_the_threshold_of_its_first_part(inputs: Inputs) -> None:
    assert "{{a.value}}% beyond 11. @page-15" in inputs(COMPOSITE)["message"]


def test_a_composite_has_no_options_that_datadog_takes_for_metric_monitors_only(inputs: Inputs) -> None:
    found = inputs(COMPOSITE)
    assert found["type"] == "composite"
    assert found["notify_no_data"] is False
    assert not found.keys() & {"on_missing_data", "evaluation_delay", "monitor_thresholds", "query"}


def test_the_ids_are_those_that_deployed_monitors_have() -> None:
    # Renaming one would replace the monitor, and lose its history and its downtimes.
    assert [spec.id for spec in MONITORS] == [
        "worker-5xx-rate", "do-error-ratio", "low-traffic", "do-low-traffic", "worker-5xx", "do-error-rate",
        "do-errors", "mapping-failures", "do-latency", "storage-spike", "traffic-surge", "traffic-drop", "cpu-p99",
        "exceeded-limits", "cleanup-failures", "background-errors", "telemetry-gap", "telemetry-cut",
        "telemetry-late", "telemetry-silent", "heartbeat", "reporter-failing", "alarm-runaway",
        "alarm-gave-up", "alarm-retries", "alarm-late", "alarm-missing", "client-error-ratio", "client-errors",
        "retry-storm", "retries-exhausted", "object-resets", "object-overloaded", "canceled-work", "do-miss-ratio",
        "do-misses", "tail-latency", "wall-time", "instance-spike", "cold-start-surge", "storage-near-limit",
        "storage-growth", "rows-written", "rows-read", "telemetry-lost", "operations-mix",
        "storage-forecast", "cleanup-backlog", "hot-object", "traffic-anomaly",
        "billed-invocations", "billed-duration", "billed-rows", "collector-silent",
    ]  # fmt: skip


def test_a_monitor_of_what_comes_late_waits_for_it_and_longer_where_the_stack_does(
    inputs: Inputs, args: MonitorsArgs
) -> None:
    late = replace(SPEC, late=900)
    assert inputs(late)["evaluation_delay"] == 900
    patient = replace(args, evaluation_delay=1_000)
    assert monitor_inputs(DeclaredMonitor(late, SETTINGS, None), patient)["evaluation_delay"] == 1_000


@pytest.fixture
def contract(observed: Callable[..., ObservedClass]) -> dict[str, Metric]:
    every = metrics([observed()], reporter=True, heartbeat=True, buckets=True, mix=True)
    return {metric.key: metric for metric in every}


@pytest.mark.parametrize("spec", [spec for spec in MONITORS if spec.has_settings], ids=lambda spec: spec.id)
def test_a_query_uses_only_metrics_and_tags_of_the_telemetry_contract(
    spec: MonitorSpec, contract: dict[str, Metric]
) -> None:
    narrowed = [getattr(spec.query, name, "") for name in ("where", "of_where", "but_where")]
    by = {*spec.query.by} | ({"class"} if spec.scope == "class" else set())
    for key, where in zip(metrics_of(spec.query), narrowed, strict=False):
        used = {*by, *re.findall(r"(\w+)(?=:| IN )", where)}
        assert used <= ({*TAGS[key]} if key in TAGS else {tag.name for tag in contract[key].tags})
        assert key in TAGS or contract[key].percentiles or not hasattr(spec.query, "percentile")


@pytest.mark.parametrize(("alarms", "unexplained"), [(0, 100), (400, 500)])
def test_invocations_are_explained_by_all_operations_that_share_a_line_and_by_no_alarm(
    alarms: int, unexplained: float
) -> None:
    counted: dict[str, tuple[Literal["count", "distribution"], str, int]] = {
        "platform.requests": ("count", "", 3_100 + alarms),
        "do.operations": ("count", "operation:fetch", 100),  # lines, of which each tells of ten operations
        "do.operations.total": ("distribution", "", 1_000 + alarms),
    }
    at_ms = 600_000
    points = [
        Point(f"p.{metric}", kind, tuple(filter(None, ("class:a", tag))), at_ms, at_ms, float(value))
        for metric, (kind, tag, value) in counted.items()
    ]
    if alarms:
        tags = ("class:a", "operation:alarm")
        points.append(Point("p.do.operations", "count", tags, at_ms, at_ms, float(alarms)))
    spec = BY_ID["billed-invocations"].query
    assert isinstance(spec, Excess)
    query = compile_query(spec.text("p.", "last_15m", 300, "class:a"))
    assert query.evaluate(PointStore(points), np.array([900])).groups[()].values.tolist() == [unexplained]


@pytest.mark.parametrize("spec", [spec for spec in MONITORS if spec.has_settings], ids=lambda spec: spec.id)
def test_a_query_is_in_datadogs_language(spec: MonitorSpec, inputs: Inputs, observed: Any) -> None:
    critical = 0.5 if isinstance(spec.query, Anomaly) else 11  # of the former a share
    settings = SETTINGS.model_copy(update={"critical": critical})
    query = compile_query(inputs(spec, settings, of=observed() if spec.scope == "class" else None)["query"])
    assert query.threshold == critical


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
    written = [f"# {spec.title}", "## What it means", "## First queries", "## Likely causes", "## What to do"]
    assert headings in (written, [*written, "## How it was proven"])


def test_every_runbook_belongs_to_a_monitor() -> None:
    pages = {path.stem for path in (ROOT / "docs" / "runbooks").glob("*.md")}
    of_objectives = {f"{each.id}-{pace}" for each in OBJECTIVES for pace in PACES}
    assert pages == {*BY_ID, *of_objectives}


@pytest.mark.parametrize("spec", MONITORS, ids=lambda spec: spec.id)
def test_a_runbook_links_to_pages_and_names_metrics_that_exist(spec: MonitorSpec, contract: dict[str, Metric]) -> None:
    page = (ROOT / "docs" / "runbooks" / f"{spec.id}.md").read_text()
    assert set(re.findall(r"\]\(([\w-]+)\.md\)", page)) <= set(BY_ID)
    assert set(re.findall(r"conversation_state\.prod\.([\w.]+)\{", page)) <= {*contract, *TAGS}
    assert set(re.findall(r"@telemetry\.(\w+)", page)) <= {field.wire for field in FIELDS}


def test_an_anomaly_monitor_has_the_windows_that_datadog_needs_of_it(inputs: Inputs) -> None:
    windows = {"trigger_window": "last_7m", "recovery_window": "last_7m"}
    assert inputs(BY_ID["traffic-anomaly"])["monitor_threshold_windows"] == windows
    assert "monitor_threshold_windows" not in inputs(SPEC)
