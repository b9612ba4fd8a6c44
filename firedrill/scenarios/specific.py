"""The scenarios of a drill file: adjustments of those that every Worker gets, and those of this Worker alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from firedrill.runtime.take import Faults
from firedrill.scenarios import traffic
from firedrill.scenarios.dangers import KINDS
from firedrill.scenarios.drill_file import Adjustment, Extra
from firedrill.scenarios.generic import GENERIC
from firedrill.scenarios.generic_kind import everyday, unalarmed, with_clean_ups
from firedrill.scenarios.scenario import Phase, Scenario
from firedrill.scenarios.watched import WatchedWorker
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint


def adjusted(worker: WatchedWorker, scenario: Scenario, adjustment: Adjustment) -> Scenario:
    """The scenario with what the Worker's drill file says of it; raises FiredrillError for an unknown monitor."""
    class_name = scenario.name.rpartition("/")[0]
    also, may, never = (
        set(monitors(worker, names, class_name))
        for names in (adjustment.also_fires, adjustment.may_fire, adjustment.does_not_fire)
    )
    fires = {**scenario.fires, **dict.fromkeys(also, "Alert")}
    fires = {name: state for name, state in fires.items() if name not in may | never}
    may_fire = (scenario.may_fire | may) - never - fires.keys()
    return replace(scenario, fires=fires, may_fire=may_fire, produces=adjustment.produces)


def own(worker: WatchedWorker, name: str, extra: Extra) -> Scenario:
    """A scenario of the drill file; raises FiredrillError for a monitor that does not exist."""
    take = everyday(worker, name)
    clients = [*traffic.clients(extra.traffic or worker.file.traffic), *traffic.clients(extra.more_traffic)]
    take = replace(take, requests=worker.requests(clients, take.name), faults=extra.faults)
    # The fault strikes heartbeats as it does callers, perhaps each time the same one.
    struck = [each.name for each in worker.watching(["heartbeat"])] if extra.faults != Faults() else []
    phases = (Phase(extra.minutes, with_clean_ups(worker, take) if extra.idle else take),)
    fires = dict.fromkeys(monitors(worker, extra.fires), "Alert")
    unusual = worker.watching(["operations-mix", "traffic-anomaly"]) if extra.traffic or extra.more_traffic else []
    may_fire = {
        *monitors(worker, extra.may_fire),
        *struck,
        *(each.name for each in unusual),
        *unalarmed(worker, phases),
    }
    return Scenario(
        name,
        extra.summary,
        phases,
        fires,
        frozenset(may_fire - fires.keys()),
        extra.produces,
    )


def monitors(worker: WatchedWorker, names: Iterable[str], class_name: str = "") -> list[str]:
    """The monitors that `names` stand for; without those that exist but that the stack does not declare.

    Raises FiredrillError for a name that does not exist, or that could be of several classes.
    """
    return [found for name in names for found in _monitor(worker, name, class_name)]


_IDS = {*(id_ for each in GENERIC for id_ in each.ids), *(id_ for kind in KINDS for id_ in kind.told_by)}
"""What a drill file may name even where a stack does not declare it: stacks share the file."""


def _monitor(worker: WatchedWorker, name: str, class_name: str) -> list[str]:
    named = [each for each in worker.watches if each.name == name] or worker.watching([name], class_name)
    found = [each.name for each in named]
    if len({each.class_name for each in named}) > 1:
        raise FiredrillError(f"monitor {name!r} is declared for several classes; name one of {', '.join(found)}")
    class_name, _, id_ = name.rpartition("/")
    elsewhere = id_ in _IDS and (not class_name or (len(worker.classes) > 1 and class_name in worker.classes))
    if not found and not elsewhere:
        known = sorted({each.name for each in worker.watches} | _IDS)
        raise FiredrillError(f"monitor {name!r} does not exist{hint(name, known)}; there are {', '.join(known)}")
    return found
