"""The dashboard of a service."""

from __future__ import annotations

import re
from typing import Any

import pytest

from firedrill.components.dashboard.service import Shown, dashboard, graphs
from firedrill.components.log_metrics.definitions import metrics
from firedrill.components.monitors.declared import DeclaredMonitor
from firedrill.components.monitors.queries import Composite
from firedrill.components.monitors.table import MONITORS
from firedrill.vendors.datadog.dashboards import check_dashboard
from firedrill.vendors.datadog.widgets import Shows, compiled, shown_by
from firedrill.vendors.rules.prices import list_prices

SLOS = (Shown("shop: availability", "30d", "abc"), Shown("shop: latency", "7d", "def"))


@pytest.fixture(params=["", "https://x.example"], ids=["no heartbeat", "a heartbeat"])
def built(request: pytest.FixtureRequest, service: Any) -> tuple[Any, dict[str, Any]]:
    of = service(heartbeat=request.param)
    return of, dashboard(of, "prod", "till", "https://x.example/docs", SLOS, {"Worker 5xx rate": "11"})


def widgets(spec: dict[str, Any]) -> list[Shows]:
    return shown_by(spec)


def test_datadog_takes_it(built: tuple[Any, dict[str, Any]]) -> None:
    assert list(check_dashboard(built[1])) == []


def test_every_query_can_be_evaluated_and_reads_a_metric_that_is_declared(built: tuple[Any, dict[str, Any]]) -> None:
    service, spec = built
    declared = metrics(service.classes, reporter=False, heartbeat=bool(service.heartbeat))
    known = {f"{service.prefix}{each.key}": {tag.name for tag in each.tags} for each in declared}
    for each in widgets(spec):
        for _, text in each.queries:
            for leaf in compiled(text).leaves:
                assert leaf.metric in known
                assert set(leaf.by) <= known[leaf.metric]


def test_a_percentile_is_asked_of_metrics_that_keep_them(built: tuple[Any, dict[str, Any]]) -> None:
    service, spec = built
    kept = {f"{service.prefix}{each.key}" for each in metrics(service.classes, reporter=False) if each.percentiles}
    asked = {
        found for each in widgets(spec) for _, text in each.queries for found in re.findall(r"p\d\d:([\w.]+)", text)
    }
    assert asked <= kept


def test_the_class_that_is_picked_narrows_only_metrics_that_have_the_tag(built: tuple[Any, dict[str, Any]]) -> None:
    service, spec = built
    with_class = {
        f"{service.prefix}{each.key}"
        for each in metrics(service.classes, reporter=False, heartbeat=True)
        if "class" in {tag.name for tag in each.tags}
    }
    assert set(re.findall(r"([\w.]+)\{\$class\}", str(spec))) <= with_class


def test_what_wakes_somebody_is_shown_by_what_has_a_value(service: Any) -> None:
    nothing: Any = None
    (of_class, *_) = service().classes
    monitors = [DeclaredMonitor(each, nothing, of_class if each.scope == "class" else None) for each in MONITORS]
    keys = graphs(monitors).values()
    assert 0 < len(keys) <= 6
    assert not {each.key for each in monitors if isinstance(each.spec.query, Composite)}.intersection(keys)
    assert {part for each in monitors if each.spec.notify == "page" for part in each.parts.values()}.intersection(keys)


def test_costs_are_those_of_the_list(built: tuple[Any, dict[str, Any]]) -> None:
    items = list_prices().items
    (cost,) = [each for each in widgets(built[1]) if each.title == "Cost of a bar, in US dollars"]
    factors = {name: float(text.rpartition("* ")[2]) for name, text in cost.queries}
    assert factors == pytest.approx(
        {
            "requests": 0.15 / 1e6,
            "duration": 12.50 / 1e6 * 0.128 / 1000,  # of a millisecond with 128 MB
            "rows read": 0.001 / 1e6,
            "rows written": 1.00 / 1e6,
        }
    )
    assert items["object-duration"].unit == "GB-s"


def test_each_objective_is_shown_over_its_own_timeframe(built: tuple[Any, dict[str, Any]]) -> None:
    (state, *_) = built[1]["widgets"]
    shown = [each["definition"] for each in state["definition"]["widgets"] if each["definition"]["type"] == "slo"]
    assert [(each["slo_id"], each["time_windows"]) for each in shown] == [("abc", ["30d"]), ("def", ["7d"])]
