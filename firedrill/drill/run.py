"""A drill as a person asks for it: rendered, drilled, and where everything is drilled its alerts searched."""

from __future__ import annotations

from firedrill.drill.choice import Choice
from firedrill.drill.days import with_days
from firedrill.drill.drill import Drill, drill_resources, resources_of
from firedrill.drill.searched import with_sensitivity
from firedrill.drill.stages import Stages


def run_drill(choice: Choice, stages: Stages, *, search: bool = False, days: int = 0) -> Drill:
    """Render, read or look up what `choice` asks for and drill it; see drill_resources.

    With `search` the smallest fault of each alert is searched too, unless only a part is drilled. With `days` each
    Worker also lives through so many healthy ones.
    """
    with stages.stage("render"):
        resources = resources_of(choice)
    drill = drill_resources(resources, choice, stages)
    if days:
        drill = with_days(drill, days, stages)
    if not search or choice.narrowed:
        return drill
    return with_sensitivity(drill, resources, choice.root, stages)
