"""A whole drill of the tiny stack, on takes written by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from firedrill.declared.exemptions import EXEMPTIONS
from firedrill.drill.drill import Drill
from firedrill.resources import LOGPUSH_JOB, Resource
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec
from firedrill.vendors.errors import FiredrillError

Tiny = Callable[..., list[Resource]]
Run = Callable[..., Drill]

FAILURES = "sum(last_5m):sum:tiny.failures{*}.as_count() > 3"
CALM = Scenario("calm", "Nothing happens.", (Phase(12, TakeSpec("healthy", ())),), after=13)
BROKEN = Scenario("broken", "Half fail.", (Phase(12, TakeSpec("failing", ())),), {"failures": "Alert"}, after=13)


def test_a_monitor_that_fires_and_stays_quiet_is_proven(small_drill: Run, tiny: Tiny) -> None:
    (result,) = small_drill(tiny(), CALM, BROKEN).result.workers
    (verdict,) = result.verdicts
    assert (verdict.monitor, verdict.problems, verdict.quiet_scenarios) == ("failures", (), 1)
    assert result.proven
    assert result.unexplained == 0
    assert result.causes == {}


def test_the_volume_counts_what_went_through_each_part(small_drill: Run, tiny: Tiny) -> None:
    volume = small_drill(tiny(), CALM, BROKEN).result.workers[0].volume
    minutes = (5 + 12 + 13) * 2  # the history that all scenarios share is not counted
    evaluated = 15 + 12 + 13 + 1
    assert (volume.takes, volume.trace_events, volume.logs) == (2, minutes * 4, minutes * 4)
    assert volume.points == minutes * 4 + 12 * 2
    assert volume.evaluations == evaluated * 2


def test_every_stage_is_timed(small_drill: Run, tiny: Tiny) -> None:
    stages = list(small_drill(tiny(), CALM, BROKEN).result.stages)
    assert stages == ["compile", "workerd", "simulate", "values", "judge", "deliver"]


def test_a_monitor_that_cannot_fire_is_told_with_the_cause(small_drill: Run, tiny: Tiny) -> None:
    (result,) = small_drill(
        tiny({"failures": "sum(last_5m):sum:tiny.failures{*}.as_count() > 3000"}), CALM, BROKEN
    ).result.workers
    assert not result.proven
    assert result.verdicts[0].problems == ("failures never went to Alert in scenario broken",)
    assert result.cause(result.verdicts[0]) == (
        "in broken: its highest value was 8 (5 min into the fault); it alerts at > 3000"
    )


def test_a_machine_that_may_have_been_too_busy_is_told_where_something_is_not_proven(
    small_drill: Run, tiny: Tiny
) -> None:
    busy = Scenario("busy", "Nothing happens, slowly.", (Phase(12, TakeSpec("slow", ())),), after=13)
    assert small_drill(tiny(), BROKEN, busy).result.workers[0].remarks == ()
    out_of_reach = tiny({"failures": FAILURES.replace("3", "3000")})
    (result,) = small_drill(out_of_reach, BROKEN, busy).result.workers
    assert result.cause(result.verdicts[0]).endswith(
        "it alerts at > 3000; an object took 500 ms in the take 'slow', which no fault slows:"
        " if this machine or its disk is busy, run the drill again"
    )


def test_a_notification_that_nothing_explains_is_counted(small_drill: Run, tiny: Tiny) -> None:
    noisy = replace(BROKEN, name="noisy", fires={})
    (result,) = small_drill(tiny(), CALM, BROKEN, noisy).result.workers
    assert result.verdicts[0].problems == ("failures went to Alert in scenario noisy, which does not explain it",)
    assert result.unexplained == 1


def test_only_the_chosen_monitors_are_judged(small_drill: Run, tiny: Tiny) -> None:
    monitors = {
        "failures": "sum(last_5m):sum:tiny.failures{*}.as_count() > 3",
        "never": "sum(last_5m):sum:tiny.failures{*}.as_count() > 3000",
    }
    (result,) = small_drill(tiny(monitors), CALM, BROKEN, monitors=("tiny/failures",)).result.workers
    assert [verdict.monitor for verdict in result.verdicts] == ["failures"]


def test_only_the_chosen_scenarios_run(small_drill: Run, tiny: Tiny) -> None:
    (result,) = small_drill(tiny(), CALM, BROKEN, scenarios=("broken",)).result.workers
    assert [run.scenario.name for run in result.runs] == ["broken"]
    assert result.proven


def test_a_promised_point_that_is_missing_fails_the_drill(small_drill: Run, tiny: Tiny) -> None:
    promising = replace(CALM, produces=("runs{*}", "failures{outcome:exception}"))
    (result,) = small_drill(tiny(), promising, BROKEN).result.workers
    assert result.problems == ("scenario calm left no point of failures{outcome:exception}",)
    assert not result.proven


def test_an_exempt_monitor_does_not_fail_the_drill(small_drill: Run, tiny: Tiny, tmp_path: Path) -> None:
    (tmp_path / EXEMPTIONS).write_text("failures: tried by hand\n")
    (result,) = small_drill(tiny(), CALM).result.workers
    assert result.proven
    assert result.verdicts[0].exempt == "tried by hand"


def test_an_exemption_that_is_not_needed_fails_the_drill(small_drill: Run, tiny: Tiny, tmp_path: Path) -> None:
    (tmp_path / EXEMPTIONS).write_text("failures: tried by hand\n")
    result = small_drill(tiny(), CALM, BROKEN).result
    assert result.problems == ("drill-exemptions.txt: failures is proven; remove its line",)
    assert not result.proven


def test_an_archive_that_gets_nothing_fails_the_drill(small_drill: Run, tiny: Tiny) -> None:
    resources = tiny()
    (job,) = [each for each in resources if each.type == LOGPUSH_JOB]
    idle = {**job.inputs, "name": "archive", "destinationConf": "r2://[secret]", "enabled": False}
    result = small_drill([*resources, replace(job, urn=f"{job.urn}-archive", inputs=idle)], CALM, BROKEN).result
    assert (result.proven, result.problems[0].partition(",")[0]) == (False, "the Logpush job 'archive' is disabled")


@pytest.fixture
def two(tiny: Tiny, observed: Callable[..., list[Resource]]) -> list[Resource]:
    """Two Workers, of which the second one's monitor cannot fire."""
    return observed("one", tiny()) + observed("two", tiny({"failures": FAILURES.replace("3", "3000")}))


