"""A whole drill of the tiny stack, on takes written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from firedrill.drill.choice import EXEMPTIONS, Choice
from firedrill.drill.command import Drill, drill_resources
from firedrill.drill.scenario import Phase, Scenario, TakeSpec
from firedrill.drill.stages import Stages
from firedrill.errors import FiredrillError
from firedrill.resources import Resource
from firedrill.runtime.take import Take

Tiny = Callable[..., list[Resource]]
Run = Callable[..., Drill]

WHOLE = Choice()
HEALTHY = ("ok", "ok", "ok", "ok")
FAILING = ("ok", "exception", "exception", "ok")
CALM = Scenario("calm", "Nothing happens.", (Phase(12, TakeSpec("healthy", ())),), after=13)
BROKEN = Scenario("broken", "Half fail.", (Phase(12, TakeSpec("failing", ())),), {"failures": "Alert"}, after=13)


@pytest.fixture
def drill(tmp_path: Path, stages: Stages, take: Callable[..., Take]) -> Run:
    """Drill resources in scenarios; each take is recorded as the outcomes that its name has in `outcomes`."""
    (tmp_path / "t.mjs").write_text("export default {};")
    outcomes = {"healthy": HEALTHY, "failing": FAILING}

    def record(
        script: object, bundle: bytes, specs: Iterable[TakeSpec], progress: Callable[[str], None]
    ) -> Mapping[str, Take]:
        assert bundle == b"export default {};"
        return {spec.name: take(outcomes[spec.name]) for spec in specs}

    def run(resources: list[Resource], *scenarios: Scenario, choice: Choice = WHOLE) -> Drill:
        return drill_resources(resources, replace(choice, root=tmp_path), stages, scenarios or (CALM, BROKEN), record)

    return run


def test_a_monitor_that_fires_and_stays_quiet_is_proven(drill: Run, tiny: Tiny) -> None:
    result = drill(tiny()).result
    (verdict,) = result.verdicts
    assert (verdict.monitor, verdict.problems, verdict.quiet_scenarios) == ("failures", (), 1)
    assert result.proven
    assert result.unexplained == 0
    assert result.causes == {}


def test_the_volume_counts_what_went_through_each_part(drill: Run, tiny: Tiny) -> None:
    volume = drill(tiny()).result.volume
    minutes = 95 + (5 + 12 + 13) * 2
    evaluated = 15 + 12 + 13 + 1
    assert (volume.takes, volume.trace_events, volume.logs) == (2, minutes * 4, minutes * 4)
    assert volume.points == minutes * 4 + 12 * 2
    assert volume.evaluations == evaluated * 2


def test_every_stage_is_timed(drill: Run, tiny: Tiny) -> None:
    assert list(drill(tiny()).result.stages) == ["compile", "workerd", "simulate", "judge"]


def test_a_monitor_that_cannot_fire_is_told_with_the_cause(drill: Run, tiny: Tiny) -> None:
    result = drill(tiny({"failures": "sum(last_5m):sum:tiny.failures{*}.as_count() > 3000"})).result
    assert not result.proven
    assert result.verdicts[0].problems == ("failures never went to Alert in scenario broken",)
    assert result.causes == {"failures": "its value came to 10 at the most, it alerts at > 3000"}


def test_a_notification_that_nothing_explains_is_counted(drill: Run, tiny: Tiny) -> None:
    noisy = replace(BROKEN, name="noisy", fires={})
    result = drill(tiny(), CALM, BROKEN, noisy).result
    assert result.verdicts[0].problems == ("failures went to Alert in scenario noisy, which does not explain it",)
    assert result.unexplained == 1


def test_only_the_chosen_monitors_are_judged(drill: Run, tiny: Tiny) -> None:
    monitors = {
        "failures": "sum(last_5m):sum:tiny.failures{*}.as_count() > 3",
        "never": "sum(last_5m):sum:tiny.failures{*}.as_count() > 3000",
    }
    choice = Choice(monitors=("failures",))
    assert [verdict.monitor for verdict in drill(tiny(monitors), choice=choice).result.verdicts] == ["failures"]


def test_only_the_chosen_scenarios_run(drill: Run, tiny: Tiny) -> None:
    result = drill(tiny(), choice=Choice(scenarios=("broken",))).result
    assert [run.scenario.name for run in result.runs] == ["broken"]
    assert result.proven


def test_a_promised_point_that_is_missing_fails_the_drill(drill: Run, tiny: Tiny) -> None:
    promising = replace(CALM, produces=("runs{*}", "failures{outcome:exception}"))
    result = drill(tiny(), promising, BROKEN).result
    assert result.problems == ("scenario calm left no point of failures{outcome:exception}",)
    assert not result.proven


def test_an_exempt_monitor_does_not_fail_the_drill(drill: Run, tiny: Tiny, tmp_path: Path) -> None:
    (tmp_path / EXEMPTIONS).write_text("failures: tried by hand\n")
    result = drill(tiny(), CALM).result
    assert result.proven
    assert result.verdicts[0].exempt == "tried by hand"


def test_an_exemption_that_is_not_needed_fails_the_drill(drill: Run, tiny: Tiny, tmp_path: Path) -> None:
    (tmp_path / EXEMPTIONS).write_text("failures: tried by hand\n")
    result = drill(tiny()).result
    assert result.problems == ("drill-exemptions.txt: failures is proven, remove its line",)
    assert not result.proven


def test_a_bundle_that_is_not_there_is_named(drill: Run, tiny: Tiny) -> None:
    with pytest.raises(FiredrillError) as error:
        drill(tiny(script={"contentFile": "dist/none.mjs"}))
    assert str(error.value) == "the Worker's bundle 'dist/none.mjs' does not exist; make it with: make drill"


def test_two_drills_of_the_same_takes_find_the_same(drill: Run, tiny: Tiny) -> None:
    first, second = drill(tiny()).result, drill(tiny()).result
    assert (first.runs, first.verdicts, first.volume) == (second.runs, second.verdicts, second.volume)
