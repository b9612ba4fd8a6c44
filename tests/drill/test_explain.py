"""What a person reads of one monitor."""

from __future__ import annotations

import io
import re
from collections.abc import Callable

import pytest
from rich.console import Console

from firedrill.drill.drill import Drill
from firedrill.report.explain import print_explanation
from firedrill.resources import Resource
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

Tiny = Callable[..., list[Resource]]
Run = Callable[..., Drill]

CALM = Scenario("calm", "Nothing happens.", (Phase(12, TakeSpec("healthy", ())),), after=8)
BROKEN = Scenario("broken", "Half fail.", (Phase(12, TakeSpec("failing", ())),), {"failures": "Alert"}, after=8)


def explained(drill: Drill, monitor: str) -> str:
    written = io.StringIO()
    print_explanation(drill, monitor, Console(file=written, width=80))
    return written.getvalue()


@pytest.fixture
def text(small_drill: Run, tiny: Tiny) -> str:
    return explained(small_drill(tiny(), CALM, BROKEN), "failures")


def test_what_of_a_monitor_is_modelled_is_said_below_its_query(small_drill: Run, tiny: Tiny) -> None:
    query = "avg(last_5m):avg:tiny.failures{*} > 3"
    drill = small_drill(tiny({"failures": query}), CALM, BROKEN)
    said = explained(drill, "failures").splitlines()[2]
    assert said.startswith("  modelled, as Datadog does not document it: buckets without rollup(): 60 s")


def test_the_scenario_the_query_and_the_fault_come_first(text: str) -> None:
    assert text.splitlines()[:3] == [
        "Worker tiny, monitor failures in scenario broken: Half fail.",
        "  query: sum(last_5m):sum:tiny.failures{*}.as_count() > 3",
        "  fault from 2026-01-05T01:40:00Z to 2026-01-05T01:52:00Z",
    ]


def test_logs_that_make_a_point_are_shown_with_it(text: str) -> None:
    assert "  tiny.failures: 2 of the 4 logs of one faulty minute make a point, for example\n" in text
    assert text.count("-> 1 outcome:exception\n") == 2


def test_points_from_the_fault_on_are_shown_by_their_tags(text: str) -> None:
    points = "1 1 1 1 1 1 1 1 1 1 1 1"
    assert f"  tiny.failures{{outcome:exception}} from the fault on, sums of 10 s: {points}\n" in text


def test_each_change_of_value_or_state_is_shown_with_its_minute(text: str) -> None:
    evaluations = re.findall(r"^    ([ +-]+\d+): (\S+), (\S+), (.+)$", text, re.MULTILINE)
    assert evaluations[0] == (" -15", "0", "OK", "no data, evaluated as zero")
    alerting = [(minute.strip(), value) for minute, value, state, _ in evaluations if state == "Alert"]
    assert alerting[:2] == [("+3", "4"), ("+4", "6")]
    assert len(evaluations) == len(set(evaluations)) < 36, "the same is not said minute after minute"


def test_messages_are_shown_as_they_were_sent(text: str) -> None:
    assert "  +3 min, alert, to @on-call: [Triggered] The failures\n    | 4.0 failed @on-call\n" in text
    assert "min, recovery, to nobody: [Recovered] The failures\n    | over\n" in text


def test_a_composite_names_its_parts(small_drill: Run, tiny: Tiny) -> None:
    parts = {
        "failures": "sum(last_5m):sum:tiny.failures{*}.as_count() > 3",
        "traffic": "sum(last_5m):sum:tiny.runs{*}.as_count() > 2",
    }
    ids = {resource.name: resource.id for resource in tiny(parts)}
    both = f"{ids['failures']} && !{ids['traffic']}"
    found = explained(small_drill(tiny({**parts, "both": both}), BROKEN), "both")
    assert "  a composite of a = failures, b = traffic: explain those for logs and points\n" in found
    assert "make a point" not in found


def test_a_monitor_that_fires_nowhere_is_explained_in_the_first_scenario(small_drill: Run, tiny: Tiny) -> None:
    never = {"never": "sum(last_5m):sum:tiny.failures{*}.as_count() > 3000"}
    found = explained(small_drill(tiny(never), CALM), "never")
    assert found.startswith("Worker tiny, monitor never in scenario calm: Nothing happens.\n")
    assert "  tiny.failures: 0 of the 4 logs of one faulty minute make a point\n" in found


def test_every_scenario_in_which_it_must_fire_is_explained(small_drill: Run, tiny: Tiny) -> None:
    again = Scenario("again", "Half fail again.", BROKEN.fault, {"failures": "Alert"}, after=8)
    found = explained(small_drill(tiny(), BROKEN, CALM, again), "failures")
    assert re.findall("^Worker tiny, monitor failures in scenario (.+):", found, re.MULTILINE) == ["broken", "again"]


def test_groups_are_told_apart(small_drill: Run, tiny: Tiny) -> None:
    query = {"failures": "sum(last_5m):sum:tiny.failures{*} by {outcome}.as_count() > 3"}
    found = explained(small_drill(tiny(query), BROKEN), "failures")
    assert "  evaluations of outcome:exception (minutes since the fault: value, state)\n" in found


def test_lines_are_not_broken_at_the_width_of_the_terminal(text: str) -> None:
    assert max(map(len, text.splitlines())) > 80
