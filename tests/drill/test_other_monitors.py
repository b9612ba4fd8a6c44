"""Monitors of logs, events and check runs, and downtimes, in the drill of a tiny stack."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from firedrill.declared.exemptions import EXEMPTIONS
from firedrill.drill.drill import Drill
from firedrill.report.explain import print_explanation
from firedrill.resources import DOWNTIME, DOWNTIME_SCHEDULE, LOGS_INDEX, MONITOR, Resource
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

Tiny = Callable[..., list[Resource]]
SmallDrill = Callable[..., Drill]

FAILED = 'logs("@Outcome:exception").index("*").rollup("count").by("@Outcome").last("5m") > 3'
LOG_ALERT = {"type": "log alert", "message": "{{value}} failed @on-call", "enableLogsSample": True}
FAILING, HEALTHY = TakeSpec("failing", ()), TakeSpec("healthy", ())
CALM = Scenario("calm", "Nothing.", (Phase(10, HEALTHY),), after=8)
BROKEN = Scenario("broken", "Half fail.", (Phase(10, FAILING),), {"failed": "Alert"}, after=13)


def other(token: str, name: str, inputs: dict[str, Any]) -> Resource:
    return Resource(token, name, f"urn:pulumi:test::tiny::{token}::{name}", str(sum(map(ord, name))), inputs)


def index(name: str, query: str, **more: Any) -> Resource:
    return other(LOGS_INDEX, name, {"name": name, "filters": [{"query": query}], **more})


def told(drill: Drill) -> tuple[tuple[str, ...], str]:
    """The problems of the only monitor, and their cause."""
    (worker,) = drill.result.workers
    (verdict,) = worker.verdicts
    return verdict.problems, worker.cause(verdict)


def test_a_log_monitor_is_fed_by_the_logs_of_the_takes(tiny: Tiny, small_drill: SmallDrill) -> None:
    drill = small_drill(tiny({"failed": FAILED}, monitor=LOG_ALERT), BROKEN, CALM)
    assert drill.result.proven
    (proof,) = drill.result.workers[0].verdicts[0].proofs
    assert proof.alerted_ms is not None
    assert proof.recovered_ms is not None
    sent = [change.notification for run in drill.result.workers[0].runs for change in run.changes]
    assert "[Triggered on {@Outcome:exception}] The failed" in sent


def test_a_log_monitor_and_a_metric_monitor_make_a_composite(tiny: Tiny, small_drill: SmallDrill) -> None:
    metric = "sum(last_5m):sum:tiny.failures{*}.as_count() > 3"
    declared = tiny({"failed": FAILED.replace('.by("@Outcome")', ""), "failures": metric})
    logs, points = (next(each for each in declared if each.name == name) for name in ("failed", "failures"))
    both = f"{logs.id} && {points.id}"
    declared = [
        *(each for each in tiny({"failures": metric, "both": both})),
        replace(logs, inputs={**logs.inputs, **LOG_ALERT}),
    ]
    scenario = replace(BROKEN, fires=dict.fromkeys(("failed", "failures", "both"), "Alert"))
    assert small_drill(declared, scenario, CALM).result.proven


def test_a_log_monitor_that_no_log_matches_is_told_so(tiny: Tiny, small_drill: SmallDrill) -> None:
    declared = tiny({"failed": FAILED.replace("exception", "excepton")}, monitor=LOG_ALERT)
    assert told(small_drill(declared, BROKEN, CALM)) == (
        ("failed never went to Alert in scenario broken",),
        'in broken: none of the 4 logs of the fault matches its query logs("@Outcome:excepton").index("*")'
        '.rollup("count").by("@Outcome").last("5m") > 3',
    )


def test_a_log_monitor_whose_threshold_is_too_high_is_told_how_near_it_came(
    tiny: Tiny, small_drill: SmallDrill
) -> None:
    declared = tiny({"failed": FAILED.replace('.by("@Outcome")', "").replace("> 3", "> 300")}, monitor=LOG_ALERT)
    assert (
        told(small_drill(declared, BROKEN, CALM))[1]
        == "in broken: its highest value was 8 (5 min into the fault); it alerts at > 300"
    )


@pytest.mark.parametrize(
    ("indexes", "cause"),
    [
        ([index("web", "source:web")], "no index stores any of the 4 logs: no index filter matches"),
        (
            [
                index(
                    "main",
                    "*",
                    exclusionFilters=[
                        {"name": "all", "isEnabled": True, "filters": [{"query": "*", "sampleRate": 1.0}]}
                    ],
                )
            ],
            "no index stores any of the 4 logs: excluded by 'all'",
        ),
    ],
)
def test_a_log_monitor_reads_only_what_an_index_stores(
    tiny: Tiny, small_drill: SmallDrill, indexes: list[Resource], cause: str
) -> None:
    assert (
        told(small_drill([*tiny({"failed": FAILED}, monitor=LOG_ALERT), *indexes], BROKEN, CALM))[1]
        == f"in broken: {cause}"
    )


def test_a_log_monitor_of_one_index_does_not_see_the_others(tiny: Tiny, small_drill: SmallDrill) -> None:
    declared = tiny({"failed": FAILED.replace('index("*")', 'index("errors")')}, monitor=LOG_ALERT)
    assert not small_drill(declared, BROKEN, CALM).result.proven
    assert small_drill([*declared, index("errors", "@Outcome:exception")], BROKEN, CALM).result.proven


def test_a_full_index_stores_nothing_until_its_quota_is_reset(tiny: Tiny, small_drill: SmallDrill) -> None:
    declared = tiny({"failed": FAILED}, monitor=LOG_ALERT)
    history = 95 * 4
    assert not small_drill([*declared, index("main", "*", dailyLimit=history)], BROKEN, CALM).result.proven
    assert small_drill([*declared, index("main", "*", dailyLimit=10 * history)], BROKEN, CALM).result.proven


@pytest.mark.parametrize(
    ("kind", "query", "cause"),
    [
        ("event-v2 alert", 'events("x").rollup("count").last("5m") > 1', "nothing in the drill feeds events"),
        (
            "service check",
            '"ssh".over("*").by("host").last(2).count_by_status()',
            "nothing in the drill feeds check runs",
        ),
    ],
)
def test_a_monitor_that_nothing_feeds_is_unproven_unless_it_is_exempt(
    tiny: Tiny, small_drill: SmallDrill, tmp_path: Path, kind: str, query: str, cause: str
) -> None:
    declared = tiny({"failed": query}, monitor={"type": kind, "message": "@on-call", "onMissingData": None})
    calm = replace(BROKEN, fires={})
    assert told(small_drill(declared, calm)) == (
        ("failed has no scenario in which it must fire: add one, or a line in drill-exemptions.txt",),
        cause,
    )
    (tmp_path / EXEMPTIONS).write_text("failed: nothing in the drill feeds it\n")
    assert small_drill(declared, calm).result.proven


def test_the_explanation_of_a_log_monitor_shows_the_logs_that_it_matches(tiny: Tiny, small_drill: SmallDrill) -> None:
    drill = small_drill(tiny({"failed": FAILED}, monitor=LOG_ALERT), BROKEN, CALM)
    out = io.StringIO()
    print_explanation(drill, "failed", Console(file=out, width=200))
    assert "20 stored logs of the fault match its query, for example\n" in out.getvalue()
    assert '"Outcome":"exception"' in out.getvalue().replace(" ", "")


def test_the_explanation_of_a_monitor_that_nothing_feeds_says_so(tiny: Tiny, small_drill: SmallDrill) -> None:
    query = 'events("x").rollup("count").last("5m") > 1'
    drill = small_drill(tiny({"failed": query}, monitor={"type": "event-v2 alert"}), replace(BROKEN, fires={}))
    out = io.StringIO()
    print_explanation(drill, "failed", Console(file=out, width=200))
    assert "  nothing in the drill feeds events\n" in out.getvalue()


MUTED = "failures went to Alert in scenario broken, but a downtime mutes it, so nobody is notified"
BY_METRIC = replace(BROKEN, fires={"failures": "Alert"})


@pytest.mark.parametrize(
    ("token", "inputs", "muted"),
    [
        (DOWNTIME_SCHEDULE, {"scope": "*", "monitorIdentifier": {"monitorTags": ["*"]}}, True),
        (DOWNTIME_SCHEDULE, {"scope": "*", "monitorIdentifier": {"monitorTags": ["team:other"]}}, False),
        (
            DOWNTIME_SCHEDULE,
            {
                "scope": "*",
                "monitorIdentifier": {"monitorTags": ["*"]},
                "oneTimeSchedule": {"start": "2026-01-05T01:00:00Z", "end": "2026-01-05T02:00:00Z"},
            },
            True,
        ),
        (
            DOWNTIME_SCHEDULE,
            {
                "scope": "*",
                "monitorIdentifier": {"monitorTags": ["*"]},
                "oneTimeSchedule": {"start": "2027-01-05T01:00:00Z", "end": "2027-01-05T02:00:00Z"},
            },
            False,
        ),
        (DOWNTIME, {"scopes": ["*"]}, True),
        (DOWNTIME, {"scopes": ["*"], "end": 1_700_000_000}, False),
    ],
)
def test_a_monitor_that_a_downtime_mutes_while_it_alerts_is_not_proven(
    tiny: Tiny, small_drill: SmallDrill, token: str, inputs: dict[str, Any], muted: bool
) -> None:
    drill = small_drill([*tiny(), other(token, "quiet", inputs)], BY_METRIC, CALM)
    assert told(drill)[0] == ((MUTED,) if muted else ())


@pytest.mark.parametrize(("duration", "muted"), [("17h", False), ("1d", True)])
def test_alerts_are_proven_outside_of_windows_that_recur_as_long_as_there_is_time(
    tiny: Tiny, small_drill: SmallDrill, duration: str, muted: bool
) -> None:
    recurrence = {"rrule": "FREQ=DAILY", "duration": duration, "start": "2026-01-01T00:00:00"}
    inputs = {
        "scope": "*",
        "monitorIdentifier": {"monitorTags": ["*"]},
        "recurringSchedule": {"recurrences": [recurrence]},
    }
    drill = small_drill([*tiny(), other(DOWNTIME_SCHEDULE, "nightly", inputs)], BY_METRIC, CALM)
    assert told(drill)[0] == ((MUTED,) if muted else ())


def test_a_monitor_of_no_worker_is_a_problem(
    tiny: Tiny, observed: Callable[..., list[Resource]], small_drill: SmallDrill
) -> None:
    own = observed("chat", tiny())
    stray = other(MONITOR, "stray", {**tiny()[-1].inputs, "name": "Stray"})
    problem = (
        "the monitor 'stray' belongs to no Worker, so the drill cannot prove it; declare it with the ObservedService of"
        " its Worker as parent"
    )
    scenarios = (BY_METRIC, CALM)
    assert small_drill(own, *scenarios).result.problems == ()
    assert small_drill([*own, stray], *scenarios).result.problems == (problem,)
