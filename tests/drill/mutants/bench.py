"""Judges mutants of one stack, whose takes are recorded and carried once."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.drill import drill_resources
from firedrill.drill.readings import to_run_again
from firedrill.drill.record import records_of
from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.simulate import HISTORY_MINUTES, Drilled, Fed, evaluate, feed, healthy_history
from firedrill.drill.stages import Counter, Stages
from firedrill.errors import CannotRun
from firedrill.policies.offline import judge
from firedrill.resources import MONITOR, WORKERS_SCRIPT, Resource
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.vendors.cloudflare.trace_items import VARIANTS
from firedrill.vendors.errors import FiredrillError
from tests.drill.mutants.mutant import Mutant

FIRST = ("every-path", "storage-failing", "delivery-stopped")
"""Scenarios that find most of what is wrong with logs; a mutant that they kill needs no others."""

Fate = Literal["killed", "refused", "policy", "survived"]


class Bench:
    """A stack of the project in `root`, by its resources. What a mutant leaves as it is, is not done again."""

    def __init__(self, resources: Sequence[Resource], root: Path) -> None:
        self._root = root
        self._record = shared_recorder()
        self._fed: dict[str, list[Fed]] = {}
        self._resources = resources
        self._logging = _without_monitors(resources)
        self.problems = self._drill(Mutant("none", "the stack as it is", resources), root)

    def fate(self, mutant: Mutant) -> Fate:
        """Who finds the change: the drill, the vendors' rules, or a policy that is mandatory."""
        try:
            if mutant.old:
                with TemporaryDirectory() as folder:
                    found = self._drill(mutant, _recoded(self._root, Path(folder), mutant))
            else:
                few = () if self._same_logs(mutant) else FIRST
                found = (few and self._drill(mutant, self._root, few)) or self._drill(mutant, self._root)
        except (FiredrillError, CannotRun):
            return "refused"
        if found:
            return "killed"
        return "survived" if judge("", mutant.resources, {}, self._root).passed else "policy"

    def _affected(self, mutant: Mutant) -> set[str]:
        """The ids of the one changed monitor and of what is composed of it; nothing where more is affected."""
        before = {each.urn: each for each in self._resources if each.type == MONITOR}
        after = {each.urn: each for each in mutant.resources if each.type == MONITOR}
        changed = {each.id for urn, each in after.items() if before.get(urn) != each}
        if before.keys() != after.keys() or not changed:
            return set()
        composites = [each for each in after.values() if each.inputs.get("type") == "composite"]
        parts = {part for each in composites if each.id in changed for part in _ids(each)}
        return changed | parts | {each.id for each in composites if changed & _ids(each)}

    def _same_logs(self, mutant: Mutant) -> bool:
        """Whether all but the monitors is as it was, so that what came to them is known."""
        return not mutant.old and _without_monitors(mutant.resources) == self._logging

    def _drill(self, mutant: Mutant, root: Path, scenarios: tuple[str, ...] = ()) -> list[str]:
        """What the drill finds wrong."""
        same_logs = self._same_logs(mutant)
        affected = self._affected(mutant) if same_logs else set()

        def run(
            worker: CompiledWorker,
            healthy: TakeSpec,
            scenarios: Sequence[Scenario],
            takes: Mapping[str, Take],
            progress: Counter,
        ) -> list[Drilled]:
            one, other = (records_of(worker, takes, each) for each in VARIANTS)
            history = None
            drilled = []
            for scenario in scenarios:
                key = repr(scenario.phases(healthy)) if same_logs else ""
                if key not in self._fed or not same_logs:
                    again = to_run_again(worker, [scenario], healthy, one, other)
                    history = history or healthy_history(worker, healthy, HISTORY_MINUTES, one)
                    fed = [feed(worker, scenario, one, history)]
                    fed += [
                        feed(worker, each, other, healthy_history(worker, healthy, HISTORY_MINUTES, other))
                        for each in again
                    ]
                    self._fed[key] = fed
                if not scenario.about or not affected or scenario.about & {worker.names[each] for each in affected}:
                    drilled += [evaluate(worker, _of(each, scenario), affected) for each in self._fed[key]]
            return drilled

        names = tuple(_names(mutant.resources, affected))
        choice = Choice(root=root, scenarios=scenarios, monitors=names)
        result = drill_resources(
            mutant.resources, choice, Stages(Console(file=io.StringIO())), record=self._record, run=run
        ).result
        told = [*result.problems]
        for worker in result.workers:
            told += worker.problems
            told += [problem for verdict in worker.verdicts if not verdict.exempt for problem in verdict.problems]
        return told


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


def _without_monitors(resources: Sequence[Resource]) -> list[Resource]:
    return [each for each in resources if each.type != MONITOR]


def _recoded(root: Path, folder: Path, mutant: Mutant) -> Path:
    """A copy of what the drill reads of the project, with the change in the bundle that has its text."""
    bundles = [each.inputs["contentFile"] for each in mutant.resources if each.type == WORKERS_SCRIPT]
    for name in (*bundles, "worker/drill.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((root / name).read_bytes().replace(mutant.old, mutant.new))
    (folder / "node_modules").symlink_to(root / "node_modules")
    return folder
