"""One night of trouble on simulated time: who is told, how often, with the stack's rules and downtimes and without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from firedrill.drill.choice import Choice
from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.drill import resources_of
from firedrill.drill.plan import Plan, plan_of, plans_of
from firedrill.drill.record import records_of
from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.simulate import HISTORY_MINUTES, evaluate, feed, healthy_history
from firedrill.drill.stages import Stages
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import MINUTE_MS, Phase, Scenario, TakeSpec
from firedrill.vendors.datadog.monitors import Downtime, Notification, deliveries

CALM, FAILING, DEPLOYING = 60, 40, 5
FLAPS, FLAP = 6, (10, 10)
"""How often latency rises, and for how many minutes it is high and then low."""
NEEDED = ("storage-failing", "storage-slow")


@dataclass(frozen=True)
class Night:
    """Messages by handle: `before` is a message for each notification and no downtime, `after` what is declared."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    muted: int
    """Notifications that downtimes kept back."""


def run_night(choice: Choice, stages: Stages) -> dict[str, Night | None]:
    """The night of each Worker of a stack; None for one that has no storage to fail.

    Raises FiredrillError for a mistake in what is declared, CannotRun when workerd fails.
    """
    with stages.stage("render"):
        workers = compile_workers(resources_of(choice))
    plans = plans_of(workers, plan_of, choice.root)
    record = shared_recorder()
    found: dict[str, Night | None] = {}
    for worker in workers:
        plan = plans[worker.name]
        scenario = scenario_of(plan)
        if scenario is None:
            found[worker.name] = None
            continue
        with stages.stage("workerd") as stage:
            takes = record(plan.deployment, plan.takes([scenario]), stage.count(worker.name, "takes"))
        with stages.stage("simulate"):
            found[worker.name] = night(worker, plan.healthy, scenario, takes)
    return found


def lines(stack: str, found: Mapping[str, Night | None]) -> Iterator[str]:
    """What is told of each Worker, handle by handle."""
    yield (
        f"stack {stack}, one night: storage fails for {FAILING} min, a deployment, {FLAPS} times {FLAP[0]} min of "
        "high latency"
    )
    for worker, one in found.items():
        if one is None:
            yield f"{worker}: its storage cannot fail, so there is no such night"
            continue
        for handle, number in sorted(one.before.items()):
            now = one.after.get(handle, 0)
            yield f"{worker}: {handle} gets {now} messages; without routes and downtimes {number}"
        if one.muted:
            yield f"{worker}: {one.muted} notifications muted in the deployment"
    yield "modelled: a deployment as minutes of slow starts; bundles as one message from the first on"


def scenario_of(plan: Plan) -> Scenario | None:
    """Storage that fails for 40 minutes, a deployment, latency that flaps: calm lies between them.

    A deployment is modelled as minutes in which objects begin slowly. None where the Worker lacks such a scenario.
    """
    found = {each.name: each.fault[0] for each in plan.scenarios if each.name in NEEDED}
    if len(found) < len(NEEDED):
        return None
    failing, slow = (found[name] for name in NEEDED)
    calm = Phase(CALM, plan.healthy)
    flap = [replace(slow, minutes=FLAP[0]), Phase(FLAP[1], plan.healthy)]
    phases = (replace(failing, minutes=FAILING), calm, replace(slow, minutes=DEPLOYING), calm, *flap * FLAPS)
    return Scenario("night", "A night of trouble.", phases)


def night(worker: CompiledWorker, healthy: TakeSpec, scenario: Scenario, takes: Mapping[str, Take]) -> Night:
    """Drill the night twice: as it would be without downtimes and bundles, and with what the stack declares.

    Declared one-time downtimes are moved to the night's deployment.
    """
    records = records_of(worker, takes)
    fed = feed(worker, scenario, records, healthy_history(worker, healthy, HISTORY_MINUTES, records))
    begin_s = (fed.begin_ms + (FAILING + CALM) * MINUTE_MS) // 1000

    def sent(downtimes: Sequence[Downtime]) -> Sequence[Notification]:
        organisation = replace(worker.organisation, downtimes=downtimes)
        return evaluate(replace(worker, organisation=organisation), fed).monitors.notifications

    end_s = begin_s + 2 * (DEPLOYING + CALM // 4) * 60
    moved = [replace(each, start_s=begin_s, end_s=end_s) for each in worker.organisation.downtimes]
    loud, quiet = sent([]), sent(moved)
    return Night(
        Counter(who for each in loud for who in each.handles),
        Counter(each.recipient for each in deliveries(quiet)),
        len(loud) - len(quiet),
    )
