"""One result that has a bit of everything."""

from __future__ import annotations

import pytest

from firedrill.drill.result import DrillResult, Volume, WorkerResult
from firedrill.drill.verdicts import Change, Expected, Failure, Kind, MonitorVerdict, Proof, ScenarioRun
from firedrill.report.evidence import AlertEvidence, Course, Levels, Path, Picture, Sent
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec

MINUTE_MS = 60_000
BEGIN_MS = 1_767_571_200_000
"""2026-01-05 00:00 UTC."""
END_MS = BEGIN_MS + 25 * MINUTE_MS


def proof(monitor: str, state: str, alerted: int | None, recovered: int | None, problem: str = "") -> Proof:
    """A proof in scenario broken; minutes count from the fault's begin and end."""
    return Proof(
        monitor,
        "broken",
        state,
        BEGIN_MS,
        END_MS,
        None if alerted is None else BEGIN_MS + alerted * MINUTE_MS,
        None if recovered is None else END_MS + recovered * MINUTE_MS,
        problem,
    )


@pytest.fixture
def result() -> DrillResult:
    """A Worker with a monitor each: proven, proven by missing data, failed, noisy, exempt; and one that is proven."""
    never = Failure("latency", "never went to Alert in {scenario}", Kind.NEVER_FIRED, "broken", "Alert")
    noise = Failure(
        "traffic", "went to Warn in {scenario}, which does not explain it", Kind.UNEXPLAINED, "calm", "Warn"
    )
    untried = Failure("yearly", "has no scenario")
    fires = {"errors": "Alert", "silence": "No Data", "latency": "Alert"}
    broken = Scenario("broken", "Half fail.", (Phase(25, TakeSpec("broken", ())),), fires, frozenset({"yearly"}))
    calm = Scenario("calm", "Nothing [happens].", (Phase(11, TakeSpec("calm", ())),))
    alert = Change("errors", "op:store", BEGIN_MS + 3 * MINUTE_MS, "Alert", "[Triggered] Errors")
    warning = Change("traffic", "", BEGIN_MS + 7 * MINUTE_MS, "Warn", "[Warn] Traffic <&> more")
    shop = WorkerResult(
        worker="shop",
        verdicts=(
            MonitorVerdict("errors", (proof("errors", "Alert", 3, 7), proof("errors", "Alert", 4, 9)), 1, ()),
            MonitorVerdict("silence", (proof("silence", "No Data", 17, 1),), 1, ()),
            MonitorVerdict(
                "latency", (proof("latency", "Alert", None, None, never.text),), 0, (never,), modelled=("percentiles",)
            ),
            MonitorVerdict("traffic", (), 1, (noise,)),
            MonitorVerdict("yearly", (), 1, (untried,), exempt="fires on New Year"),
        ),
        runs=(
            ScenarioRun(broken, BEGIN_MS, END_MS, END_MS + 30 * MINUTE_MS, (alert,)),
            ScenarioRun(calm, BEGIN_MS, BEGIN_MS + 11 * MINUTE_MS, END_MS, (warning,)),
        ),
        volume=Volume(takes=3, trace_events=12_345, logs=12_300, points=70_001, evaluations=987),
        problems=("scenario calm left no point of runs{*}",),
        causes={never: "its highest value was 12; it alerts at > 500", untried: "nothing"},
        skipped={"alarm-failing": "it has no alarm"},
        seconds=3.14,
        modelled=("grok filter useragent",),
    )
    return DrillResult(
        stack="dev",
        workers=(shop, _chat()),
        stages={"render": 5.04, "workerd": 0.96},
        problems=("drill-exemptions.txt: errors is proven; remove its line",),
        modelled=("CPU time", "delivery"),
    )


@pytest.fixture
def good() -> DrillResult:
    """Nothing wrong."""
    return DrillResult(stack="prod", workers=(_chat(),), stages={"simulate": 1.25})


def _chat() -> WorkerResult:
    """A Worker with nothing wrong."""
    return WorkerResult(
        worker="chat",
        verdicts=(MonitorVerdict("errors", (proof("errors", "Alert", 3, 7),), 1, ()),),
        runs=tuple(ScenarioRun(Scenario(name, "Half fail.", ()), BEGIN_MS, END_MS, END_MS, ()) for name in ("a", "b")),
        volume=Volume(takes=1, trace_events=2, logs=3, points=4, evaluations=5),
    )


def picture(group: str = "op:store", told: str = "@slack-shop") -> Picture:
    """A fault of 25 minutes that is seen after 3 and over after 32; one evaluation has no data."""
    minutes = tuple(range(-15, 56))
    states = tuple("Alert" if 3 <= minute < 32 else "OK" for minute in minutes)
    values = tuple(None if minute == 40 else 12.0 if 0 < minute < 32 else 0.5 for minute in minutes)
    sent = (
        Sent(3, "alert", "Alert", group, "[P1] [Triggered] Errors", f"12 failed. {told}", (told,), "P1"),
        Sent(32, "recovery", "OK", group, "[P1] [Recovered] Errors", f"It is over. {told}", (told,), "P1"),
    )
    return Picture(
        scenario="broken",
        summary="Half fail.",
        fault=25,
        minutes=minutes,
        course=Course(group, values, states),
        others=(Course("op:clear", (0.0,) * len(minutes), ("OK",) * len(minutes)),),
        groups=2,
        levels=Levels(">", 5.0, recovery=2.0, warning=4.0),
        part="",
        sent=sent,
        path=Path(1200, 1180, 9000, 142, 2, 2),
        logs=('{"telemetry": {"op": "store", "result": "error"}}',),
    )


@pytest.fixture
def evidence() -> dict[str, dict[str, AlertEvidence]]:
    """What is to be shown of the only alert of Worker chat."""
    promised = Expected(10, 20, handle="@slack-shop", priority="P1", runbook="https://example.com/errors.md")
    return {
        "chat": {
            "errors": AlertEvidence("errors", "Errors of chat", "query alert", "sum(...) > 5", promised, picture())
        }
    }
