"""One night of trouble on simulated time: who is told, how often, with the stack's rules and downtimes and without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from firedrill.drill.choice import Choice
from firedrill.drill.collecting import with_collector
from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.drill import resources_of
from firedrill.drill.plan import Plan, plan_of, plans_of
from firedrill.drill.record import records_of
from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.simulate import HISTORY_MINUTES, evaluate, feed, healthy_history
from firedrill.drill.stages import Stages
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec
from firedrill.vendors.datadog.monitors import Downtime, Notification, deliveries
from firedrill.vendors.datadog.monitors.downtimes import modelled_of
from firedrill.vendors.datadog.monitors.schedules import Once

CALM, FAILING, DEPLOYING = 60, 40, 5
FLAPS, FLAP = 6, (10, 10)
"""How often latency rises, and for how many minutes it is high and then low."""
MODELLED = ("a deployment as minutes of slow starts", "bundles as one message from the first on")
NEEDED = ("storage-failing", "storage-slow")


@dataclass(frozen=True)
class Part:
    """What happens in one part of the night, from a minute of it up to, not including, another one: calm is in it."""

    what: str
    begin: int
    end: int


@dataclass(frozen=True)
class Night:
    """Messages by handle, in each of the `parts`.

    `before` has a message for each notification and no downtime, `after` what is declared. `muted` are notifications
    that downtimes kept back, by the names of their monitors.
    """

    parts: tuple[Part, ...]
    before: Mapping[str, tuple[int, ...]]
    after: Mapping[str, tuple[int, ...]]
    muted: Mapping[str, int]
    modelled: tuple[str, ...] = ()


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
            found[worker.name] = night(worker, plan.healthy, scenario, takes, choice.root)
    return found


def parts() -> tuple[Part, ...]:
    """What a night of trouble has, with the calm that follows each."""
    deployed, flapping = FAILING + CALM, FAILING + CALM + DEPLOYING + CALM
    return (
        Part(f"storage fails for {FAILING} min", 0, deployed),
        Part("a deployment", deployed, flapping),
        Part(f"{FLAPS} times {FLAP[0]} min of high latency", flapping, flapping + FLAPS * sum(FLAP) + CALM),
    )


def scenario_of(plan: Plan) -> Scenario | None:
    """Storage that fails for 40 minutes, a deployment, latency that flaps: calm lies between them.

    Of several classes those fail that have such scenarios. A deployment is modelled as minutes in which objects begin
    slowly. None where the Worker lacks such a scenario.
    """
    found = {
        name: [each.fault[0] for each in plan.scenarios if each.name.rpartition("/")[2] == name] for name in NEEDED
    }
    if not all(found.values()):
        return None
    failing, slow = (_of_all(name, phases) for name, phases in found.items())
    calm = Phase(CALM, plan.healthy)
    flap = [replace(slow, minutes=FLAP[0]), Phase(FLAP[1], plan.healthy)]
    phases = (replace(failing, minutes=FAILING), calm, replace(slow, minutes=DEPLOYING), calm, *flap * FLAPS)
    return Scenario("night", "A night of trouble.", phases)


def _of_all(name: str, phases: Sequence[Phase]) -> Phase:
    """A fault of several classes at once, as slow as the slowest; as it is where it is of one."""
    first, *others = phases
    if not others:
        return first
    of_each = [each.take.faults for each in phases]
    classes = tuple(class_name for faults in of_each for class_name in faults.classes)
    faults = replace(of_each[0], classes=classes, storage_slow_ms=max(each.storage_slow_ms for each in of_each))
    return replace(first, take=replace(first.take, name=name, faults=faults))


def night(
    worker: CompiledWorker, healthy: TakeSpec, scenario: Scenario, takes: Mapping[str, Take], root: Path
) -> Night:
    """Drill the night twice: as it would be without downtimes and bundles, and with what the stack declares.

    Declared downtimes are moved to the night's deployment, those that recur too.
    """
    records = records_of(worker, takes)
    with with_collector(worker, root) as running:
        fed = feed(running, scenario, records, healthy_history(running, healthy, HISTORY_MINUTES, records))
    night_s = fed.begin_ms // 1000
    _, deployment, _ = of = parts()
    begin_s = night_s + deployment.begin * 60
    window = Once(begin_s, begin_s + 2 * (DEPLOYING + CALM // 4) * 60)

    def sent(downtimes: Sequence[Downtime]) -> Sequence[Notification]:
        organisation = replace(worker.organisation, downtimes=downtimes)
        return evaluate(replace(worker, organisation=organisation), fed).monitors.notifications

    def by_handle(told: Iterable[tuple[str, int]]) -> dict[str, tuple[int, ...]]:
        counted = Counter((who, _part(of, (time_s - night_s) // 60)) for who, time_s in told)
        handles = sorted({who for who, _ in counted})
        return {who: tuple(counted[who, part] for part in range(len(of))) for who in handles}

    declared = worker.organisation.downtimes
    loud, quiet = sent([]), sent([replace(each, schedule=window) for each in declared])
    names = worker.names
    return Night(
        of,
        by_handle((who, each.time_s) for each in loud for who in each.handles),
        by_handle((each.recipient, each.time_s) for each in deliveries(quiet)),
        Counter(names[each.monitor_id] for each in loud) - Counter(names[each.monitor_id] for each in quiet),
        (*MODELLED, *modelled_of(declared)),
    )


def _part(of: Sequence[Part], minute: int) -> int:
    """The number of the part that a minute is in; the last one goes on."""
    return next((number for number, each in enumerate(of) if minute < each.end), len(of) - 1)
