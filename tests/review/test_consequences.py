"""Two drills compared: what their results have to differ in for a sentence about the alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from firedrill.drill.result import DrillResult, Volume, WorkerResult
from firedrill.drill.verdicts import Change, MonitorVerdict, Proof, ScenarioRun
from firedrill.review.consequences import consequences
from firedrill.scenarios.scenario import Scenario

MINUTE_MS = 60_000
Fired = Mapping[str, tuple[int, int | None]]
"""Minutes from the fault to the alert and to the recovery, by monitor."""


def run(name: str, fired: Fired) -> ScenarioRun:
    changes = []
    for monitor, (alerted, recovered) in fired.items():
        changes.append(Change(monitor, "", alerted * MINUTE_MS, "Alert", ""))
        if recovered is not None:
            changes.append(Change(monitor, "", recovered * MINUTE_MS, "OK", ""))
    return ScenarioRun(Scenario(name, "", ()), 0, 25 * MINUTE_MS, 60 * MINUTE_MS, tuple(changes))


def drill(
    scenarios: Mapping[str, Fired], exempt: Mapping[str, str] | None = None, problems: Sequence[str] = ()
) -> DrillResult:
    verdicts = tuple(MonitorVerdict(each, (), 1, (), (exempt or {}).get(each, "")) for each in ("errors", "slow"))
    runs = tuple(run(name, fired) for name, fired in scenarios.items())
    worker = WorkerResult("shop", verdicts, runs, Volume(0, 0, 0, 0, 0))
    return DrillResult("dev", (worker,), {}, tuple(problems))


def told(before: DrillResult, after: DrillResult) -> list[str]:
    return consequences(before, after, same_takes=True)


def test_a_worker_under_another_key_is_compared_with_itself() -> None:
    before, after = drill({"broken": {"errors": (3, 30)}}), drill({"broken": {"errors": (8, 30)}})
    (worker,) = before.workers
    former = replace(before, workers=(replace(worker, worker="store"),))
    assert consequences(former, after, same_takes=True, renamed={"store": "shop"}) == [
        "errors fires 5 min later in broken"
    ]
    assert consequences(former, after, same_takes=True) == [
        "store: nothing watches this Worker any more",
        "shop: 2 monitors watch a Worker that none watched before",
    ]


def test_an_alert_that_lasts_longer_is_a_consequence() -> None:
    before = drill({"broken": {"errors": (3, 30)}, "slow": {"errors": (3, 30)}})
    after = drill({"broken": {"errors": (3, 35)}, "slow": {"errors": (3, 35)}})
    assert told(before, after) == ["errors recovers 5 min later in broken, slow"]


def test_an_alert_that_comes_and_goes_later_is_told_once() -> None:
    before, after = drill({"broken": {"errors": (3, 30)}}), drill({"broken": {"errors": (16, 43)}})
    assert told(before, after) == ["errors fires and recovers 13 min later in broken"]


def test_an_alert_that_is_shorter_at_both_ends_is_told_in_one_sentence() -> None:
    before = drill({"broken": {"errors": (3, 30)}, "worse": {"errors": (3, 30)}})
    after = drill({"broken": {"errors": (5, 27)}, "worse": {"errors": (4, 30)}})
    assert told(before, after) == [
        "errors fires 1 min later in worse",
        "errors fires 2 min later and recovers 3 min earlier in broken",
    ]


def test_an_alert_that_stays_is_a_consequence() -> None:
    before, after = drill({"broken": {"errors": (3, 30)}}), drill({"broken": {"errors": (3, None)}})
    assert told(before, after) == ["errors no longer recovers in broken"]
    assert told(after, before) == ["errors now recovers in broken"]


def proven(scenarios: Sequence[str], skipped: Mapping[str, str] | None = None) -> DrillResult:
    """A drill in which scenarios prove both monitors."""
    proofs = [Proof("", name, "Alert", 0, 25 * MINUTE_MS, 3 * MINUTE_MS, 30 * MINUTE_MS, "") for name in scenarios]
    verdicts = [MonitorVerdict(each, tuple(proofs), 1, ()) for each in ("errors", "slow")]
    worker = WorkerResult("shop", tuple(verdicts), (), Volume(0, 0, 0, 0, 0), skipped=skipped or {})
    return DrillResult("dev", (worker,), {})


def test_a_scenario_that_proves_something_no_longer_is_told() -> None:
    before = proven(["broken", "calm"])
    assert told(before, proven(["calm"])) == ["scenario broken no longer proves errors, slow"]
    assert told(before, proven(["calm"], {"broken": "means nothing here"})) == [
        "scenario broken no longer proves errors, slow: it is skipped, means nothing here"
    ]


def test_another_reading_that_is_not_needed_any_more_is_no_consequence() -> None:
    before, after = proven(["broken", "broken (other reading)"]), proven(["broken"])
    assert told(before, after) == told(after, before) == []


def test_a_monitor_that_needs_no_proof_any_more_is_told_with_the_reason() -> None:
    scenarios: dict[str, Fired] = {"broken": {"errors": (3, 30)}}
    assert told(drill(scenarios), drill(scenarios, {"slow": "nobody can make it"})) == [
        "slow is exempt from proof now: nobody can make it"
    ]


def test_what_is_wrong_with_no_worker_in_particular_is_told() -> None:
    assert told(drill({}), drill({}, problems=["the Logpush job 'archive' is disabled"])) == [
        "the Logpush job 'archive' is disabled"
    ]
