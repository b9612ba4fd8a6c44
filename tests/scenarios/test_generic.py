"""The scenarios that every Worker gets, and what they must fire of what is declared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from firedrill.canaries import is_heartbeat
from firedrill.drill.simulated_time import struck_records
from firedrill.runtime.take import Faults
from firedrill.scenarios.dangers import BY_ID
from firedrill.scenarios.generic import GENERIC, failing_operations, generic_scenarios, inapplicable
from firedrill.scenarios.generic_kind import healthy
from firedrill.scenarios.marks import any_record, cut_short, of_heartbeat
from firedrill.scenarios.read_drill_file import EVERYDAY
from firedrill.scenarios.scenario import Phase, Scenario
from firedrill.scenarios.watched import SAMPLED, WatchedClass, WatchedWorker

Make = Callable[..., WatchedWorker]


def made(worker: WatchedWorker) -> dict[str, Scenario]:
    return {scenario.name: scenario for _, scenario in generic_scenarios(worker)}


def test_a_worker_with_one_class_gets_each_of_them_once(watched: Make) -> None:
    assert list(made(watched("Room"))) == [each.name for each in GENERIC if each.of != "enduring"]


def test_a_class_that_only_objects_call_leaves_what_follows_for_requests_to_its_callers(watched: Make) -> None:
    worker = watched("Room", "Limit", by_object=("Limit",))
    limit = replace(worker.classes["Limit"], stores=False, called_by_handlers=False, called_by_objects=True)
    scenarios = made(replace(worker, classes={**worker.classes, "Limit": limit}))
    throws = scenarios["Limit/object-throws"]
    assert list(throws.fires) == ["Limit/do-error-ratio", "Limit/do-error-rate", "Limit/do-errors"]
    assert {"worker-5xx", "Room/do-errors", "background-errors"} <= throws.may_fire
    assert "Limit/do-low-traffic" in scenarios["Room/storage-failing"].may_fire
    assert not {"Limit/storage-failing", "Limit/unreachable", "Room/object-throws"} & scenarios.keys()


def test_a_class_that_only_batches_and_schedules_call_fails_no_request(watched: Make) -> None:
    worker = watched("Room")
    unasked = replace(worker, classes={"Room": replace(worker.classes["Room"], called_by_requests=False)})
    for name in ("storage-failing", "unreachable"):
        assert "worker-5xx" in made(worker)[name].fires
        assert "worker-5xx" in made(unasked)[name].may_fire
        assert {"do-errors", "do-error-rate"} <= made(unasked)[name].fires.keys()


def test_dangers_of_storage_are_not_asked_of_a_class_that_has_none(watched: Make) -> None:
    worker = watched("Room")
    stateless = replace(worker, classes={"Room": replace(worker.classes["Room"], stores=False)})
    assert "storage-spike" in made(worker)["traffic-surge"].fires
    assert "storage-spike" not in made(stateless)["traffic-surge"].fires


def test_faults_of_objects_strike_each_of_several_classes_by_itself(watched: Make) -> None:
    scenarios = made(watched("Room", "Lobby"))
    assert [name for name in scenarios if "storage-failing" in name] == [
        "Room/storage-failing",
        "Lobby/storage-failing",
    ]
    (phase,) = scenarios["Lobby/storage-failing"].fault
    assert phase.take.faults == Faults(storage_failing=1, classes=("Lobby",))
    assert phase.take.name == "lobby-storage-failing"
    assert phase.take.requests[0].path == "/rooms/lobby-storage-failing-0"


def test_a_fault_of_one_class_fires_its_monitors_and_those_of_the_worker(watched: Make) -> None:
    failing = made(watched("Room", "Lobby"))["Room/storage-failing"]
    assert failing.fires == dict.fromkeys(
        (
            *("worker-5xx-rate", "worker-5xx", "Room/do-error-ratio", "Room/do-error-rate", "Room/do-errors"),
            "Room/mapping-failures",
        ),
        "Alert",
    )
    assert failing.may_fire == {"Room/cleanup-failures", "background-errors", "heartbeat"}


def test_a_monitor_that_is_not_declared_is_not_expected(watched: Make) -> None:
    worker = watched("Room", undeclared=("mapping-failures", "cleanup-failures", "worker-5xx"))
    failing = made(worker)["storage-failing"]
    assert list(failing.fires) == ["worker-5xx-rate", "do-error-ratio", "do-error-rate", "do-errors"]
    assert failing.may_fire == {"background-errors", "heartbeat"}


def test_a_scenario_that_would_prove_nothing_is_left_out(watched: Make) -> None:
    scenarios = made(watched("Room", undeclared=("cleanup-failures", "do-latency")))
    assert {"alarm-failing", "rare-cleanup-failure", "storage-slow"} & scenarios.keys() == set()


def test_alarms_are_slow_where_clean_ups_are_watched(watched: Make) -> None:
    worker = watched("Room", "Lobby", undeclared=("Lobby/cleanup-failures",), idle={"IDLE_MS": "600"})
    scenarios = made(worker)
    assert [name for name in scenarios if "alarm-slow" in name] == ["Room/alarm-slow"]
    (phase,) = scenarios["Room/alarm-slow"].fault
    assert phase.take.faults == Faults(
        classes=("Room",), alarm_slow=1, storage_slow_ms=700, bindings={"IDLE_MS": "600"}
    )
    assert scenarios["Room/alarm-slow"].fires == {"Room/do-latency": "Alert"}


def test_healthy_traffic_is_always_there(watched: Make) -> None:
    worker = watched("Room", idle={"IDLE_MS": "600"})
    scenario = made(WatchedWorker(worker.file))["healthy"]
    assert scenario.fault == (Phase(60, healthy(worker)),)
    assert healthy(worker).faults == Faults(bindings={"IDLE_MS": "600"})
    assert healthy(worker).cleanups


def test_nobody_counts_the_calls_that_never_reach_an_object_which_counts_itself(watched: Make) -> None:
    worker = watched("Room", by_object=("Room",))
    unreachable = made(worker)["unreachable"]
    assert unreachable.fires == {"worker-5xx-rate": "Alert", "worker-5xx": "Alert", "heartbeat": "No Data"}
    assert "do-low-traffic" in unreachable.may_fire
    assert "do-error-ratio" not in made(worker)["lone-failure"].fires


def test_a_lone_failure_is_that_of_the_first_request(watched: Make) -> None:
    lone = made(watched("Room"))["lone-failure"]
    (phase,) = lone.fault
    assert ([request.path for request in phase.take.requests], phase.every) == (["/rooms/lone-failure-0"], 5)
    assert phase.take.faults == Faults(unreachable=1)
    assert set(lone.fires) == {"low-traffic", "do-low-traffic", "worker-5xx-rate", "traffic-drop", "do-error-ratio"}


def test_a_heartbeat_is_in_every_take_and_never_the_request_that_fails_alone(watched: Make) -> None:
    worker = replace(watched("Room", canary=["PUT /rooms/{id}", "DELETE /rooms/{id}"]), heartbeat=True)
    scenarios = made(worker)
    for take in (healthy(worker), scenarios["lone-failure"].fault[0].take):
        put, delete = take.requests[-2:]
        assert (put.method, delete.method) == ("PUT", "DELETE")
        assert put.path == delete.path == f"/rooms/firedrill-heartbeat-{take.name}"
        assert is_heartbeat(put.headers["x-request-id"])
        assert len({put.headers["x-request-id"], delete.headers["x-request-id"]}) == 2
    lone = scenarios["lone-failure"].fault[0].take
    assert (lone.faults, lone.concurrency) == (Faults(unreachable=1, limit=1), 1)
    assert [request.path for request in healthy(watched("Room")).requests if "heartbeat" in request.path] == []


def test_a_heartbeat_that_does_not_come_through_is_all_that_is_missing(watched: Make) -> None:
    missing = made(watched("Room"))["heartbeat-missing"]
    assert missing.fires == {"heartbeat": "No Data"}
    assert [(phase.take.name, phase.without) for phase in missing.fault] == [("healthy", of_heartbeat)]


def test_a_lone_failure_may_be_that_of_any_class(watched: Make) -> None:
    lone = made(watched("Room", "Lobby"))["lone-failure"]
    of_worker = {"low-traffic", "worker-5xx-rate", "traffic-drop"}
    assert set(lone.fires) == {*of_worker, "Room/do-low-traffic", "Lobby/do-low-traffic"}
    assert lone.may_fire == {"Room/do-error-ratio", "Lobby/do-error-ratio"}


def test_undelivered_events_end_as_missing_data(watched: Make) -> None:
    stopped = made(watched("Room"))["delivery-stopped"]
    assert stopped.fires == {
        "low-traffic": "Alert",
        "do-low-traffic": "Alert",
        "telemetry-late": "Alert",
        "telemetry-silent": "No Data",
        "heartbeat": "No Data",
    }
    assert [phase.delivery for phase in stopped.fault] == [False]


def test_late_events_are_delivered_after_all(watched: Make) -> None:
    late = made(watched("Room"))["delivery-late"]
    assert late.fires == {"telemetry-late": "Alert"}
    assert [(phase.delivery, phase.late) for phase in late.fault] == [(True, 14)]
    assert "delivery-late" not in made(watched("Room", undeclared=("telemetry-late",)))


def test_records_that_cannot_hold_their_lines_come_on_top_of_healthy_ones(watched: Make) -> None:
    cut = made(watched("Room"))["lines-cut"]
    assert cut.fires == {"telemetry-cut": "Alert"}
    (phase,) = cut.fault
    assert phase.struck is not None
    assert (phase.struck.take.faults, phase.struck.mark, phase.struck.size) == (Faults(flooding=0.5), cut_short, 0.1)


@pytest.mark.parametrize("danger", ["telemetry-cut", "background-fails"])  # whose monitors group by entrypoint
def test_a_danger_of_few_records_is_one_fault_whatever_the_order_of_the_take(danger: str, watched: Make) -> None:
    (phase,) = BY_ID[danger].sized(watched("Room"), "", 0.1)
    assert phase.struck is not None
    records: list[dict[str, Any]] = [{"Entrypoint": of, "Logs": []} for of in ("", "Room", "")]
    struck = struck_records(replace(phase.struck, mark=any_record), records)
    assert [each["Entrypoint"] for each in struck] == ["", ""]


def test_faults_are_as_large_as_the_thresholds_ask_for(watched: Make) -> None:
    limits = {"traffic-surge": 400, "traffic-drop": -80, "do-latency": 1000, "cpu-p99": 100}
    worker = watched("Room")
    watches = [replace(each, threshold=limits.get(each.id, each.threshold)) for each in worker.watches]
    scenarios = made(WatchedWorker(worker.file, worker.classes, watches))
    first = {name: scenario.fault[0] for name, scenario in scenarios.items()}
    assert first["traffic-surge"].copies == 10
    slow = ("storage-slow", "alarm-slow")
    assert [first[name].take.faults.storage_slow_ms for name in slow] == [1400, 1400]
    assert first["cpu-busy"].platform is not None
    assert first["cpu-busy"].platform.fields == {"CPUTimeMs": 800}
    assert first["traffic-drop"].kept == pytest.approx(0.18)
    assert first["traffic-drop"].take.name == "healthy"


def test_failing_storage_strikes_the_start_of_a_class_that_uses_it_only_there(watched: Make) -> None:
    worker = watched("Room")
    known = replace(worker, classes={"Room": replace(worker.classes["Room"], stores=False, starts_from_storage=True)})
    (phase,) = made(known)["storage-failing"].fault
    assert phase.take.faults == Faults(classes=("Room",), storage_failing=1, start_failing=1)
    assert phase.take.name != made(worker)["storage-failing"].fault[0].take.name  # which was recorded before
    assert "object-throws" in made(known)


def test_no_slow_storage_is_asked_of_a_class_whose_times_are_a_sample(watched: Make) -> None:
    worker = watched("Room")
    sampled = replace(worker, classes={"Room": replace(worker.classes["Room"], sampled=True)})
    assert "storage-slow" not in made(sampled)
    assert inapplicable(sampled)["storage-slow"] == SAMPLED


def test_a_rare_failure_is_one_in_ten_minutes(watched: Make) -> None:
    worker = watched("Room", idle={"IDLE_MS": "600"})
    rare = made(worker)["rare-cleanup-failure"]
    assert [(phase.minutes, phase.take.name) for phase in rare.fault] == [(1, rare.name), (9, "healthy")] * 2
    assert rare.fault[0].take.faults == Faults(classes=("Room",), limit=1, alarm_failing=1, bindings={"IDLE_MS": "600"})


def test_monitors_of_resources_without_class_tags_are_of_any_class(watched: Make) -> None:
    worker = watched("Room")
    untagged = [replace(each, class_name="") for each in worker.watches]
    assert "do-errors" in made(WatchedWorker(worker.file, worker.classes, untagged))["unreachable"].fires


def test_a_class_that_endures_failing_storage_is_made_to_fail_by_its_methods_as_well(watched: Make) -> None:
    worker = watched("Room")
    enduring = replace(worker, classes={"Room": replace(worker.classes["Room"], fails_with_storage=False)})
    assert {"storage-failing", "object-throws"} <= made(enduring).keys()
    assert "object-throws" not in made(worker)


@pytest.mark.parametrize(("by_caller", "scenario"), [(True, "object-throws"), (False, "storage-failing")])
def test_a_class_of_which_no_call_fails_with_its_storage_fails_by_its_methods(by_caller: bool, scenario: str) -> None:
    room = WatchedClass(("join",), counted_by_caller=by_caller, calls_fail_with_storage=False)
    assert failing_operations(WatchedWorker(EVERYDAY, {"Room": room}), "Room") == scenario


def test_a_lone_failure_is_thrown_where_the_first_request_needs_no_object(watched: Make) -> None:
    worker = watched("Room")
    lone, thrown = (made(each)["lone-failure"] for each in (worker, replace(worker, first_needs_objects=False)))
    assert (lone.fault[0].take.faults.unreachable, thrown.fault[0].take.faults.worker_throws) == (1, 1)
    assert "do-error-ratio" in lone.fires
    assert "do-error-ratio" in thrown.may_fire
    assert lone.fault[0].take.name != thrown.fault[0].take.name
