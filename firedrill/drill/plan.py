"""What to run for one Worker: its script, its bundle and its scenarios."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from firedrill.drill.compiled import CompiledWorker
from firedrill.project import program_folder
from firedrill.runtime.deployment import Deployment, given_bindings, other_worker
from firedrill.runtime.modules import modules_of
from firedrill.runtime.provided import require_provided
from firedrill.runtime.source_map import Sources, sources_of
from firedrill.scenarios import scenarios_of
from firedrill.scenarios.drill_file import entrypoints
from firedrill.scenarios.marked import Marked, marked
from firedrill.scenarios.outbound import answers_of
from firedrill.scenarios.reaching import reaching
from firedrill.scenarios.read_drill_file import FOLDER, drill_file_of, read_drill_file
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.scenarios.watched import WatchedWorker
from firedrill.vendors.errors import FiredrillError, Mistakes


@dataclass(frozen=True)
class Plan:
    """What is deployed, the healthy traffic, the scenarios, why some are left out, by name, and what was assumed.

    `marked` is recorded with the scenarios' takes when all of them run; no scenario is made of it.
    """

    deployment: Deployment
    healthy: TakeSpec
    scenarios: tuple[Scenario, ...]
    skipped: Mapping[str, str] = field(default_factory=dict)
    assumed: str = ""
    watched: WatchedWorker | None = None
    """What the scenarios were made for."""
    marked: Marked | None = None
    possible: tuple[str, ...] = ()
    """Names of scenarios that takes may show to be needed."""
    drill: str = ""
    """The path of the drill file."""
    reaching: tuple[TakeSpec, ...] = ()
    """Recorded with the scenarios' takes when all of them run, for their metrics alone."""

    def learned(self, watched: WatchedWorker) -> Plan:
        """The plan for the same Worker, of which takes have shown more."""
        if self.watched in (None, watched):
            return self
        made = scenarios_of(watched, self.drill)
        return replace(self, scenarios=made.all, skipped=made.skipped, watched=watched)

    def takes(self, scenarios: Iterable[Scenario], others: Iterable[TakeSpec] = ()) -> list[TakeSpec]:
        """What to record for some of the scenarios, and `others`: each take once, in the order of its first use."""
        specs = {self.healthy.name: self.healthy}
        for scenario in scenarios:
            specs.update({take.name: take for phase in scenario.fault for take in phase.takes})
        specs.update({take.name: take for take in others})
        return list(specs.values())


Planner = Callable[[CompiledWorker, Path], Plan]
"""Says what to deploy for a Worker and which scenarios to run: plan_of, unless they are given."""


def plans_of(workers: Sequence[CompiledWorker], planner: Planner, root: Path) -> dict[str, Plan]:
    """The plan of each Worker, by its name; raises FiredrillError with what is wrong with any of them."""
    mistakes = Mistakes()
    plans = {}
    for worker in workers:
        with mistakes.collect():
            plans[worker.name] = planner(worker, root)
    scripts = {each.deployment.name: each.deployment for each in plans.values()}
    for name, plan in plans.items():
        plans[name] = replace(plan, deployment=replace(plan.deployment, beside=_beside(plan.deployment, scripts)))
        with mistakes.collect():
            require_provided(plans[name].deployment, plan.drill or f"{FOLDER}/{name}.yaml")
    mistakes.raise_all()
    return plans


def _beside(deployment: Deployment, scripts: Mapping[str, Deployment]) -> tuple[Deployment, ...]:
    """The other Workers of the stack that its bindings lead to, and those that theirs do."""
    found = {deployment.name: deployment}
    waiting = [deployment]
    while waiting:
        named = (other_worker(each) for each in given_bindings(waiting.pop()))
        new = [scripts[each] for each in dict.fromkeys(named) if each in scripts.keys() - found.keys()]
        found |= {each.name: each for each in new}
        waiting += new
    return tuple(found.values())[1:]


def judged_monitors(workers: Sequence[CompiledWorker], plans: Mapping[str, Plan]) -> dict[str, set[str]]:
    """The monitors that each Worker's drill judges, by name.

    A monitor of several Workers is judged where a scenario makes it fire; where none does, in the first one's.
    """
    firing = {worker.name: {name for each in plans[worker.name].scenarios for name in each.fires} for worker in workers}
    found: dict[str, set[str]] = {}
    seen: set[str] = set()
    fired = {id_ for worker in workers for id_, name in worker.names.items() if name in firing[worker.name]}
    for worker in workers:
        own = {id_ for id_, name in worker.names.items() if name in firing[worker.name] or id_ not in fired | seen}
        seen |= own
        found[worker.name] = {worker.names[id_] for id_ in own}
    return found


def plan_of(worker: CompiledWorker, root: Path, *, to_run: bool = True) -> Plan:
    """The plan for a declared Worker, by its drill file under `root`; unless it is `to_run`, it needs no bundle.

    Raises FiredrillError when the file or the bundle is missing, and with everything that is wrong in the file.
    """
    if not worker.drill and not worker.alone:
        raise FiredrillError(
            f"Worker {worker.name!r} has no drill file, so nobody knows its traffic; set drill in its entry of workers"
        )
    program, content_file = program_folder(root), worker.script.get("content_file") or ""
    drill = worker.drill or drill_file_of(worker.alone, content_file, root, program)
    file = read_drill_file(root / drill, drill)
    watched = WatchedWorker(
        file, worker.classes, list(worker.watches.values()), worker.promises, heartbeat=worker.heartbeat
    )
    scenarios = scenarios_of(watched, drill)
    sources = sources_of(content_file, program) if to_run and content_file else Sources()
    bundle = read_bundle(worker, program) if to_run else b""
    modules = modules_of(worker.script, program) if to_run else ()
    deployment = Deployment(
        worker.script,
        bundle,
        file.bindings,
        sources=sources,
        root=root,
        modules=modules,
        unreached=file.unreached,
        entrypoints=entrypoints(file),
        answers=answers_of(file.outbound),
    )
    assumed = "" if drill else f"the traffic of {worker.name} (GET /, as no drill file says what it gets)"
    observed = any(each.operations is not None for each in worker.classes.values())
    return Plan(
        deployment,
        scenarios.healthy,
        scenarios.all,
        scenarios.skipped,
        assumed,
        watched,
        marked(file),
        scenarios.possible,
        drill,
        tuple(reaching(watched)) if observed else (),
    )


def read_bundle(worker: CompiledWorker, program: Path) -> bytes:
    """The deployed module's bytes, as the WorkersScript has them or names them under the `program`'s folder."""
    script = worker.script
    name: str | None = script.get("content_file")
    if name is None and "content" not in script:
        several = f"its version has {len(script['modules'])} modules" if script.get("modules") else "it has no content"
        raise FiredrillError(
            f"Worker {worker.name!r}: {several}; give it one module that has everything, in content or content_file of "
            "the WorkersScript, or in a WorkerVersion that a WorkersDeployment deploys."
        )
    if name is None:
        return str(script["content"]).encode()
    if not (program / name).is_file():
        advice = "build it first, or correct content_file" if worker.alone else "build it with: make drill"
        raise FiredrillError(f"the Worker's bundle {name!r} does not exist; {advice}")
    return (program / name).read_bytes()
