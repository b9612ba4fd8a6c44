"""When a drill's result counts as proven, Worker by Worker."""

from __future__ import annotations

from dataclasses import replace

from firedrill.drill.result import DrillResult, Volume, WorkerResult
from firedrill.drill.verdicts import Change, Failure, Kind, MonitorVerdict, ScenarioRun
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

PROVEN = MonitorVerdict("errors", (), 3, ())
FAILED = MonitorVerdict(
    "latency", (), 2, (Failure("latency", "never went to Alert in {scenario}", Kind.NEVER_FIRED, "slow"),)
)
EXEMPT = MonitorVerdict("silence", (), 1, (Failure("silence", "has no scenario"),), exempt="by hand")


def result(*verdicts: MonitorVerdict, problems: tuple[str, ...] = (), changes: tuple[Change, ...] = ()) -> WorkerResult:
    fault = (Phase(7, TakeSpec("broken", ())),)
    scenario = Scenario("broken", "Fails.", fault, {"errors": "Alert"}, frozenset({"latency"}))
    return WorkerResult(
        worker="tiny",
        verdicts=verdicts,
        runs=(ScenarioRun(scenario, 100, 200, 300, changes),),
        volume=Volume(1, 2, 3, 4, 5),
        problems=problems,
    )


def change(monitor: str, notification: str) -> Change:
    return Change(monitor, "", 150, "Alert", notification)


def test_a_result_is_proven_when_every_monitor_is_proven_or_exempt() -> None:
    assert result(PROVEN, EXEMPT).proven


def test_one_monitor_that_failed_fails_the_drill() -> None:
    assert not result(PROVEN, FAILED).proven


def test_a_problem_of_no_monitor_fails_the_drill() -> None:
    assert not result(PROVEN, problems=("scenario calm left no point of runs{*}",)).proven


def test_a_stack_is_proven_when_all_of_its_workers_are() -> None:
    assert DrillResult("dev", (result(PROVEN), result(EXEMPT)), {}).proven
    assert not DrillResult("dev", (result(PROVEN), result(FAILED)), {}).proven


def test_a_problem_of_no_worker_fails_the_drill() -> None:
    assert not DrillResult("dev", (result(PROVEN),), {}, problems=("errors is proven; remove its line",)).proven


def test_notifications_of_monitors_that_must_or_may_fire_are_explained() -> None:
    explained = (change("errors", "[Triggered] Errors"), change("latency", "[Triggered] Latency"))
    assert result(PROVEN, FAILED, changes=explained).unexplained == 0


def test_every_other_notification_is_unexplained() -> None:
    noise = (change("silence", "[No data] Silence"), change("silence", "[Triggered] Silence"))
    assert result(PROVEN, EXEMPT, changes=noise).unexplained == 2


def test_what_a_monitor_that_was_not_judged_sends_is_not_counted() -> None:
    assert result(PROVEN, changes=(change("silence", "[No data] Silence"),)).unexplained == 0


def test_a_change_of_state_that_nobody_is_told_of_is_no_notification() -> None:
    assert result(PROVEN, EXEMPT, changes=(change("silence", ""),)).unexplained == 0


def test_a_cause_is_told_once_with_the_scenarios_that_it_is_of() -> None:
    never = [
        Failure("latency", "never went to Alert in {scenario}", Kind.NEVER_FIRED, name) for name in ("a", "b", "c")
    ]
    failed = MonitorVerdict("latency", (), 2, (*never, Failure("latency", "has no scenario in which it stays quiet")))
    causes = dict(zip(never, ("too high", "no data", "too high"), strict=True))
    found = replace(result(failed), causes=causes, remarks=("this machine is busy",))
    assert found.cause(failed) == "in a, c: too high; in b: no data; this machine is busy"
    assert found.cause(PROVEN) == ""
