"""A whole drill: resources -> compiled Workers and their plans -> takes -> scenarios -> verdicts -> the result."""

from __future__ import annotations

import gc
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from firedrill.declared.exemptions import EXEMPTIONS, exemptions, require_known, useless
from firedrill.drill.choice import Choice, require_names, require_workers
from firedrill.drill.collecting import MODELLED as ANALYTICS
from firedrill.drill.collecting import with_collector
from firedrill.drill.compiled import CompiledWorker, compile_workers, idle_jobs, strangers
from firedrill.drill.deliver import Recorded, delivered, uploading_jobs
from firedrill.drill.exposure import exposures
from firedrill.drill.forecast import course, work
from firedrill.drill.judgement import WorkerDrill, judged
from firedrill.drill.lasting import MODELLED as LASTING
from firedrill.drill.learned import learned
from firedrill.drill.plan import Plan, Planner, judged_monitors, plan_of, plans_of
from firedrill.drill.readings import Runner, run_both_readings
from firedrill.drill.record import Recorder
from firedrill.drill.result import Delivered, DrillResult, Exposure
from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.stages import Stages
from firedrill.drill.truth.judged import Comparer, truth_of
from firedrill.drill.unmet import unmet
from firedrill.drill.without_effect import without_effect
from firedrill.render import render
from firedrill.resources import Resource, loads
from firedrill.scenarios.marked import NAME as MARKED
from firedrill.scenarios.scenario import Scenario
from firedrill.script_code import check_code
from firedrill.vendors.cloudflare.job import Elsewhere
from firedrill.vendors.cloudflare.rules.migrations import live_before
from firedrill.vendors.datadog.monitors.downtimes import modelled_of
from firedrill.vendors.errors import FiredrillError, Mistakes

MODELLED = (
    "CPUTimeMs and the outcome exceededCpu (workerd measures no CPU time)",
    "Logpush's delay of 30 s after a batch closes",
)
"""What no run of workerd can show. See docs/support.md for the rules that are modelled."""


@dataclass(frozen=True)
class Drill:
    """A finished drill of all Workers, and the result for reports."""

    workers: Sequence[WorkerDrill]
    result: DrillResult


def drill_resources(
    resources: Sequence[Resource],
    choice: Choice,
    stages: Stages,
    planner: Planner = plan_of,
    record: Recorder | None = None,
    run: Runner = run_both_readings,
    values: Comparer = truth_of,
) -> Drill:
    """Drill rendered resources; Workers of the same code and settings are recorded once.

    Raises FiredrillError for a mistake, CannotRun when workerd or the disk fails.
    """
    record = record or shared_recorder()
    with stages.stage("compile"):
        declared = compile_workers(resources)
        require_workers(choice, [worker.name for worker in declared])
        exempt = exemptions(choice.root)
        require_known(f"{EXEMPTIONS}: monitor", exempt, {each.name: list(each.names.values()) for each in declared})
        workers = [worker for worker in declared if choice.has_worker(worker.name)]
        require_code(workers, choice)
        plans = plans_of(workers, planner, choice.root)
        scenarios = {
            worker.name: [*(each.name for each in plans[worker.name].scenarios), *plans[worker.name].possible]
            for worker in workers
        }
        require_names(choice, scenarios, {worker.name: list(worker.names.values()) for worker in workers})
    judging = judged_monitors(workers, plans)
    chosen = {worker.name: _chosen(plans[worker.name], choice, worker.name) for worker in workers}
    works = {name: work(plans[name].healthy, some) for name, some in chosen.items()}
    ended = course(stages, works, sum(map(len, chosen.values())))
    drills = []
    for worker in workers:
        plan, judges = plans[worker.name], judging[worker.name]
        drills.append(_drill(worker, plan, choice, judges, exempt, stages, record, run, values))
        ended(worker.name)
    problems = [*idle_jobs(resources), *strangers(resources)]
    deliveries: list[Delivered] = []
    jobs = uploading_jobs(resources) if choice.whole else []
    if jobs:
        with stages.stage("deliver"):
            deliveries = delivered(jobs, [_recorded(each) for each in drills], choice.root)
        problems += [each.problem for each in deliveries if each.problem]
    if choice.whole:
        verdicts = {each.result.worker: each.result.verdicts for each in drills}
        problems += useless(
            exempt,
            {worker: [each.monitor for each in found] for worker, found in verdicts.items()},
            {worker: [each.monitor for each in found if each.problems] for worker, found in verdicts.items()},
        )
    results = tuple(each.result for each in drills)
    lasting = [LASTING] if any(run.scenario.lasting for each in results for run in each.runs) else []
    collected = [ANALYTICS] if any(each.collector for each in workers) else []
    windows = [window for worker in workers for window in worker.organisation.downtimes]
    recurring = [f"{text}; alerts are proven outside of them" for text in modelled_of(windows)]
    assumed = [plans[worker.name].assumed for worker in workers if plans[worker.name].assumed]
    result = DrillResult(
        choice.stack,
        results,
        stages.seconds,
        tuple(problems),
        (
            *MODELLED,
            *collected,
            *lasting,
            *recurring,
            *assumed,
            *without_effect(resources, [worker.script for worker in workers]),
        ),
        chosen=choice.narrowed,
        deliveries=tuple(deliveries),
        exposures=tuple(found for each in drills for found in _exposures(each, plans[each.worker.name], jobs)),
    )
    return Drill(drills, result)


