"""A whole drill: render, record, simulate, judge, Worker by Worker."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from firedrill.drill.choice import Choice, exemptions, means, require_names, require_workers, useless
from firedrill.drill.diagnose import diagnose
from firedrill.drill.operations import misdeclared
from firedrill.drill.parallel import spread
from firedrill.drill.plan import Plan, plan_of
from firedrill.drill.produces import unproduced
from firedrill.drill.readings import to_run_again
from firedrill.drill.record import as_records, held_up, record_takes
from firedrill.drill.result import DrillResult, Volume, WorkerResult
from firedrill.drill.run import Drilled, drill_scenario, healthy_history
from firedrill.drill.service import Service, allowed_minutes, compile_services, idle_jobs
from firedrill.drill.stages import Stages
from firedrill.drill.timeline import RecordedTake
from firedrill.drill.verdicts import judge
from firedrill.render import render
from firedrill.resources import Resource, loads
from firedrill.runtime.config import Deployment
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Script, Unknowns
from firedrill.vendors.errors import FiredrillError, Mistakes

HISTORY_MINUTES = 95
"""Long enough for every window, and for one hour ago, before any scenario begins."""

MODELLED = (
    "CPUTimeMs and the outcome exceededCpu (workerd measures no CPU time)",
    "Logpush's delay of 10 s after a batch closes",
)
"""What no run of workerd can show. See docs/support.md for the rules that are modelled."""


Planner = Callable[[Service, Path], Plan]
"""Says what to deploy for a Worker and which scenarios to run: plan_of, unless they are given."""

Recorder = Callable[[Deployment, Iterable[TakeSpec], Callable[[str], None]], Mapping[str, Take]]
"""Records takes of a deployment: record_takes, unless they were recorded before."""


@dataclass(frozen=True)
class WorkerDrill:
    """The drill of one Worker: what is declared, every scenario's outcome and evidence, and the result for reports."""

    service: Service
    takes: Mapping[str, Take]
    drilled: Sequence[Drilled]
    result: WorkerResult


@dataclass(frozen=True)
class Drill:
    """A finished drill of all Workers, and the result for reports."""

    workers: Sequence[WorkerDrill]
    result: DrillResult


def run_drill(choice: Choice, stages: Stages) -> Drill:
    """Render, read or look up what `choice` asks for and drill it; see drill_resources."""
    with stages.stage("render"):
        resources = _resources(choice)
    return drill_resources(resources, choice, stages)


def drill_resources(
    resources: Sequence[Resource],
    choice: Choice,
    stages: Stages,
    planner: Planner = plan_of,
    record: Recorder = record_takes,
) -> Drill:
    """Drill rendered resources. Raises FiredrillError for a mistake, CannotRun when workerd or the disk fails."""
    with stages.stage("compile"):
        declared = compile_services(resources)
        require_workers(choice, [service.name for service in declared])
        exempt = exemptions(choice.root, {service.name: list(service.names.values()) for service in declared})
        services = [service for service in declared if choice.has_worker(service.name)]
        plans = _plans(services, planner, choice.root)
        monitors = {service.name: list(service.names.values()) for service in services}
        scenarios = {service.name: [each.name for each in plans[service.name].scenarios] for service in services}
        require_names(choice, scenarios, monitors)
    workers = [_drill(service, plans[service.name], choice, exempt, stages, record) for service in services]
    unproven = {each.result.worker: [v.monitor for v in each.result.verdicts if v.problems] for each in workers}
    judged = {each.result.worker: [v.monitor for v in each.result.verdicts] for each in workers}
    return Drill(
        workers,
        DrillResult(
            stack=choice.stack,
            workers=tuple(each.result for each in workers),
            stages=stages.seconds,
            problems=(*idle_jobs(resources), *(useless(exempt, judged, unproven) if choice.whole else ())),
            modelled=MODELLED,
        ),
    )


def _resources(choice: Choice) -> list[Resource]:
    if choice.deployed and choice.resources is not None:
        raise FiredrillError("--deployed and --resources name two things to drill; give one of them.")
    if choice.deployed:
        from firedrill.engine.commands import deployed_stack  # a drill of anything else needs no engine

        return deployed_stack(choice.stack, choice.root)
    if choice.resources is None:
        return render(choice.stack, choice.root)
    if not choice.resources.is_file():
        raise FiredrillError(f"{str(choice.resources)!r} is no file; make one with: firedrill render > FILE")
    return loads(choice.resources.read_bytes(), str(choice.resources))


