"""A whole drill: render, record, simulate, judge."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from firedrill.cloudflare.trace_items import VARIANTS, Script, Unknowns
from firedrill.drill.choice import Choice, chosen, exemptions, useless
from firedrill.drill.diagnose import diagnose
from firedrill.drill.parallel import spread
from firedrill.drill.produces import unproduced
from firedrill.drill.readings import to_run_again
from firedrill.drill.record import as_records, read_bundle, record_takes
from firedrill.drill.result import DrillResult, Volume
from firedrill.drill.run import Drilled, drill_scenario, healthy_history
from firedrill.drill.stack import Stack, allowed_minutes, compile_stack
from firedrill.drill.stages import Stages
from firedrill.drill.timeline import RecordedTake
from firedrill.drill.verdicts import judge
from firedrill.errors import FiredrillError
from firedrill.render import render
from firedrill.resources import Resource, loads
from firedrill.runtime.take import Take
from firedrill.scenarios import SCENARIOS
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.scenarios.takes import HEALTHY

HISTORY_MINUTES = 95
"""Long enough for every window, and for one hour ago, before any scenario begins."""

MODELLED = (
    "CPUTimeMs and the outcome exceededCpu (workerd measures no CPU time)",
    "Logpush's delay of 10 s after a batch closes",
)
"""What no run of workerd can show. See docs/support.md for the rules that are modelled."""


Recorder = Callable[[Mapping[str, Any], bytes, Iterable[TakeSpec], Callable[[str], None]], Mapping[str, Take]]
"""Records takes of a script (API JSON) and its bundle: record_takes, unless they were recorded before."""


@dataclass(frozen=True)
class Drill:
    """A finished drill: the stack, every scenario's outcome and evidence, and the result for reports."""

    stack: Stack
    takes: Mapping[str, Take]
    drilled: Sequence[Drilled]
    result: DrillResult


def run_drill(choice: Choice, stages: Stages) -> Drill:
    """Render (or read) what `choice` asks for and drill it; see drill_resources."""
    with stages.stage("render"):
        resources = _resources(choice)
    return drill_resources(resources, choice, stages)


def drill_resources(
    resources: Sequence[Resource],
    choice: Choice,
    stages: Stages,
    scenarios: Sequence[Scenario] = SCENARIOS,
    record: Recorder = record_takes,
) -> Drill:
    """Drill rendered resources. Raises FiredrillError for a mistake, CannotRun when workerd or the disk fails."""
    with stages.stage("compile"):
        stack = compile_stack(resources)
        monitors = list(stack.names.values())
        wanted = chosen(scenarios, choice, monitors)
        exempt = exemptions(choice.root, monitors)
        bundle = read_bundle(stack.script, choice.root)
    with stages.stage("workerd") as progress:
        takes = record(stack.script, bundle, _takes_of(wanted), progress)
    with stages.stage("simulate") as progress:
        gc.collect()
        gc.freeze()  # what was compiled and recorded stays to the end: the collector need not visit it again
        one, other = (_records(stack, takes, reading) for reading in VARIANTS)
        drilled = _simulate(stack, wanted, one, progress)
        again = to_run_again(stack, wanted, HEALTHY, one, other)
        drilled += _simulate(stack, again, other, progress)
    with stages.stage("judge"):
        result = _judged(choice, stack, takes, drilled, exempt, stages)
    return Drill(stack, takes, drilled, result)


def _resources(choice: Choice) -> list[Resource]:
    if choice.resources is None:
        return render(choice.stack, choice.root)
    if not choice.resources.is_file():
        raise FiredrillError(f"{str(choice.resources)!r} is no file; make one with: firedrill render > FILE")
    return loads(choice.resources.read_bytes(), str(choice.resources))


def _takes_of(scenarios: Sequence[Scenario]) -> list[TakeSpec]:
    """Each take once, in the order of its first use."""
    specs = {HEALTHY.name: HEALTHY}
    for scenario in scenarios:
        specs.update({phase.take.name: phase.take for phase in scenario.fault})
    return list(specs.values())


def _records(stack: Stack, takes: Mapping[str, Take], reading: Unknowns) -> dict[str, RecordedTake]:
    script = Script(stack.script["script_name"])
    return {name: as_records(take, script, reading) for name, take in takes.items()}


def _simulate(
    stack: Stack, scenarios: Sequence[Scenario], takes: Mapping[str, RecordedTake], progress: Callable[[str], None]
) -> list[Drilled]:
    if not scenarios:
        return []
    history = healthy_history(stack, HEALTHY, HISTORY_MINUTES, takes)
    drilled = []
    for each in spread(lambda scenario: drill_scenario(stack, scenario, takes, history), scenarios):
        progress(each.outcome.scenario.name)
        drilled.append(each)
    return drilled


def _judged(
    choice: Choice,
    stack: Stack,
    takes: Mapping[str, Take],
    drilled: Sequence[Drilled],
    exempt: Mapping[str, str],
    stages: Stages,
) -> DrillResult:
    allowed = {
        name: minutes
        for name, minutes in allowed_minutes(stack).items()
        if not choice.monitors or name in choice.monitors
    }
    verdicts = judge(allowed, [each.outcome for each in drilled], exempt, whole=choice.whole)
    unproven = [verdict.monitor for verdict in verdicts if verdict.problems]
    problems = [problem for each in drilled for problem in unproduced(stack, each)]
    if choice.whole:
        problems += useless({name: why for name, why in exempt.items() if name in allowed}, unproven)
    return DrillResult(
        stack=choice.stack,
        verdicts=tuple(verdicts),
        runs=tuple(each.outcome for each in drilled),
        volume=Volume(
            takes=len(takes),
            trace_events=sum(each.events for each in drilled),
            logs=sum(each.logs for each in drilled),
            points=sum(each.points for each in drilled),
            evaluations=sum(_evaluations(each) for each in drilled),
        ),
        stages=stages.seconds,
        problems=tuple(problems),
        causes={name: cause for name in unproven if (cause := diagnose(stack, name, drilled, takes))},
        modelled=MODELLED,
    )


def _evaluations(drilled: Drilled) -> int:
    """How often a group of a monitor was evaluated."""
    ran = drilled.monitors
    return sum(len(groups) for groups in ran.timelines.values()) * len(ran.times_s)
