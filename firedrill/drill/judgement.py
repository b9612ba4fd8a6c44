"""From what a Worker's scenarios came to, to what a report says of it: verdicts, problems and causes."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace

from firedrill.declared.exemptions import means
from firedrill.drill.causes import cause_of
from firedrill.drill.choice import Choice
from firedrill.drill.collecting import MODELLED as ANALYTICS
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.coverage import covered, unreached
from firedrill.drill.dashboards import dashboards_of
from firedrill.drill.expected import expected, unkept, untold
from firedrill.drill.failed import failed, uncaptured
from firedrill.drill.groups import owed_groups
from firedrill.drill.judge import judge
from firedrill.drill.outside import unanswered
from firedrill.drill.plan import Plan
from firedrill.drill.produces import unproduced
from firedrill.drill.record import held_up, records_of, unstruck
from firedrill.drill.result import MetricTruth, Volume, WorkerResult
from firedrill.drill.simulate import Drilled, reads_analytics
from firedrill.drill.simulated_time import RecordedTake
from firedrill.drill.swallowed import swallowed
from firedrill.drill.truth.compared import untrue
from firedrill.drill.uncounted import uncounted
from firedrill.drill.undeclared import misdeclared
from firedrill.drill.verdicts import Failure, MonitorVerdict
from firedrill.runtime.take import Take
from firedrill.vendors.datadog.monitors import modelled


@dataclass(frozen=True)
class WorkerDrill:
    """The drill of one Worker: what is declared, every scenario's outcome and evidence, and the result for reports.

    `marked` is the take of marked values, when it was recorded.
    """

    worker: CompiledWorker
    takes: Mapping[str, Take]
    drilled: Sequence[Drilled]
    result: WorkerResult
    plan: Plan | None = None
    marked: Take | None = None


def judged(
    worker: CompiledWorker,
    plan: Plan,
    choice: Choice,
    judging: Container[str],
    takes: Mapping[str, Take],
    drilled: Sequence[Drilled],
    exempt: Mapping[str, str],
    truth: MetricTruth | None = None,
    unmet: Sequence[str] = (),
) -> WorkerDrill:
    """The finished drill of a Worker, and verdicts on what `judging` names; `exempt` has reasons that need no proof.

    `unmet` says what else its users rely on in vain.
    """
    allowed = {
        name: each
        for name, each in expected(worker).items()
        if name in judging and choice.has_monitor(worker.name, name)
    }
    records = records_of(worker, takes)
    drilled = [_with_groups(worker, each, records) for each in drilled]
    excused = {name: reason for given, reason in exempt.items() for name in allowed if means(given, worker.name, name)}
    verdicts = judge(allowed, [each.outcome for each in drilled], excused, whole=choice.whole)
    models = _models(worker)
    verdicts = [_with(verdict, unkept(worker), models[verdict.monitor]) for verdict in verdicts]
    unmeasured = {worker.names[each.id] for each in worker.organisation.monitors if reads_analytics(worker, each)}
    verdicts = [replace(each, unmeasured=ANALYTICS) if each.monitor in unmeasured else each for each in verdicts]
    verdicts = [_applicable(verdict, plan) for verdict in verdicts]
    found = [failure for verdict in verdicts for failure in verdict.failures]
    failures = failed(plan, takes[plan.healthy.name])
    never, partly = uncounted(worker.name, worker.classes, takes[plan.healthy.name])
    problems = never + misdeclared(worker, takes, whole=choice.whole, failed=failures)
    problems += [problem for each in drilled for problem in unproduced(worker, each)]
    problems += untold(worker)
    problems += uncaptured(takes[plan.healthy.name])
    coverage = covered(plan.deployment, [*worker.classes], takes)
    if coverage and choice.whole:
        problems += unreached(coverage, plan.deployment, worker.drill or plan.drill)
    if truth and not problems:  # what is not observed or not produced has untrue metrics too
        problems += untrue(truth)
    problems += unmet
    dashboards = dashboards_of(worker, drilled) if choice.whole else None
    problems += dashboards.problems if dashboards else ()
    if found:
        problems = [*failures, *(each for each in problems if each not in failures)]
    specs = plan.takes(each.outcome.scenario for each in drilled)
    remarks = [*partly, *unstruck(specs, takes), *held_up(specs, takes)] if found else []
    remarks += unanswered(takes, worker.drill or plan.drill)
    if plan.watched:
        classes = {each.name: each.class_name for each in plan.watched.watches}
        scenarios = [each.outcome.scenario for each in drilled]
        remarks += swallowed(classes, scenarios, takes, found, worker.drill or plan.drill)
    causes = {failure: cause_of(worker, failure, drilled, takes) for failure in found}
    result = WorkerResult(
        worker=worker.name,
        verdicts=tuple(verdicts),
        runs=tuple(each.outcome for each in drilled),
        volume=_volume(takes, drilled),
        problems=tuple(problems),
        causes={failure: why for failure, why in causes.items() if why},
        remarks=tuple(remarks),
        skipped=plan.skipped,
        modelled=tuple(worker.organisation.logging.modelled),
        coverage=coverage,
        truth=truth,
        drawings=dashboards.drawings if dashboards else (),
    )
    return WorkerDrill(worker, takes, drilled, result, plan)


def _with_groups(worker: CompiledWorker, drilled: Drilled, takes: Mapping[str, RecordedTake]) -> Drilled:
    groups = owed_groups(worker, drilled.outcome.scenario, takes)
    return replace(drilled, outcome=replace(drilled.outcome, groups=groups)) if groups else drilled


def _applicable(verdict: MonitorVerdict, plan: Plan) -> MonitorVerdict:
    """The verdict on a monitor that watches for what its class cannot have: it needs no proof."""
    if plan.watched is None:
        return verdict
    watches = (each for each in plan.watched.watches if each.name == verdict.monitor)
    why = next(map(plan.watched.inapplicable, watches), "")
    return replace(verdict, failures=(), exempt=why) if why else verdict


def _models(worker: CompiledWorker) -> dict[str, tuple[str, ...]]:
    """What of each monitor is modelled, by its name."""
    return {worker.names[id_]: texts for id_, texts in modelled(worker.organisation.monitors).items()}


def _with(verdict: MonitorVerdict, failures: Sequence[Failure], models: tuple[str, ...]) -> MonitorVerdict:
    own = tuple(failure for failure in failures if failure.monitor == verdict.monitor)
    return replace(verdict, failures=(*verdict.failures, *own), modelled=models)


def _volume(takes: Mapping[str, Take], runs: Sequence[Drilled]) -> Volume:
    return Volume(
        takes=len(takes),
        trace_events=sum(each.events for each in runs),
        logs=sum(each.logs for each in runs),
        points=sum(each.points for each in runs),
        evaluations=sum(each.evaluations for each in runs),
    )
