"""Judges mutants of one stack, whose takes are recorded and carried once."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple

from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.drill import drill_resources
from firedrill.drill.plan import plan_of, plans_of
from firedrill.drill.readings import OTHER, run_both_readings, to_run_again
from firedrill.drill.record import records_of
from firedrill.drill.result import MetricTruth
from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.simulate import (
    HISTORY_MINUTES,
    Drilled,
    Fed,
    History,
    drill_scenario,
    evaluate,
    feed,
    healthy_history,
)
from firedrill.drill.stages import Counter, Stages
from firedrill.drill.truth.compared import untrue
from firedrill.drill.truth.judged import truth_of
from firedrill.drill.unmet import unmet
from firedrill.errors import CannotRun
from firedrill.policies.offline import judge
from firedrill.resources import DASHBOARD_JSON, MONITOR, SERVICE_LEVEL_OBJECTIVE, WORKERS_SCRIPT, Resource, of_type
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.vendors.cloudflare.trace_items import VARIANTS
from firedrill.vendors.errors import FiredrillError
from tests.drill.mutants.mutant import Mutant

FIRST = ("every-path", "storage-failing", "alarms-exhausted")
"""Takes that find most of what is wrong with logs; a Worker that they find wrong need not be recorded in others."""

Fate = Literal["killed", "refused", "policy", "survived"]


class Judged(NamedTuple):
    """Who found a mutant, and by what."""

    fate: Fate
    why: str = ""


class Bench:
    """A stack of the project in `root`, by its resources. What a mutant leaves as it is, is not done again."""

    def __init__(self, resources: Sequence[Resource], root: Path) -> None:
        self._root = root
        self._record = shared_recorder()
        self._fed: dict[str, list[Fed]] = {}
        self._histories: dict[str, History] = {}
        self._truth: MetricTruth | None = None
        self._resources = resources
        self._logging = _of_logs(resources)
        whole = [*self._untrue(resources, root), *self._drill(resources, root)]
        self.problems = [*self._untrue(resources, root, FIRST), *whole]

    def fate(self, mutant: Mutant) -> Judged:
        """Who finds the change: the drill, the vendors' rules, or a policy that is mandatory."""
        try:
            with _project(self._root, mutant) as root:
                found = []
                if not self._same_logs(mutant.resources, root):
                    found = self._untrue(mutant.resources, root, FIRST) or self._untrue(mutant.resources, root)
                found = found or self._drill(mutant.resources, root)
        except (FiredrillError, CannotRun) as error:
            return Judged("refused", str(error))
        if found:
            return Judged("killed", found[0])
        return Judged("survived" if judge("", mutant.resources, {}, self._root).passed else "policy")

    def _same_logs(self, resources: Sequence[Resource], root: Path) -> bool:
        """Whether all but what reads metrics is as it was, so that what came to these is known."""
        return root == self._root and _of_logs(resources) == self._logging

    def _affected(self, resources: Sequence[Resource]) -> set[str]:
        """The ids of the changed monitors and of what is composed of them; nothing where more is affected."""
        before, after = ({each.urn: each for each in some} for some in (self._resources, resources))
        changed = [each for urn, each in after.items() if before.get(urn) != each]
        if before.keys() != after.keys() or any(
            each.type not in (MONITOR, SERVICE_LEVEL_OBJECTIVE) for each in changed
        ):
            return set()
        monitors = of_type(resources, MONITOR)
        ids = {each.id for each in changed}
        ids |= {each.id for each in monitors if any(id_ in str(each.inputs["query"]) for id_ in ids)}
        parts = {id_ for each in monitors if each.id in ids for id_ in _ids(each)}
        return (ids | parts) & {each.id for each in monitors}

    def _untrue(self, resources: Sequence[Resource], root: Path, takes: Sequence[str] = ()) -> list[str]:
        """What of the metrics is not true, in the takes of all scenarios or some."""
        workers = compile_workers(resources)
        found = []
        for name, plan in plans_of(workers, plan_of, root).items():
            worker = next(each for each in workers if each.name == name)
            specs = [each for each in plan.takes(plan.scenarios, plan.reaching) if not takes or each.name in takes]
            truth = truth_of(worker, specs, self._record(plan.deployment, specs, lambda *_: None))
            found += untrue(truth) if truth else ["no metric can be compared"]
            if not takes and plan.watched:
                found += unmet(plan.watched.file.expects, specs, self._record(plan.deployment, specs, lambda *_: None))
            self._truth = self._truth or truth
        return found

    def _drill(self, resources: Sequence[Resource], root: Path) -> list[str]:
        """What the drill finds wrong."""
        same_logs = self._same_logs(resources, root)
        affected = self._affected(resources) if same_logs else set()

        def run(
            worker: CompiledWorker,
            healthy: TakeSpec,
            scenarios: Sequence[Scenario],
            takes: Mapping[str, Take],
            progress: Counter,
        ) -> list[Drilled]:
            names = {worker.names[each] for each in affected}
            wanted = [each for each in scenarios if not (each.about and names) or each.about & names]
            drilled = []
            for fed in self._all_fed(worker, healthy, wanted, takes):
                if fed.scenario.lasting:
                    history = self._histories[""]
                    drilled.append(drill_scenario(worker, fed.scenario, history.takes, history))
                else:
                    drilled.append(evaluate(worker, fed, affected))
            return drilled

        names = tuple(_names(resources, affected))
        result = drill_resources(
            resources,
            Choice(root=root, monitors=names),
            Stages(Console(file=io.StringIO())),
            record=self._record,
            run=run if same_logs else run_both_readings,
            values=(lambda *_: self._truth) if same_logs else truth_of,
        ).result
        told = [*result.problems]
        for worker in result.workers:
            told += worker.problems
            told += [problem for verdict in worker.verdicts if not verdict.exempt for problem in verdict.problems]
        return told

    def _all_fed(
        self, worker: CompiledWorker, healthy: TakeSpec, scenarios: Sequence[Scenario], takes: Mapping[str, Take]
    ) -> Iterator[Fed]:
        """What each scenario left, under either reading: what has the same phases is fed once."""
        if not self._histories:
            for reading, suffix in zip(VARIANTS, ("", OTHER), strict=True):
                records = records_of(worker, takes, reading)
                self._histories[suffix] = healthy_history(worker, healthy, HISTORY_MINUTES, records)
            one, other = (self._histories[suffix].takes for suffix in ("", OTHER))
            self._differing = {each.name for each in to_run_again(worker, scenarios, healthy, one, other)}
        for scenario in scenarios:
            key = repr(scenario.phases(healthy))
            if key not in self._fed:
                again = replace(scenario, name=scenario.name + OTHER)
                each_reading = [("", scenario), *([(OTHER, again)] if again.name in self._differing else [])]
                self._fed[key] = [
                    feed(worker, named, self._histories[suffix].takes, self._histories[suffix])
                    if not scenario.lasting
                    else Fed(named, 0, 0, 0, 0, 0, 0, self._histories[""].store)
                    for suffix, named in each_reading
                ]
            yield from (_of(each, scenario) for each in self._fed[key])


