"""The dangers that only some stacks watch for: what each looks like."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from firedrill.drill.simulated_time import saying
from firedrill.scenarios.generic_kind import everyday, healthy, unalarmed
from firedrill.scenarios.marks import alarm_run, in_use, line_of, of_an_instance, reset
from firedrill.scenarios.promises import Danger, Promises
from firedrill.scenarios.scenario import Phase, Said, Scenario
from firedrill.scenarios.sized import sized_scenarios
from firedrill.scenarios.watched import Watch, WatchedWorker
from firedrill.vendors.cloudflare.analytics import ACTIVE_MS
from firedrill.vendors.datadog.rules.pipelines import MAX_BUILT

Make = Callable[..., WatchedWorker]


def made(
    worker: WatchedWorker, monitor: str, danger: str, size: float, *, quiet: float = 0, among: float = 0
) -> dict[str, Scenario]:
    promises = Promises((Danger(danger, "@a", 3, 20, size, quiet, "Room", among=among),))
    watches = [*worker.watches, Watch(monitor, monitor, "Room", 1)]
    found = sized_scenarios(replace(worker, promises=promises, watches=watches))
    return {scenario.name: scenario for scenario in found}


def test_objects_that_wake_themselves_have_no_traffic_at_all(watched: Make) -> None:
    scenarios = made(watched("Room", idle={"A": "1"}), "alarm-runaway", "objects-wake-themselves", 15, quiet=8)
    names = ["objects-wake-themselves@15", "objects-wake-themselves@8", "objects-wake-themselves@then-nothing"]
    assert list(scenarios) == names
    (phase,) = scenarios["objects-wake-themselves@15"].fault
    assert phase.kept == 0
    assert phase.struck is not None
    assert (phase.struck.mark, phase.struck.size, phase.struck.unit) == (alarm_run, 15, "a minute")
    assert phase.struck.take.faults.alarm_again > 0
    assert phase.struck.take.cleanups


def test_all_traffic_ends_with_a_danger_unless_missing_traffic_is_the_danger(watched: Make) -> None:
    ended = made(watched("Room"), "do-latency", "operations-slow", 600)["operations-slow@then-nothing"]
    assert ended.fires == {"do-latency": "Alert"}
    assert ended.about == {"do-latency"}
    *_, after = ended.phases(ended.fault[0].take)
    assert (after.minutes, after.kept, after.struck) == (30, 0.0, None)
    assert list(made(watched("Room"), "traffic-drop", "traffic-drop", 60)) == []


def test_what_is_billed_lasts_until_it_is_known_and_its_end_is_too(watched: Make) -> None:
    scenarios = made(watched("Room"), "billed-duration", "duration-runs-away", 128, quiet=64)
    at_size = scenarios["duration-runs-away@128"]
    (phase,) = at_size.fault
    assert (at_size.fault_minutes, at_size.after) == (35, 45)
    assert phase.struck is not None
    assert phase.struck.platform is not None
    assert (phase.struck.size, phase.struck.platform.fields) == (1, {ACTIVE_MS: 1_000_000})  # 1,000 s of 0.128 GB


def test_objects_that_nobody_asked_run_without_any_traffic(watched: Make) -> None:
    scenarios = made(watched("Room", idle={"A": "1"}), "billed-invocations", "objects-run-unasked", 30)
    (phase,) = scenarios["objects-run-unasked@30"].fault
    assert (phase.kept, phase.struck and phase.struck.mark) == (0, alarm_run)


def test_one_deployment_is_a_scenario_of_its_own_in_which_nobody_may_be_told(watched: Make) -> None:
    scenarios = made(watched("Room"), "object-resets", "objects-reset", 3)
    deploy = scenarios["objects-reset@deploy"]
    assert not deploy.fires
    assert deploy.about == {"object-resets"}
    first, after = deploy.fault
    assert first.struck is not None
    assert (first.minutes, first.struck.mark, first.struck.size, after.struck) == (1, reset, 20, None)
    assert scenarios["objects-reset@3"].fires == {"object-resets": "Alert"}


def test_the_part_of_a_composite_that_no_other_scenario_makes_alert_does_so_with_it(watched: Make) -> None:
    worker = watched("Room")
    worker = replace(worker, watches=[*worker.watches, Watch("do-miss-ratio", "do-miss-ratio", "Room", 45)])
    scenarios = made(worker, "do-misses", "nothing-found", 60, quiet=30, among=4)
    assert set(scenarios["nothing-found@60"].fires) == {"do-misses", "do-miss-ratio"}
    assert scenarios["nothing-found@30"].about == scenarios["nothing-found@night"].about == {"do-misses"}


def test_what_a_class_lacks_makes_its_monitor_inapplicable_and_leaves_its_scenarios_out(watched: Make) -> None:
    worker = replace(watched("Room"), lacking={("alarm-late", "Room"): "sets alarms"})
    assert made(worker, "alarm-late", "alarms-late", 90_000) == {}
    why = worker.inapplicable(Watch("alarm-late", "alarm-late", "Room"))
    assert why == "not applicable: it is of a class that sets alarms, and Room does not"
    assert worker.inapplicable(Watch("alarm-late", "alarm-late", "Lobby")) == ""


LINE = '{"v":2,"at":"object","op":"post","result":"ok","class":"Room","bytes":4096,"name":"' + "n" * 40 + '"}'
RECORD = {"Logs": [{"Level": "debug", "Message": [LINE]}, {"Level": "log", "Message": ["other"]}]}


def test_a_record_says_something_else_and_keeps_all_that_is_not_its_line() -> None:
    found = saying(RECORD, Said({"result": "miss"}, {"bytes": 2.5, "absent": 2}))
    assert line_of(found) == {**line_of(RECORD), "result": "miss", "bytes": 10_240}
    assert found["Logs"][1] == RECORD["Logs"][1]
    assert line_of(RECORD)["bytes"] == 4096


def test_a_line_that_says_too_much_loses_its_last_fields_as_the_workers_does() -> None:
    found = saying(RECORD, Said({"word": "w" * (MAX_BUILT - len(LINE))}))
    assert len(found["Logs"][0]["Message"][0]) <= MAX_BUILT
    assert "word" not in line_of(found)
    assert line_of(found)["bytes"] == 4096


def test_an_object_that_fills_up_is_larger_every_minute_and_told_by_two_alerts(watched: Make) -> None:
    worker = watched("Room")
    worker = replace(worker, watches=[*worker.watches, Watch("storage-growth", "storage-growth", "Room", 100)])
    scenarios = made(worker, "storage-forecast", "object-fills-up", 1000, quiet=100)
    fault = scenarios["object-fills-up@1000"].fault
    said = [phase.struck.said.fields["bytes"] for phase in fault if phase.struck and phase.struck.said]
    assert (said[:3], len(said), {phase.minutes for phase in fault}) == ([1000, 2000, 3000], 25, {1})
    assert set(scenarios["object-fills-up@1000"].fires) == {"storage-forecast", "storage-growth"}
    assert scenarios["object-fills-up@100"].about == {"storage-forecast"}


def test_objects_that_are_never_cleaned_up_are_in_use_and_nothing_else_happens(watched: Make) -> None:
    scenarios = made(watched("Room"), "cleanup-backlog", "cleanups-stay-away", 15)
    (phase,) = scenarios["cleanups-stay-away@15"].fault
    assert phase.kept == 0
    assert phase.struck is not None
    assert (phase.struck.mark, phase.struck.size, phase.struck.unit) == (in_use, 15, "a minute")


@pytest.mark.parametrize(("said", "used"), [({"pulse": 1}, True), ({}, False), ({"pulse": 1, "trigger": "api"}, False)])
def test_an_object_in_use_is_one_whose_pulse_is_no_clean_up(said: dict[str, Any], used: bool) -> None:
    assert in_use(saying(RECORD, Said(said)), "Room") == used


def test_clean_ups_are_missed_by_no_alert_where_no_object_goes_idle(watched: Make) -> None:
    worker = watched("Room", idle={"A": "1"})
    worker = replace(worker, watches=[*worker.watches, Watch("cleanup-backlog", "cleanup-backlog", "Room", 150)])
    short, idle = everyday(worker, "short"), healthy(worker)
    assert unalarmed(worker, [Phase(1, idle), Phase(1, short)]) == {"cleanup-backlog"}
    assert unalarmed(worker, [Phase(1, idle)]) == set()


def test_a_hot_object_is_one_instance_that_is_named_by_its_hash(watched: Make) -> None:
    scenarios = made(watched("Room"), "hot-object", "object-hot", 450, quiet=200)
    (phase,) = scenarios["object-hot@450"].fault
    assert phase.struck is not None
    assert (phase.struck.mark, phase.struck.only, phase.struck.size) == (of_an_instance, "instance", 450)
    assert not of_an_instance(RECORD, "Room")
    assert of_an_instance(saying(RECORD, Said({"id": "0123456789ab"}, {})), "Room")
    assert scenarios["object-hot@200"].fires == {}
