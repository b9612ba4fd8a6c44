"""One stack in two revisions: rendered, drilled where anything changed, and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from firedrill.cost.change import CostChange, cost_change
from firedrill.cost.run import drill_estimate
from firedrill.declared.exemptions import EXEMPTIONS
from firedrill.drill.choice import Choice
from firedrill.drill.drill import Drill, drill_resources
from firedrill.drill.plan import Plan, Planner, plan_of
from firedrill.drill.record import Recorder
from firedrill.drill.searched import with_sensitivity
from firedrill.drill.stages import Stages
from firedrill.errors import CannotRun
from firedrill.project import stacks
from firedrill.render import render
from firedrill.resources import OBSERVED_SERVICE, Resource, of_type
from firedrill.review.consequences import consequences, lost_fields, lost_tags
from firedrill.review.pictures import Pair, pairs
from firedrill.review.renderings import ResourceChange, compare, known_as
from firedrill.review.secrets import secret_changes
from firedrill.scenarios.hand_written import hand_written_drills
from firedrill.vendors.errors import FiredrillError


@dataclass(frozen=True)
class StackReview:
    """What a change does to one stack: `note` instead when there is nothing to compare it with.

    `modelled` is what of the drills behind the consequences comes from a model; `pairs` are the alerts that look
    otherwise than before; `cost` is None where a month costs the same.
    """

    changes: tuple[ResourceChange, ...] = ()
    consequences: tuple[str, ...] = ()
    note: str = ""
    modelled: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    cost: CostChange | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the change leaves the stack as it was."""
        return not (self.changes or self.consequences or self.note or self.cost)


@dataclass(frozen=True)
class Version:
    """A stack as the project at `root` declares it."""

    root: Path
    resources: Sequence[Resource]


@dataclass(frozen=True)
class Drilled:
    """A drill with its search, and the plan that it followed for each Worker, by the Worker's name."""

    drill: Drill
    plans: Mapping[str, Plan]


Render = Callable[[str, Path], Sequence[Resource]]
"""Renders a stack of the project in a folder, as `firedrill.render.render` does."""


def review_stack(
    stack: str, base: Path, head: Path, stages: Stages, record: Recorder, render: Render = render
) -> StackReview:
    """Compare a stack of the project at `base` with the one at `head`, both judged by the drill that runs here.

    Raises FiredrillError when the stack of `base` can be neither rendered nor drilled: nothing can be compared then.
    """
    if stack not in stacks(base):
        return StackReview(note="this stack is new: see its drill")
    if stack not in stacks(head):
        return StackReview(note="this stack is gone, with every alert in it")
    with stages.stage("render"):
        old = Version(base, _base(stack, base, render))
        try:
            new = Version(head, render(stack, head))
        except CannotRun:
            raise
        except FiredrillError as error:
            return StackReview(consequences=(f"the stack can no longer be declared: {error}",))
    review = compare_versions(stack, old, new, stages, record)
    return replace(review, changes=(*review.changes, *secret_changes(stack, base, head)))


def _base(stack: str, base: Path, render: Render) -> Sequence[Resource]:
    """What the base declares; a mistake in it is told as the base's, since it is none of the change."""
    try:
        return render(stack, base)
    except CannotRun:
        raise
    except FiredrillError as error:
        raise FiredrillError(
            f"stack {stack!r} cannot be declared at the base, so there is nothing to compare with; choose another base."
            f"\n{error}"
        ) from error


def compare_versions(
    stack: str, old: Version, new: Version, stages: Stages, record: Recorder, before: Drilled | None = None
) -> StackReview:
    """What is different between two versions of a stack; they are drilled only if something is.

    `before` is the drill of the old one, where that has been drilled already.
    """
    changes = compare(old.resources, new.resources)
    found = [*lost_fields(old.root, new.root), *lost_tags(old.resources, new.resources)]
    modelled: tuple[str, ...] = ()
    seen: tuple[Pair, ...] = ()
    cost: CostChange | None = None
    if changes or _others(old) != _others(new):
        before = before or drill_version(stack, old, stages, record, known=new.root)
        alerts, drilled, seen = _alerts(stack, before, old, new, stages, record)
        result = drilled.result if drilled else None
        modelled = (*result.modelled, *result.undocumented) if alerts and result else ()
        if drilled:
            cost = cost_change(drill_estimate(old.resources, before.drill), drill_estimate(new.resources, drilled))
        found = [*alerts, *found]
    return StackReview(tuple(changes), tuple(found), modelled=modelled, pairs=seen, cost=cost)


