"""From what a Worker's scenarios came to, to what a report says of it: verdicts, problems and causes."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass

from firedrill.declared.exemptions import means
from firedrill.drill.causes import cause_of
from firedrill.drill.choice import Choice
from firedrill.drill.compiled import CompiledWorker, allowed_minutes
from firedrill.drill.failed import failed
from firedrill.drill.plan import Plan
from firedrill.drill.produces import unproduced
from firedrill.drill.record import held_up
from firedrill.drill.result import Volume, WorkerResult
from firedrill.drill.simulate import Drilled
from firedrill.drill.undeclared import misdeclared
from firedrill.drill.verdicts import judge
from firedrill.runtime.take import Take


@dataclass(frozen=True)
class WorkerDrill:
    """The drill of one Worker: what is declared, every scenario's outcome and evidence, and the result for reports."""

    worker: CompiledWorker
    takes: Mapping[str, Take]
    drilled: Sequence[Drilled]
    result: WorkerResult


def judged(
    worker: CompiledWorker,
    plan: Plan,
    choice: Choice,
    judging: Container[str],
    takes: Mapping[str, Take],
    drilled: Sequence[Drilled],
    exempt: Mapping[str, str],
) -> WorkerDrill:
    """The finished drill of a Worker, and verdicts on what `judging` names; `exempt` has reasons that need no proof."""
    allowed = {
        name: minutes
        for name, minutes in allowed_minutes(worker).items()
        if name in judging and choice.has_monitor(worker.name, name)
    }
    excused = {name: reason for given, reason in exempt.items() for name in allowed if means(given, worker.name, name)}
    verdicts = judge(allowed, [each.outcome for each in drilled], excused, whole=choice.whole)
    found = [failure for verdict in verdicts for failure in verdict.failures]
    failures = failed(plan, takes[plan.healthy.name])
    problems = misdeclared(worker, takes, whole=choice.whole, failed=failures)
    problems += [problem for each in drilled for problem in unproduced(worker, each)]
    if found:
        problems = [*failures, *(each for each in problems if each not in failures)]
    slow = held_up(plan.takes(each.outcome.scenario for each in drilled), takes) if found else []
    causes = {failure: cause_of(worker, failure, drilled, takes) for failure in found}
    result = WorkerResult(
        worker=worker.name,
        verdicts=tuple(verdicts),
        runs=tuple(each.outcome for each in drilled),
        volume=_volume(takes, drilled),
        problems=tuple(problems),
        causes={failure: why for failure, why in causes.items() if why},
        remarks=tuple(slow),
        skipped=plan.skipped,
    )
    return WorkerDrill(worker, takes, drilled, result)


def _volume(takes: Mapping[str, Take], runs: Sequence[Drilled]) -> Volume:
    return Volume(
        takes=len(takes),
        trace_events=sum(each.events for each in runs),
        logs=sum(each.logs for each in runs),
        points=sum(each.points for each in runs),
        evaluations=sum(each.evaluations for each in runs),
    )
