"""The cause of a failed proof, one obstacle at a time in the tiny stack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from firedrill.drill.compiled import compile_workers
from firedrill.drill.diagnose import diagnose
from firedrill.drill.record import records_of
from firedrill.drill.simulate import drill_scenario, healthy_history
from firedrill.resources import LOGS_METRIC, Resource
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

Tiny = Callable[..., list[Resource]]
HEALTHY, FAILING, FEW = TakeSpec("healthy", ()), TakeSpec("failing", ()), TakeSpec("few", ())
OUTCOMES = {"healthy": ["ok"] * 4, "failing": ["ok", "exception", "exception", "ok"], "few": ["ok"]}
FAILURES = "sum(last_5m):sum:tiny.failures{*}.as_count() > 3"
TOO_HIGH = "sum(last_5m):sum:tiny.failures{*}.as_count() > 3000"


def scenario(name: str, take: TakeSpec, *fires: str) -> Scenario:
    return Scenario(name, "Something.", (Phase(10, take),), dict.fromkeys(fires, "Alert"), after=8)


BROKEN = scenario("broken", FAILING, "failures")


@dataclass(frozen=True)
class Doctor:
    """Drills resources in a scenario and asks why a monitor did not fire."""

    takes: dict[str, Take]

    def __call__(self, resources: list[Resource], scenario: Scenario, monitor: str = "failures") -> str:
        service = compile_workers(resources)[0]
        records = records_of(service, self.takes)
        history = healthy_history(service, HEALTHY, 20, records)
        return diagnose(service, monitor, drill_scenario(service, scenario, records, history), self.takes)


@pytest.fixture
def why(take: Callable[..., Take]) -> Doctor:
    return Doctor({name: take(outcomes) for name, outcomes in OUTCOMES.items()})


def test_a_monitor_that_did_what_it_should_has_no_cause(why: Doctor, tiny: Tiny) -> None:
    assert why(tiny(), BROKEN) == ""


def test_every_obstacle_before_the_first_event_is_named(why: Doctor, tiny: Tiny) -> None:
    assert why(tiny(job={"enabled": False}, script={"logpush": False}), BROKEN) == (
        "the Logpush job 'tiny job' is disabled, so nothing leaves Cloudflare; set enabled=True"
        " (the provider's default is False); "
        "logpush is off on the WorkersScript 'tiny', so no job gets its events; set logpush=True (the default is False)"
    )


def test_a_filter_of_the_job_that_nothing_passes_is_named(why: Doctor, tiny: Tiny) -> None:
    nothing = '{"where":{"key":"ScriptName","operator":"eq","value":"other"}}'
    assert why(tiny(job={"filter": nothing}), BROKEN) == (
        "no trace event passes the filter of the Logpush job 'tiny job'"
    )


def test_a_metric_that_is_not_declared_is_named(why: Doctor, tiny: Tiny) -> None:
    query = "sum(last_5m):sum:tiny.failure{*}.as_count() > 3"
    assert why(tiny({"failures": query}), BROKEN) == ("no LogsMetric is named 'tiny.failure'")


def test_a_filter_of_the_metric_that_matches_nothing_is_named(why: Doctor, tiny: Tiny) -> None:
    assert why(tiny(metric={"filter": {"query": "@Outcome:exeption"}}), BROKEN) == (
        "metric 'tiny.failures' got no point: its filter does not match: @Outcome:exeption (4 of 4 logs)"
    )


def test_a_processor_that_does_nothing_is_named(why: Doctor, tiny: Tiny) -> None:
    lost = {"messageRemapper": {"name": "Message", "isEnabled": True, "sources": ["text"]}}
    found = why(tiny(pipeline={"processors": [lost]}, metric={"filter": {"query": "@text:*"}}), BROKEN)
    assert "processor 'Message' did nothing with any log: " in found


def test_a_pipeline_that_is_disabled_is_named(why: Doctor, tiny: Tiny) -> None:
    found = why(tiny(pipeline={"isEnabled": False}, metric={"filter": {"query": "@a:b"}}), BROKEN)
    assert "pipeline 'tiny pipeline' did nothing with any log: disabled" in found


def test_a_threshold_out_of_reach_is_named_with_the_nearest_value(why: Doctor, tiny: Tiny) -> None:
    assert (
        why(tiny({"failures": TOO_HIGH}), BROKEN)
        == "its highest value was 8 (5 min into the fault); it alerts at > 3000"
    )


def test_a_threshold_below_reach_is_named_with_the_lowest_value(why: Doctor, tiny: Tiny) -> None:
    query = "sum(last_5m):sum:tiny.runs{*}.as_count() < 2"
    assert why(tiny({"silence": query}), scenario("quiet", FEW, "silence"), monitor="silence") == (
        "its lowest value was 4 (5 min into the fault); it alerts at < 2"
    )


def test_skipped_evaluations_are_counted_with_their_reason(why: Doctor, tiny: Tiny) -> None:
    found = why(tiny(monitor={"requireFullWindow": True}), BROKEN)
    assert "evaluations were skipped (require_full_window, and the window is not full)" in found


def test_a_composite_is_explained_by_its_parts(why: Doctor, tiny: Tiny) -> None:
    parts = {"failures": TOO_HIGH, "traffic": "sum(last_5m):sum:tiny.runs{*}.as_count() > 2"}
    ids = {resource.name: resource.id for resource in tiny(parts)}
    declared = tiny({**parts, "both": f"{ids['failures']} && {ids['traffic']}"}, monitor={"message": "@on-call"})
    assert why(declared, scenario("broken", FAILING, "both"), monitor="both") == (
        "its part failures: its highest value was 8 (5 min into the fault); it alerts at > 3000"
    )


def test_of_two_metrics_the_silent_one_is_named(why: Doctor, tiny: Tiny) -> None:
    query = "sum(last_5m):100 * sum:tiny.failures{*}.as_count() / sum:tiny.runs{*}.as_count() > 5"
    broken = tiny({"failures": query}, metric={"filter": {"query": "@Outcome:exeption"}})
    assert LOGS_METRIC in {resource.type for resource in broken}
    assert why(broken, BROKEN).startswith("metric 'tiny.failures' got no point: its filter does not match")


def test_what_two_metrics_have_in_common_is_told_once(why: Doctor, tiny: Tiny) -> None:
    query = "sum(last_5m):100 * sum:tiny.failures{*}.as_count() / sum:tiny.runs{*}.as_count() > 5"
    broken = tiny({"failures": query}, pipeline={"isEnabled": False}, metric={"filter": {"query": "@a:b"}})
    for each in broken:
        if each.type == LOGS_METRIC:
            each.inputs["filter"] = {"query": "@a:b"}
    found = why(broken, BROKEN)
    assert "metric 'tiny.failures' got no point" in found
    assert "metric 'tiny.runs' got no point" in found
    assert found.count("pipeline 'tiny pipeline' did nothing with any log: disabled") == 1