def require_code(workers: Sequence[CompiledWorker], choice: Choice) -> None:
    """Raise FiredrillError for code and compatibility dates that no upload would be taken with."""
    mistakes = Mistakes()
    for worker in workers if choice.now else ():
        with mistakes.collect():
            check_code(worker.script, live_before(worker.script), choice.now, choice.root)
    mistakes.raise_all()


def _recorded(drill: WorkerDrill) -> Recorded:
    marked = {MARKED: drill.marked} if drill.marked else {}
    return Recorded(drill.worker.script, {**drill.takes, **marked})


def _exposures(drill: WorkerDrill, plan: Plan, jobs: Sequence[Elsewhere]) -> list[Exposure]:
    if drill.marked is None or plan.marked is None:
        return []
    script = str(drill.worker.script["script_name"])
    return exposures(drill.worker.name, script, drill.marked, plan.marked.marks, jobs)


def resources_of(choice: Choice, render: Callable[[str, Path], list[Resource]] = render) -> list[Resource]:
    """The resources that `choice` names: rendered, read or looked up."""
    if choice.deployed and choice.resources is not None:
        raise FiredrillError("--deployed and --resources name two things to drill; give one of them.")
    if choice.deployed:
        from firedrill.engine.commands import deployed_stack  # a drill of anything else needs no engine

        return deployed_stack(choice.stack, choice.root)
    if choice.resources is None:
        return render(choice.stack, choice.root)
    if not choice.resources.is_file():
        raise FiredrillError(f"{str(choice.resources)!r} is not a file; create it with: firedrill render > FILE")
    return loads(choice.resources.read_bytes(), str(choice.resources))


def _chosen(plan: Plan, choice: Choice, worker: str) -> list[Scenario]:
    return [each for each in plan.scenarios if choice.has_scenario(worker, each.name)]


def _require_some(wanted: Sequence[Scenario], plan: Plan, choice: Choice, worker: str) -> None:
    """Refuse a chosen scenario that takes have shown to mean nothing for its class."""
    chosen = [*(each.name for each in plan.scenarios), *plan.possible]
    if not wanted and any(choice.has_scenario(worker, each) for each in chosen):
        raise FiredrillError(
            f"{', '.join(choice.scenarios)}: not applicable to this Worker, as its traffic shows; the drill without "
            "--scenario says why"
        )


def _drill(
    worker: CompiledWorker,
    plan: Plan,
    choice: Choice,
    judging: Container[str],
    exempt: Mapping[str, str],
    stages: Stages,
    record: Recorder,
    run: Runner,
    values: Comparer,
) -> WorkerDrill:
    wanted = _chosen(plan, choice, worker.name)
    before = stages.total
    with stages.stage("workerd") as stage:
        marking = [plan.marked.take] if plan.marked and choice.whole else []
        reaching = plan.reaching if choice.whole else ()
        specs = plan.takes(wanted, (*reaching, *marking))
        recorded = record(plan.deployment, specs, stage.count(worker.name, "takes"))
        first = plan
        if plan.watched:
            plan = plan.learned(learned(plan.watched, recorded, worker.script["script_name"]))
        if plan is not first:
            wanted = _chosen(plan, choice, worker.name)
            more = [each for each in plan.takes(wanted) if each.name not in recorded]
            recorded = {**recorded, **record(plan.deployment, more, stage.count(worker.name, "takes"))}
            _require_some(wanted, first, choice, worker.name)
    apart = {MARKED, *(each.name for each in reaching)} - {each.name for each in plan.takes(wanted)}
    takes = {name: take for name, take in recorded.items() if name not in apart}
    with stages.stage("simulate") as stage:
        gc.collect()
        gc.freeze()  # what was compiled and recorded stays to the end: the collector need not visit it again
        with with_collector(worker, plan.deployment.root) as running:
            drilled = run(running, plan.healthy, wanted, takes, stage.count(worker.name, "scenarios"))
    with stages.stage("values"):
        specs = plan.takes(wanted, reaching)
        truth = values(worker, specs, recorded)
        broken = unmet(plan.watched.file.expects, specs, recorded) if plan.watched and choice.whole else []
    with stages.stage("judge"):
        done = judged(worker, plan, choice, judging, takes, drilled, exempt, truth, broken)
    result = replace(done.result, seconds=stages.total - before)
    return replace(done, result=result, marked=recorded.get(MARKED))
