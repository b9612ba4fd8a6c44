"""Widgets that show something in the drill, and those that do not."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from firedrill.drill.dashboards import Dashboards, dashboards_of
from firedrill.drill.simulate import Drilled
from firedrill.drill.verdicts import ScenarioRun
from firedrill.scenarios.scenario import Lasting, Phase, Scenario, TakeSpec
from firedrill.vendors.datadog.monitors import Run, parse_monitors, run
from firedrill.vendors.datadog.queries import Point, PointStore

BEGIN_S = 1_767_571_200
FAULT = (Phase(5, TakeSpec("x", ())),)


def ran(name: str, tags: dict[str, int], fires: int = 0, **options: Any) -> Drilled:
    """A scenario with so many points of the metric `m` each minute."""
    points = [
        Point("m", "count", (tag,), (BEGIN_S + 60 * minute) * 1000, (BEGIN_S + 60 * minute) * 1000, float(number))
        for minute in range(-5, 20)
        for tag, number in tags.items()
    ]
    times_s = BEGIN_S + 60 * np.arange(-5, 15)
    scenario = Scenario(name, "", FAULT, dict.fromkeys(map(str, range(fires)), "Alert"), **options)
    outcome = ScenarioRun(scenario, BEGIN_S * 1000, (BEGIN_S + 300) * 1000, (BEGIN_S + 900) * 1000, ())
    return Drilled(outcome, 0, 0, 0, PointStore(points), Run(times_s, {}, ()))


def of(query: str, *runs: Drilled, **definition: Any) -> Dashboards:
    """A dashboard with one widget of a query, in these scenarios."""
    request = {"queries": [{"data_source": "metrics", "name": "q", "query": query}]}
    widget = {"definition": {"type": "timeseries", "title": "W", "requests": [request], **definition}}
    metrics = SimpleNamespace(definitions={"m": None, "unmade": None})
    organisation = SimpleNamespace(
        dashboards=[{"title": "D", "widgets": [widget]}],
        logging=SimpleNamespace(metrics=metrics),
        slos={},
        slo_alerts=(),
    )
    worker: Any = SimpleNamespace(organisation=organisation)
    return dashboards_of(worker, runs)


def test_a_widget_is_drawn_from_the_scenario_in_which_most_happens() -> None:
    found = of("sum:m{*} by {k}.as_count()", ran("healthy", {"k:a": 1}), ran("failing", {"k:a": 1, "k:b": 2}, fires=2))
    (drawing,) = found.drawings
    assert found.problems == ()
    assert (drawing.dashboard, drawing.title, drawing.scenario, drawing.fault) == ("D", "W", "failing", 5)
    assert [(line.label, line.values[5]) for line in drawing.lines] == [("b", 2), ("a", 1)]
    assert drawing.minutes[0] == -5


def test_a_scenario_without_its_points_is_passed_over() -> None:
    found = of("sum:m{k:b}.as_count()", ran("failing", {"k:a": 1}, fires=2), ran("other", {"k:b": 3}))
    assert [each.scenario for each in found.drawings] == ["other"]


def test_a_widget_that_stays_empty_although_its_metric_has_points_is_a_problem() -> None:
    assert of("sum:m{k:typo}.as_count()", ran("healthy", {"k:a": 1})).problems == (
        "dashboard 'D', widget 'W': it shows nothing in any scenario, although m had points in healthy",
    )


def test_a_metric_that_nothing_declares_is_a_problem() -> None:
    assert of("sum:n{*}.as_count()", ran("healthy", {"k:a": 1})).problems == (
        "dashboard 'D', widget 'W': it asks for n, which no LogsMetric makes",
    )


def test_a_metric_that_no_scenario_makes_is_said_and_no_problem() -> None:
    found = of("sum:unmade{*}.as_count()", ran("healthy", {"k:a": 1}))
    assert found.problems == ()
    assert [each.note for each in found.drawings] == ["no scenario makes a point of unmade"]


def test_deployments_are_laid_over_the_scenario_that_has_one() -> None:
    overlay = {
        "display_type": "overlay",
        "queries": [{"data_source": "events", "name": "d", "search": {"query": "$env tags:deployment"}}],
    }
    request = {"queries": [{"data_source": "metrics", "name": "q", "query": "sum:m{*}.as_count()"}]}
    failing, deployed = ran("failing", {"k:a": 1}, fires=2), ran("resets@deploy", {"k:a": 1})
    (marked,) = of("", failing, deployed, requests=[request, overlay]).drawings
    assert (marked.scenario, marked.marks) == ("resets@deploy", (0,))
    assert "modelled" in marked.note
    (without,) = of("", failing, requests=[request, overlay]).drawings
    assert (without.scenario, without.marks) == ("failing", ())
    assert without.note == "no scenario of this Worker is a deployment, so there are no marks"


def with_monitor(*runs: Drilled, alert_id: str = "7") -> Dashboards:
    """A dashboard with the graph of an alert, in an organisation with one monitor."""
    query = "sum(last_5m):sum:m{*}.as_count() > 3"
    monitors = parse_monitors([{"id": "7", "name": "M", "type": "query alert", "query": query, "message": ""}])
    widget = {"definition": {"type": "alert_graph", "title": "W", "alert_id": alert_id}}
    organisation = SimpleNamespace(dashboards=[{"title": "D", "widgets": [widget]}], monitors=monitors)
    worker: Any = SimpleNamespace(organisation=organisation)
    evaluated = [replace(each, monitors=run(monitors, each.store, each.monitors.times_s)) for each in runs]
    return dashboards_of(worker, evaluated)


def test_an_alert_is_drawn_with_its_threshold_where_it_alerts() -> None:
    found = with_monitor(ran("busy", {"k:b": 0}, fires=2), ran("failing", {"k:a": 2}))
    (drawing,) = found.drawings
    assert (found.problems, drawing.scenario) == ((), "failing")
    assert [(line.label, line.values[-1]) for line in drawing.lines] == [("value", 10), ("threshold", 3)]


def test_the_graph_of_a_monitor_that_is_not_declared_is_a_problem() -> None:
    found = with_monitor(ran("failing", {"k:a": 2}), alert_id="8")
    assert found.problems == ("dashboard 'D', widget 'W': it shows the monitor '8', which is not declared",)


def test_an_slo_that_is_not_declared_is_a_problem() -> None:
    found = of("", ran("healthy", {}), type="slo", slo_id="gone")
    assert found.problems == ("dashboard 'D', widget 'W': it shows the SLO 'gone', which is not declared",)


def test_weeks_of_an_objective_are_not_drawn_from() -> None:
    weeks = ran("weeks", {"k:a": 1}, fires=9, lasting=Lasting(60, 60, 60))
    assert [each.scenario for each in of("sum:m{*}.as_count()", weeks, ran("healthy", {"k:a": 1})).drawings] == [
        "healthy"
    ]