def _plans(services: Sequence[Service], planner: Planner, root: Path) -> dict[str, Plan]:
    """The plan of each Worker, by its name; raises FiredrillError with what is wrong with any of them."""
    mistakes = Mistakes()
    plans = {}
    for service in services:
        with mistakes.collect():
            plans[service.name] = planner(service, root)
    mistakes.raise_all()
    return plans


def _drill(
    service: Service, plan: Plan, choice: Choice, exempt: Mapping[str, str], stages: Stages, record: Recorder
) -> WorkerDrill:
    wanted = [each for each in plan.scenarios if choice.has_scenario(service.name, each.name)]
    with stages.stage("workerd") as progress:
        takes = record(plan.deployment, _takes_of(plan.healthy, wanted), _of(service, progress))
    with stages.stage("simulate") as progress:
        gc.collect()
        gc.freeze()  # what was compiled and recorded stays to the end: the collector need not visit it again
        one, other = (_records(service, takes, reading) for reading in VARIANTS)
        drilled = _simulate(service, plan.healthy, wanted, one, _of(service, progress))
        again = to_run_again(service, wanted, plan.healthy, one, other)
        drilled += _simulate(service, plan.healthy, again, other, _of(service, progress))
    with stages.stage("judge"):
        result = _judged(service, plan, choice, takes, drilled, exempt)
    return WorkerDrill(service, takes, drilled, result)


def _of(service: Service, progress: Callable[[str], None]) -> Callable[[str], None]:
    return lambda detail: progress(f"{service.name}: {detail}")


def _takes_of(healthy: TakeSpec, scenarios: Sequence[Scenario]) -> list[TakeSpec]:
    """Each take once, in the order of its first use."""
    specs = {healthy.name: healthy}
    for scenario in scenarios:
        specs.update({phase.take.name: phase.take for phase in scenario.fault})
    return list(specs.values())


def _records(service: Service, takes: Mapping[str, Take], reading: Unknowns) -> dict[str, RecordedTake]:
    script = Script(service.script["script_name"])
    return {name: as_records(take, script, reading) for name, take in takes.items()}


def _simulate(
    service: Service,
    healthy: TakeSpec,
    scenarios: Sequence[Scenario],
    takes: Mapping[str, RecordedTake],
    progress: Callable[[str], None],
) -> list[Drilled]:
    if not scenarios:
        return []
    history = healthy_history(service, healthy, HISTORY_MINUTES, takes)
    drilled = []
    for each in spread(lambda scenario: drill_scenario(service, scenario, takes, history), scenarios):
        progress(each.outcome.scenario.name)
        drilled.append(each)
    return drilled


def _judged(
    service: Service,
    plan: Plan,
    choice: Choice,
    takes: Mapping[str, Take],
    drilled: Sequence[Drilled],
    exempt: Mapping[str, str],
) -> WorkerResult:
    allowed = {
        name: minutes for name, minutes in allowed_minutes(service).items() if choice.has_monitor(service.name, name)
    }
    excused = {name: reason for given, reason in exempt.items() for name in allowed if means(given, service.name, name)}
    verdicts = judge(allowed, [each.outcome for each in drilled], excused, whole=choice.whole)
    unproven = [verdict.monitor for verdict in verdicts if verdict.problems]
    problems = misdeclared(service, takes, whole=choice.whole)
    problems += [problem for each in drilled for problem in unproduced(service, each)]
    slow = held_up(_takes_of(plan.healthy, [each.outcome.scenario for each in drilled]), takes)
    causes = {name: [*filter(None, [diagnose(service, name, drilled, takes)]), *slow] for name in unproven}
    return WorkerResult(
        worker=service.name,
        verdicts=tuple(verdicts),
        runs=tuple(each.outcome for each in drilled),
        volume=Volume(
            takes=len(takes),
            trace_events=sum(each.events for each in drilled),
            logs=sum(each.logs for each in drilled),
            points=sum(each.points for each in drilled),
            evaluations=sum(_evaluations(each) for each in drilled),
        ),
        problems=tuple(problems),
        causes={name: "; ".join(found) for name, found in causes.items() if found},
        skipped=plan.skipped,
    )


def _evaluations(drilled: Drilled) -> int:
    """How often a group of a monitor was evaluated."""
    ran = drilled.monitors
    return sum(len(groups) for groups in ran.timelines.values()) * len(ran.times_s)
