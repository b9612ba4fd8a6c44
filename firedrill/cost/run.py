"""`firedrill cost`: a stack rendered, its takes recorded, and what a month of it costs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from firedrill.cost.estimate import Estimate, estimate
from firedrill.cost.kept import Kept, keep_estimate, mark
from firedrill.cost.measured import Measured, Taken, measured, taken
from firedrill.cost.prices import prices
from firedrill.cost.traffic import Traffic, traffic
from firedrill.drill.choice import Choice
from firedrill.drill.compiled import compile_workers
from firedrill.drill.deliver import uploading_jobs
from firedrill.drill.drill import Drill, resources_of
from firedrill.drill.plan import plan_of, plans_of
from firedrill.drill.record import Recorder
from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.stages import Stages
from firedrill.resources import OBSERVED_SERVICE, Resource, of_type


def run_cost(
    choice: Choice,
    stages: Stages,
    traffic_file: Path | None,
    prices_file: Path | None,
    record: Recorder | None = None,
) -> tuple[Estimate, float | None]:
    """What a month of the stack costs, and its budget (None for none); the estimate is kept for the policy on that.

    Raises FiredrillError for a mistake in what is declared or in a file, CannotRun when workerd or the disk fails.
    """
    record = record or shared_recorder()
    table = prices(prices_file)
    with stages.stage("render"):
        resources = resources_of(choice)
    workers = compile_workers(resources)
    month = traffic(traffic_file, [each.name for each in workers])
    plans = plans_of(workers, plan_of, choice.root)
    found = []
    for worker in workers:
        plan = plans[worker.name]
        with stages.stage("workerd") as stage:
            takes = record(plan.deployment, plan.takes(plan.scenarios), stage.count(worker.name, "takes"))
        found.append(Taken(worker, takes, plan.healthy.name))
    result = estimate(_measured(resources, found), month, table)
    keep_estimate(choice.root, choice.stack, Kept(result.total, mark(resources), result.unpriced))
    return result, budget_of(resources)


def drill_estimate(resources: Sequence[Resource], drill: Drill) -> Estimate:
    """What a month of a stack costs that has been drilled: with the drill's traffic, by the prices of the package."""
    return estimate(_measured(resources, taken(drill)), Traffic(), prices())


def _measured(resources: Sequence[Resource], found: Sequence[Taken]) -> list[Measured]:
    jobs = uploading_jobs(resources)
    return [measured(each, jobs) for each in found]


def budget_of(resources: Sequence[Resource]) -> float | None:
    """What a month of the stack may cost; None where nothing is said."""
    return next(
        (each.inputs["budget"] for each in of_type(resources, OBSERVED_SERVICE) if "budget" in each.inputs), None
    )
