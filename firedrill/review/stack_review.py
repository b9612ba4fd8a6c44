"""One stack in two revisions: rendered, drilled where anything changed, and compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from firedrill.drill.choice import EXEMPTIONS, Choice
from firedrill.drill.command import drill_resources
from firedrill.drill.result import DrillResult
from firedrill.drill.service import OBSERVED_SERVICE
from firedrill.drill.stages import Stages
from firedrill.errors import FiredrillError
from firedrill.render import render
from firedrill.resources import Resource
from firedrill.review.consequences import consequences, lost_fields, lost_tags
from firedrill.review.resources import ResourceChange, compare
from firedrill.review.revisions import stacks


@dataclass(frozen=True)
class StackReview:
    """What a change does to one stack: `note` instead when there is nothing to compare it with."""

    changes: tuple[ResourceChange, ...] = ()
    consequences: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether the change leaves the stack as it was."""
        return not (self.changes or self.consequences or self.note)


def review_stack(stack: str, base: Path, head: Path, stages: Stages) -> StackReview:
    """Compare a stack of the project at `base` with the one at `head`, both judged by the drill that runs here.

    Raises FiredrillError when the stack of `base` can be neither rendered nor drilled: nothing can be compared then.
    """
    if stack not in stacks(base):
        return StackReview(note="this stack is new: see its drill")
    if stack not in stacks(head):
        return StackReview(note="this stack is gone, with every alert in it")
    with stages.stage("render"):
        old = render(stack, base)
        try:
            new = render(stack, head)
        except FiredrillError as error:
            return StackReview(consequences=(f"the stack can no longer be declared: {error}",))
    changes = compare(old, new)
    found = [*lost_fields(base, head), *lost_tags(old, new)]
    if changes or _others(old, base) != _others(new, head):
        found = [*_alerts(stack, (base, old), (head, new), stages), *found]
    return StackReview(tuple(changes), tuple(found))


def _alerts(
    stack: str, base: tuple[Path, list[Resource]], head: tuple[Path, list[Resource]], stages: Stages
) -> list[str]:
    before = _drilled(stack, *base, stages)
    try:
        after = _drilled(stack, *head, stages)
    except FiredrillError as error:
        return [f"the drill refuses the stack: {error}"]
    return consequences(before, after)


def _drilled(stack: str, root: Path, resources: list[Resource], stages: Stages) -> DrillResult:
    return drill_resources(resources, Choice(stack, root), stages).result


def _others(resources: list[Resource], root: Path) -> list[object]:
    """What besides a vendor's resources decides a drill: the components' own words, traffic and exemptions."""
    said = [each.inputs for each in resources if each.type == OBSERVED_SERVICE]
    files = [root / str(inputs.get("drill", "")) for inputs in said] + [root / EXEMPTIONS]
    return [*said, *(path.read_bytes() if path.is_file() else b"" for path in files)]
