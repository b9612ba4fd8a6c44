"""What a drill would run and judge, without running it: scenarios, and monitors with what proves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from firedrill.declared.exemptions import exemptions, means
from firedrill.drill.choice import Choice, require_workers
from firedrill.drill.compiled import compile_workers
from firedrill.drill.drill import resources_of
from firedrill.drill.plan import Planner, judged_monitors, plan_of, plans_of
from firedrill.render import render
from firedrill.resources import Resource
from firedrill.scenarios.scenario import Scenario


@dataclass(frozen=True)
class ListedWorker:
    """A Worker: its scenarios, those left out with the reason, its monitors with the scenarios that prove them.

    `exempt` has the reasons of monitors that need no proof.
    """

    worker: str
    scenarios: Sequence[Scenario]
    skipped: Mapping[str, str]
    monitors: Mapping[str, Sequence[str]]
    exempt: Mapping[str, str]


def listed(choice: Choice) -> list[ListedWorker]:
    """What there is of the Workers of a stack that `choice` names, whose code is not bundled; see list_resources."""
    resources = resources_of(choice, render=partial(render, bundled=False))
    return list_resources(resources, choice, partial(plan_of, to_run=False))


def list_resources(resources: Sequence[Resource], choice: Choice, planner: Planner = plan_of) -> list[ListedWorker]:
    """What there is in rendered resources. Raises FiredrillError for a mistake in them or in a drill file."""
    declared = compile_workers(resources)
    require_workers(choice, [worker.name for worker in declared])
    workers = [worker for worker in declared if choice.has_worker(worker.name)]
    plans, reasons = plans_of(workers, planner, choice.root), exemptions(choice.root)
    judging = judged_monitors(workers, plans)
    found = []
    for worker in workers:
        plan = plans[worker.name]
        monitors = {
            name: [scenario.name for scenario in plan.scenarios if name in scenario.fires]
            for name in sorted(judging[worker.name])
        }
        exempt = {name: why for given, why in reasons.items() for name in monitors if means(given, worker.name, name)}
        found.append(ListedWorker(worker.name, plan.scenarios, plan.skipped, monitors, exempt))
    return found
