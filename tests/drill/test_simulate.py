"""One stretch of the timeline down the path of the tiny stack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from firedrill.drill.calm import START_MS
from firedrill.drill.carry import Carried, carry
from firedrill.drill.compiled import compile_workers
from firedrill.drill.record import as_records
from firedrill.drill.simulate import Drilled, drill_scenario, healthy_history
from firedrill.drill.simulated_time import RecordedTake
from firedrill.drill.verdicts import Change, Told
from firedrill.resources import Resource
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Script
from tests.drill.conftest import every_point

Tiny = Callable[..., list[Resource]]
Takes = Callable[..., Take]

HEALTHY, FAILING = TakeSpec("healthy", ()), TakeSpec("failing", ())
BEGIN_MS = START_MS + (30 + 5) * 60_000


def recorded(take: Takes) -> dict[str, RecordedTake]:
    outcomes = {"healthy": ["ok"] * 4, "failing": ["ok", "exception", "exception", "ok"]}
    return {name: as_records(take(each), Script("tiny"), VARIANTS[0]) for name, each in outcomes.items()}


def carried(resources: Sequence[Resource], take: Takes, *phases: Phase) -> Carried:
    worker = compile_workers(resources)[0]
    return carry(worker, phases, recorded(take), START_MS, worker.organisation.indexes())


def drilled(resources: Sequence[Resource], take: Takes, scenario: Scenario) -> Drilled:
    service, takes = compile_workers(resources)[0], recorded(take)
    return drill_scenario(service, scenario, takes, healthy_history(service, HEALTHY, 30, takes))


def failing(minutes: int = 10, after: int = 13) -> Scenario:
    return Scenario("broken", "Half fail.", (Phase(minutes, FAILING),), {"failures": "Alert"}, after=after)


def test_every_event_becomes_a_log_and_its_points(tiny: Tiny, take: Takes) -> None:
    found = carried(tiny(), take, Phase(2, HEALTHY), Phase(3, FAILING))
    assert (found.events, found.lost, found.logs, found.ingested.dropped) == (20, 0, 20, {})
    assert found.ingested.number_of_points == 20 + 6


def test_points_lie_where_the_timeline_placed_their_events(tiny: Tiny, take: Takes) -> None:
    points = carried(tiny(), take, Phase(1, HEALTHY)).ingested.points
    assert [point.timestamp_ms - START_MS for point in points] == [0, 14_985, 29_970, 44_955]


def test_points_arrive_when_their_batch_was_delivered(tiny: Tiny, take: Takes) -> None:
    points = carried(tiny(), take, Phase(1, HEALTHY)).ingested.points
    assert [point.arrived_ms - START_MS for point in points] == [60_070, 60_070, 60_070, 105_025]


def test_a_disabled_job_keeps_everything_back(tiny: Tiny, take: Takes) -> None:
    found = carried(tiny(job={"enabled": False}), take, Phase(2, HEALTHY))
    assert found == Carried(events=8)


def test_a_script_without_logpush_keeps_everything_back(tiny: Tiny, take: Takes) -> None:
    assert carried(tiny(script={"logpush": False}), take, Phase(3, HEALTHY)) == Carried(events=12)


def test_the_filter_of_the_job_keeps_events_back(tiny: Tiny, take: Takes) -> None:
    only = '{"where":{"key":"Outcome","operator":"eq","value":"exception"}}'
    found = carried(tiny(job={"filter": only}), take, Phase(3, FAILING))
    assert (found.events, found.lost, found.logs) == (12, 0, 6)


def test_sampling_keeps_events_back_the_same_ones_every_time(tiny: Tiny, take: Takes) -> None:
    options = {"fieldNames": ["EventTimestampMs", "Outcome"], "sampleRate": 0.25}
    first, second = (carried(tiny(job={"outputOptions": options}), take, Phase(50, HEALTHY)) for _ in range(2))
    assert every_point(first.ingested) == every_point(second.ingested)
    assert first.logs == second.logs
    assert (first.events, first.lost) == (200, 0)
    assert 10 < first.logs < 100


def test_an_outage_shorter_than_the_retries_loses_nothing(tiny: Tiny, take: Takes) -> None:
    found = carried(tiny(), take, Phase(2, HEALTHY, delivery=False), Phase(4, HEALTHY))
    assert (found.lost, found.logs) == (0, 24)


def test_an_outage_longer_than_the_retries_loses_batches(tiny: Tiny, take: Takes) -> None:
    found = carried(tiny(), take, Phase(20, HEALTHY, delivery=False), Phase(1, HEALTHY))
    assert found.lost > 50
    assert found.lost + found.logs == found.events == 84


def test_logs_that_datadog_dates_too_far_back_are_counted_with_the_reason(tiny: Tiny, take: Takes) -> None:
    processors = [{"dateRemapper": {"name": "Date", "isEnabled": True, "sources": ["WallTimeMs"]}}]
    found = carried(tiny(pipeline={"processors": processors}), take, Phase(1, HEALTHY))
    assert found.logs == 0
    assert sum(found.ingested.dropped.values()) == 4


def test_a_scenario_begins_after_its_history_and_ends_after_its_recovery(tiny: Tiny, take: Takes) -> None:
    outcome = drilled(tiny(), take, failing(minutes=10, after=13)).outcome
    assert (outcome.begin_ms, outcome.end_ms, outcome.over_ms) == (BEGIN_MS, BEGIN_MS + 600_000, BEGIN_MS + 1_380_000)


def test_monitors_are_watched_every_minute_from_before_the_fault_to_the_end(tiny: Tiny, take: Takes) -> None:
    times_s = drilled(tiny(), take, failing(minutes=10, after=13)).monitors.times_s
    assert times_s.tolist() == list(range(BEGIN_MS // 1000 - 15 * 60, BEGIN_MS // 1000 + 23 * 60 + 1, 60))


def test_changes_of_state_are_told_with_what_somebody_got_told(tiny: Tiny, take: Takes) -> None:
    found = tuple(replace(each, told=None) for each in drilled(tiny(), take, failing()).outcome.changes)
    minutes = [(change.time_ms - BEGIN_MS) // 60_000 for change in found]
    assert found == (
        Change("failures", "", found[0].time_ms, "OK", ""),
        Change("failures", "", found[1].time_ms, "Alert", "[Triggered] The failures"),
        Change("failures", "", found[2].time_ms, "OK", ""),
    )
    assert minutes == [-15, 3, 14]


def test_what_was_sent_has_its_handles_its_message_and_what_that_has_to_show(tiny: Tiny, take: Takes) -> None:
    started, alerted, over = drilled(tiny(), take, failing()).outcome.changes
    assert started.told is None
    assert alerted.told == Told(
        handles=("@on-call",),
        title="[Triggered] The failures",
        message="4.0 failed @on-call",
        shown=(("its value", "4.0"), ("its threshold", "3.0")),
    )
    assert over.told is not None
    assert (over.told.handles, over.told.message) == ((), "over")


def test_changes_of_grouped_monitors_name_the_group(tiny: Tiny, take: Takes) -> None:
    query = "sum(last_5m):sum:tiny.failures{*} by {outcome}.as_count() > 3"
    found = drilled(tiny({"failures": query}), take, failing()).outcome.changes
    assert {change.group for change in found if change.state == "Alert"} == {"outcome:exception"}


def test_metrics_without_a_point_are_known_to_the_monitors(tiny: Tiny, take: Takes) -> None:
    store = drilled(tiny(metric={"filter": {"query": "@Outcome:never"}}), take, failing()).store
    assert store.kind("tiny.failures") == "count"
    assert store.series("tiny.failures") == {}