def drill_version(stack: str, version: Version, stages: Stages, record: Recorder, known: Path) -> Drilled:
    """The drill of a version as it declares it, searched but for what is kept in it and in the project `known`."""
    plans = dict[str, Plan]()
    drill = _drilled(stack, version, stages, record, _noting(plans))
    return Drilled(with_sensitivity(drill, version.resources, version.root, stages, known=known), plans)


def _alerts(
    stack: str, before: Drilled, old: Version, new: Version, stages: Stages, record: Recorder
) -> tuple[list[str], Drill | None, tuple[Pair, ...]]:
    """Consequences from three drills: of both versions as each declares it, and of the new one under the old faults.

    The new version's drill is None where it is refused.

    The third is for changes that move a fault with them: slow storage is as slow as the latency monitor tolerates.
    """
    try:
        after = drill_version(stack, new, stages, record, known=old.root)
    except CannotRun:
        raise
    except FiredrillError as error:
        return [f"the drill refuses the stack: {error}"], None, ()
    now, plans = after.drill, after.plans
    faced = {name: _under(before.plans.get(name), plan) for name, plan in plans.items()}
    tried = now if faced == plans else _drilled(stack, new, stages, record, lambda service, _: faced[service.name])
    runs = {each.worker: each.runs for each in tried.result.workers}
    workers = tuple(replace(each, runs=runs[each.worker]) for each in now.result.workers)
    same_takes = _takes(before.drill) | _takes(tried) == _takes(before.drill)
    renamed = _renamed(old.resources, new.resources)
    told = consequences(
        before.drill.result, replace(now.result, workers=workers), same_takes=same_takes, renamed=renamed
    )
    return told, now, pairs(before.drill, now, renamed, same_takes=same_takes)


def _renamed(old: Sequence[Resource], new: Sequence[Resource]) -> dict[str, str]:
    """The keys of the Workers that both versions have: the new one by the old one."""
    before = {each.urn: each.name for each in of_type(old, OBSERVED_SERVICE)}
    now = {known_as(each, before): each.name for each in of_type(new, OBSERVED_SERVICE)}
    return {before[urn]: name for urn, name in now.items() if urn is not None}


def _noting(plans: dict[str, Plan]) -> Planner:
    """As the Worker's drill file says, noted in `plans` by the Worker's name."""
    return lambda service, root: plans.setdefault(service.name, plan_of(service, root))


def _under(known: Plan | None, plan: Plan) -> Plan:
    """The plan that is known already, unless it was for another Worker than `plan` deploys."""
    return known if known is not None and known.deployment == plan.deployment else plan


def _drilled(stack: str, version: Version, stages: Stages, record: Recorder, planner: Planner) -> Drill:
    return drill_resources(version.resources, Choice(stack, version.root), stages, planner, record)


def _takes(drill: Drill) -> set[int]:
    """Which recordings the drill used, by identity."""
    return {id(take) for each in drill.workers for take in each.takes.values()}


def _others(version: Version) -> list[object]:
    """What besides a vendor's resources decides a drill: the components' own words, traffic and exemptions."""
    said = [each.inputs for each in version.resources if each.type == OBSERVED_SERVICE]
    drills = [str(inputs.get("drill") or "") for inputs in said] or hand_written_drills(version.resources, version.root)
    files = [version.root / drill for drill in filter(None, drills)] + [version.root / EXEMPTIONS]
    return [*said, *(path.read_bytes() if path.is_file() else b"" for path in files)]