def _of(fed: Fed, scenario: Scenario) -> Fed:
    """What a scenario with the same phases left, under the name that it has there."""
    suffix = fed.scenario.name.removeprefix(scenario.name) if fed.scenario.name != scenario.name else ""
    return replace(fed, scenario=replace(scenario, name=scenario.name + suffix))


def _ids(composite: Resource) -> set[str]:
    """The ids that a composite's query names."""
    return set(re.findall(r"\d+", str(composite.inputs["query"])))


def _names(resources: Sequence[Resource], ids: set[str]) -> list[str]:
    """What the drill calls these monitors."""
    if not ids:
        return []
    (worker,) = compile_workers(resources)
    return [worker.names[each] for each in sorted(ids)]


def _of_logs(resources: Sequence[Resource]) -> list[Resource]:
    """All that logs and metrics are made by."""
    return [each for each in resources if each.type not in (MONITOR, SERVICE_LEVEL_OBJECTIVE, DASHBOARD_JSON)]


@contextmanager
def _project(root: Path, mutant: Mutant) -> Iterator[Path]:
    """The project, or a copy of what the drill reads of it with the change in the bundle that has its text."""
    if not mutant.old:
        yield root
        return
    with TemporaryDirectory() as name:
        folder = Path(name)
        bundles = [each.inputs["contentFile"] for each in of_type(mutant.resources, WORKERS_SCRIPT)]
        for file in (*bundles, "worker/drill.yaml"):
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes((root / file).read_bytes().replace(mutant.old, mutant.new))
        (folder / "node_modules").symlink_to(root / "node_modules")
        yield folder
