"""What a report shows of each alert, from whole drills of the tiny stack."""

from __future__ import annotations

from collections.abc import Callable

from firedrill.drill.drill import Drill
from firedrill.report.evidence import AlertEvidence, Picture, evidence_of
from firedrill.report.html.page import to_html
from firedrill.resources import Resource
from firedrill.review.pictures import pairs
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

Tiny = Callable[..., list[Resource]]
Run = Callable[..., Drill]

CALM = Scenario("calm", "Nothing happens.", (Phase(12, TakeSpec("healthy", ())),), after=13)
BROKEN = Scenario("broken", "Half fail.", (Phase(12, TakeSpec("failing", ())),), {"failures": "Alert"}, after=13)
LONG = Scenario("long", "Half fail.", (Phase(240, TakeSpec("failing", ())),), {"failures": "Alert"}, after=13)
HIGHER = {"failures": "sum(last_5m):sum:tiny.failures{*}.as_count() > 3000"}


def shown(drill: Drill) -> tuple[AlertEvidence, Picture]:
    ((alert,),) = (found.values() for found in evidence_of(drill).values())
    assert alert.picture is not None
    return alert, alert.picture


def test_a_picture_shows_the_fault_that_the_alert_fires_in(small_drill: Run, tiny: Tiny) -> None:
    alert, picture = shown(small_drill(tiny(), CALM, BROKEN))
    assert alert.query == "sum(last_5m):sum:tiny.failures{*}.as_count() > 3"
    assert (picture.scenario, picture.fault, picture.minutes) == ("broken", 12, tuple(range(-15, 26)))
    assert picture.levels is not None
    assert (picture.levels.comparator, picture.levels.critical) == (">", 3)
    values = dict(zip(picture.minutes, picture.course.values, strict=True))
    assert (values[0], values[12]) == (0, 8)


def test_states_and_notifications_are_those_of_the_drill(small_drill: Run, tiny: Tiny) -> None:
    drill = small_drill(tiny(), CALM, BROKEN)
    _, picture = shown(drill)
    (proof,) = drill.result.workers[0].verdicts[0].proofs
    assert proof.alerted_ms is not None
    alerted = (proof.alerted_ms - proof.began_ms) // 60_000
    states = dict(zip(picture.minutes, picture.course.states, strict=True))
    assert (states[alerted - 1], states[alerted]) == ("OK", "Alert")
    assert (picture.sent[0].kind, picture.sent[0].minute) == ("alert", alerted)
    assert picture.path.changes == 2


def test_the_log_lines_are_of_the_fault_and_make_the_metric(small_drill: Run, tiny: Tiny) -> None:
    _, picture = shown(small_drill(tiny(), CALM, BROKEN))
    assert len(picture.logs) == 1  # alike lines are shown once
    assert '"Outcome": "exception"' in picture.logs[0]


def test_where_an_alert_failed_its_picture_is_of_that_scenario(small_drill: Run, tiny: Tiny) -> None:
    noisy = {"failures": "sum(last_5m):sum:tiny.failures{*}.as_count() >= 0"}
    drill = small_drill(tiny(noisy), BROKEN, CALM)
    failed = {each.scenario for each in drill.result.workers[0].verdicts[0].failures}
    assert failed
    _, picture = shown(drill)
    assert picture.scenario in failed


def test_where_no_group_alerts_the_picture_is_of_the_one_that_came_nearest(small_drill: Run, tiny: Tiny) -> None:
    grouped = {"failures": "sum(last_5m):sum:tiny.failures{*} by {outcome}.as_count() > 3000"}
    _, picture = shown(small_drill(tiny(grouped, metric={"filter": {"query": "*"}}), CALM, BROKEN))
    assert picture.course.group == "outcome:ok"  # more of them than exceptions, which come first by name
    assert [each.group for each in picture.others] == ["outcome:exception"]


def test_a_long_picture_keeps_its_peaks_and_its_changes_of_state(small_drill: Run, tiny: Tiny) -> None:
    _, picture = shown(small_drill(tiny(), LONG))
    assert len(picture.minutes) < 200
    assert (picture.minutes[0], picture.minutes[-1]) == (-15, 253)
    assert max(each for each in picture.course.values if each is not None) == 8
    states = list(dict.fromkeys(picture.course.states))
    assert states == ["OK", "Alert"]


def test_a_whole_drill_becomes_a_page(small_drill: Run, tiny: Tiny) -> None:
    drill = small_drill(tiny(), CALM, BROKEN)
    html = to_html(drill.result, evidence_of(drill))
    assert "failures in scenario broken" in html
    assert html == to_html(drill.result, evidence_of(drill))
    assert len(html.encode()) < 60_000


def test_only_alerts_that_look_otherwise_are_compared(small_drill: Run, tiny: Tiny) -> None:
    before, same = small_drill(tiny(), CALM, BROKEN), small_drill(tiny(), CALM, BROKEN)
    assert pairs(before, same, {}, same_takes=True) == ()
    (pair,) = pairs(before, small_drill(tiny(HIGHER), CALM, BROKEN), {}, same_takes=True)
    assert pair.monitor == "failures"
    assert pair.before is not None
    assert pair.after is not None
    assert (pair.before.verdict.proven, pair.after.verdict.proven) == (True, False)