def test_each_worker_has_a_result_of_its_own(small_drill: Run, two: list[Resource]) -> None:
    result = small_drill(two, CALM, BROKEN).result
    assert [(worker.worker, worker.proven) for worker in result.workers] == [("one", True), ("two", False)]
    assert not result.proven


def test_only_the_chosen_worker_is_drilled(small_drill: Run, two: list[Resource]) -> None:
    result = small_drill(two, CALM, BROKEN, workers=("one",)).result
    assert ([worker.worker for worker in result.workers], result.proven) == (["one"], True)


def test_an_exemption_of_one_worker_leaves_the_other_alone(
    small_drill: Run, two: list[Resource], tmp_path: Path
) -> None:
    (tmp_path / EXEMPTIONS).write_text("two/failures: tried by hand\n")
    assert small_drill(two, CALM, BROKEN).result.proven
    assert small_drill(two, CALM, BROKEN, workers=("one",)).result.proven


def test_what_is_left_out_is_told_with_its_reason(small_drill: Run, tiny: Tiny) -> None:
    assert small_drill(tiny(), CALM, BROKEN).result.workers[0].skipped == {"storm": "never here"}


def test_a_chosen_worker_that_does_not_exist_is_answered_with_those_there_are(small_drill: Run, tiny: Tiny) -> None:
    with pytest.raises(FiredrillError) as error:
        small_drill(tiny(), CALM, workers=("tidy",))
    assert str(error.value) == "Worker 'tidy' does not exist (did you mean 'tiny'?); there are tiny."


def test_a_bundle_that_is_not_there_is_named(small_drill: Run, tiny: Tiny) -> None:
    with pytest.raises(FiredrillError) as error:
        small_drill(tiny(script={"contentFile": "dist/none.mjs"}), CALM)
    advice = "build it first, or correct content_file"
    assert str(error.value) == f"the Worker's bundle 'dist/none.mjs' does not exist; {advice}"


def test_two_drills_of_the_same_takes_find_the_same(small_drill: Run, tiny: Tiny) -> None:
    (first,), (second,) = (small_drill(tiny(), CALM, BROKEN).result.workers for _ in range(2))
    assert (first.runs, first.verdicts, first.volume) == (second.runs, second.verdicts, second.volume)
