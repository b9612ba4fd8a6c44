"""What a drill file says of scenarios, and what it cannot say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from firedrill.runtime.take import Faults
from firedrill.scenarios import scenarios_of
from firedrill.scenarios.promises import Danger, Promises
from firedrill.scenarios.scenario import Scenario
from firedrill.scenarios.watched import Watch, WatchedWorker
from firedrill.vendors.errors import FiredrillError

Make = Callable[..., WatchedWorker]


def made(worker: WatchedWorker, name: str) -> Scenario:
    (scenario,) = [each for each in scenarios_of(worker, "drill.yaml").all if each.name == name]
    return scenario


def refusal(worker: WatchedWorker) -> str:
    with pytest.raises(FiredrillError) as error:
        scenarios_of(worker, "drill.yaml")
    return str(error.value)


def own(**keys: Any) -> dict[str, Any]:
    return {"storm": {"summary": "It rains.", **keys}}


def test_a_scenario_is_left_out_with_its_reason(watched: Make) -> None:
    found = scenarios_of(watched("Room", adjust={"cpu-busy": {"skip": "it never computes"}}), "drill.yaml")
    assert found.skipped == {"cpu-busy": "it never computes"}
    assert "cpu-busy" not in [scenario.name for scenario in found.all]


def test_what_a_scenario_fires_can_be_adjusted(watched: Make) -> None:
    adjust = {
        "also_fires": ["cleanup-failures"],
        "may_fire": ["do-errors"],
        "does_not_fire": ["worker-5xx", "background-errors"],
        "produces": ["do.cleanups{*}"],
    }
    scenario = made(watched("Room", adjust={"storage-failing": adjust}), "storage-failing")
    assert list(scenario.fires) == [
        "worker-5xx-rate",
        "do-error-ratio",
        "do-error-rate",
        "mapping-failures",
        "cleanup-failures",
    ]
    assert scenario.may_fire == {"do-errors", "heartbeat"}
    assert scenario.produces == ("do.cleanups{*}",)


def test_an_adjustment_holds_for_all_classes_or_for_one(watched: Make) -> None:
    worker = watched(
        "Room",
        "Lobby",
        adjust={"storage-slow": {"does_not_fire": ["do-latency"]}, "Lobby/storage-slow": {"may_fire": ["do-errors"]}},
    )
    assert made(worker, "Room/storage-slow").fires == {}
    lobby = made(worker, "Lobby/storage-slow")
    assert (lobby.fires, lobby.may_fire) == ({"Lobby/do-latency": "Alert"}, frozenset({"Lobby/do-errors"}))


def with_danger(worker: WatchedWorker) -> WatchedWorker:
    return replace(worker, promises=Promises((Danger("requests-fail", "@a", 3, 20, 7.5, 3, "", among=4),)))


def test_the_scenarios_of_a_danger_are_adjusted_by_their_names(watched: Make) -> None:
    adjust = {"requests-fail@night": {"may_fire": ["worker-5xx"]}, "requests-fail@1.5": {"may_fire": ["worker-5xx"]}}
    worker = with_danger(watched("Room", adjust=adjust))
    assert made(worker, "requests-fail@night").may_fire == {"worker-5xx"}
    assert made(worker, "requests-fail@3") == made(with_danger(watched("Room")), "requests-fail@3")


def test_a_danger_of_a_class_that_there_is_not_is_refused_and_one_of_another_size_is_not(watched: Make) -> None:
    adjust: Any = {"Room/operations-fail@9": {"skip": "it is loud"}, "Rom/operations-fail@9": {"skip": "it is loud"}}
    assert refusal(with_danger(watched("Room", "Lobby", adjust=adjust))).startswith(
        "drill.yaml: adjust.Rom/operations-fail@9 is not a scenario that every Worker gets"
    )


def test_an_adjustment_of_a_danger_holds_for_all_classes(watched: Make) -> None:
    dangers = tuple(Danger("operations-fail", "@a", 3, 20, 7.5, 3, name) for name in ("Room", "Lobby"))
    adjust = {"operations-fail@3": {"may_fire": ["do-error-rate"]}}
    worker = replace(watched("Room", "Lobby", adjust=adjust), promises=Promises(dangers))
    assert made(worker, "Lobby/operations-fail@3").may_fire == {"Lobby/do-error-rate"}
    assert scenarios_of(worker, "drill.yaml").skipped == {}


def test_an_adjustment_of_a_size_that_this_stack_has_not_is_told_as_left_out(watched: Make) -> None:
    adjust = {"requests-fail@9": {"may_fire": ["worker-5xx"]}, "names-unmapped@9": {"may_fire": ["worker-5xx"]}}
    found = scenarios_of(with_danger(watched("Room", adjust=adjust)), "drill.yaml")
    assert found.skipped == {
        "requests-fail@9": "adjusted although this stack has no such scenario; it has "
        "requests-fail@7.5, requests-fail@3, requests-fail@night, requests-fail@then-nothing"
    }


def test_the_danger_of_an_only_class_is_named_without_it(watched: Make) -> None:
    adjust = {"Room/operations-fail@9": {"may_fire": ["do-error-rate"]}}
    assert "adjust.Room/operations-fail@9 is not a scenario" in refusal(with_danger(watched("Room", adjust=adjust)))


@pytest.mark.parametrize("adjustment", [{"skip": "it is loud"}, {"may_fire": ["worker-5xx"]}])
def test_what_proves_a_danger_is_neither_skipped_nor_left_open(watched: Make, adjustment: Any) -> None:
    worker = with_danger(watched("Room", adjust={"requests-fail@7.5": adjustment}))
    assert refusal(worker) == (
        "drill.yaml: adjust.requests-fail@7.5: what proves a danger is neither skipped nor left open; change the "
        "danger, or switch its monitor off"
    )


def test_a_scenario_of_its_own_has_everyday_traffic_unless_it_says_otherwise(watched: Make) -> None:
    worker = watched("Room", idle={"IDLE_MS": "1"}, scenarios=own(fires=["do-errors"], faults={"storage_failing": 0.5}))
    scenario = made(worker, "storm")
    (phase,) = scenario.fault
    assert (scenario.summary, scenario.fires, phase.minutes) == ("It rains.", {"do-errors": "Alert"}, 25)
    assert [request.path for request in phase.take.requests][:2] == ["/rooms/storm-0", "/rooms/storm-1"]
    assert (phase.take.faults, phase.take.cleanups) == (Faults(storage_failing=0.5), False)


def test_traffic_of_its_own_comes_in_place_of_the_everyday_one_or_besides_it(watched: Make) -> None:
    rain = [{"session": ["GET /rain/{id}"]}]
    instead = made(watched("Room", scenarios=own(traffic=rain)), "storm").fault[0].take.requests
    besides = made(watched("Room", scenarios=own(more_traffic=rain)), "storm").fault[0].take.requests
    assert [request.path for request in instead] == ["/rain/storm-0"]
    assert [request.path for request in besides if "rain" in request.path] == ["/rain/storm-6"]
    assert len(besides) == 13


def test_traffic_of_its_own_may_be_another_mix_of_operations(watched: Make) -> None:
    worker = watched("Room", scenarios=own(traffic=[{"session": ["GET /rain/{id}"]}]))
    mix = Watch("operations-mix", "operations-mix", "Room", 25)
    assert "operations-mix" in made(replace(worker, watches=[*worker.watches, mix]), "storm").may_fire
    everyday = watched("Room", scenarios=own())
    assert "operations-mix" not in made(replace(everyday, watches=[*everyday.watches, mix]), "storm").may_fire


def test_objects_clean_up_in_a_scenario_that_is_idle(watched: Make) -> None:
    worker = watched("Room", idle={"IDLE_MS": "1"}, scenarios=own(idle=True, minutes=3))
    (phase,) = made(worker, "storm").fault
    assert (phase.take.faults.bindings, phase.take.cleanups, phase.minutes) == ({"IDLE_MS": "1"}, True, 3)


def test_a_monitor_of_one_class_among_several_is_named_with_it(watched: Make) -> None:
    worker = watched("Room", "Lobby", scenarios=own(fires=["Lobby/do-errors"], may_fire=["worker-5xx"]))
    assert made(worker, "storm").fires == {"Lobby/do-errors": "Alert"}


def test_a_monitor_that_this_stack_does_not_declare_is_left_out(watched: Make) -> None:
    worker = watched("Room", undeclared=("do-errors",), scenarios=own(fires=["do-errors", "do-error-rate"]))
    assert made(worker, "storm").fires == {"do-error-rate": "Alert"}


def test_everything_that_a_file_names_wrongly_is_told_at_once(watched: Make) -> None:
    worker = watched(
        "Room",
        "Lobby",
        undeclared=("cpu-p99",),
        adjust={"cpu-bizy": {"skip": "no"}, "Lobby/cpu-busy": {}, "storage-slow": {"also_fires": ["do-eror"]}},
        scenarios={**own(fires=["do-errors"]), "healthy": {"summary": "All is well."}},
    )
    generic = (
        "healthy, storage-failing, object-throws, storage-slow, unreachable, traffic-surge, traffic-drop, "
        "lone-failure, alarm-failing, alarm-slow, rare-cleanup-failure, worker-throws, background-errors, cpu-busy, "
        "limits-exceeded, memory-exceeded, telemetry-missing, reports-refused, lines-cut, delivery-late, "
        "heartbeat-missing, collector-stopped, collector-refused, delivery-stopped"
    )
    lines = refusal(worker).splitlines()
    assert lines[:3] == [
        f"drill.yaml: adjust.cpu-bizy is not a scenario that every Worker gets (did you mean 'cpu-busy'?); "
        f"those are {generic}",
        f"drill.yaml: adjust.Lobby/cpu-busy is not a scenario that every Worker gets (did you mean 'cpu-busy'?); "
        f"those are {generic}",
        "drill.yaml: scenarios.healthy: every Worker gets a scenario of this name; choose another, or adjust that one",
    ]
    assert lines[3].startswith(
        "drill.yaml: adjust.storage-slow: monitor 'do-eror' does not exist (did you mean 'do-errors'?); "
        "there are Lobby/"
    )
    assert lines[-1] == (
        "drill.yaml: scenarios.storm: monitor 'do-errors' is declared for several classes;"
        " name one of Room/do-errors, Lobby/do-errors"
    )


def test_a_monitor_named_with_a_class_that_its_name_has_not_is_refused(watched: Make) -> None:
    adjust = {"storage-failing": {"does_not_fire": ["Room/do-errors"]}}
    told = refusal(watched("Room", adjust=adjust))
    assert told.startswith(
        "drill.yaml: adjust.storage-failing: monitor 'Room/do-errors' does not exist (did you mean 'do-errors'?); "
        "there are alarm-gave-up, "
    )
    two = {"storage-failing": {"does_not_fire": ["Rom/do-errors"]}}
    assert "monitor 'Rom/do-errors' does not exist (did you mean 'Room/do-errors'?)" in refusal(
        watched("Room", "Lobby", adjust=two)
    )
