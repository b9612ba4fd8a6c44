"""What a scenario is before it is made for a Worker, and the takes of everyday traffic around its fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from firedrill.scenarios import traffic
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec
from firedrill.scenarios.watched import ENDURING, SAMPLED, STATELESS, UNCALLED, UNSEEN, WatchedClass, WatchedWorker

OPERATION_ALERTS = ("do-error-ratio", "do-error-rate", "do-errors")
Fault = Callable[[WatchedWorker, TakeSpec, str], tuple[Phase, ...]]
"""Phases of the fault, given an everyday take to change and the class that it strikes ("" for all)."""


@dataclass(frozen=True)
class Generic:
    """A scenario before it is made for a Worker, or for one class of it.

    `fires`, `seen_by_caller`, `without_data`, `unanswered` and `may_fire` have ids of monitors: of those that are
    declared, all must alert; must alert where a class's callers count its operations; must report missing data; must do
    so where every request needs the class; may leave OK. Where `needs` is not declared, the scenario is not made.
    """

    name: str
    summary: str
    fault: Fault
    fires: tuple[str, ...] = ()
    seen_by_caller: tuple[str, ...] = ()
    without_data: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    may_fire: tuple[str, ...] = ()
    needs: str = ""
    per_class: bool = False
    of: Literal["all", "storing", "enduring", "called", "timed"] = "all"

    def inapplicable(self, declared: WatchedClass) -> str:
        """Why it means nothing for a class, as takes show; "" where it does."""
        if self.of == "storing" and not declared.stores and not declared.starts_from_storage:
            return STATELESS
        if self.of == "enduring" and declared.stores and declared.fails_with_storage:
            return ENDURING
        if self.of == "timed" and declared.sampled:
            return SAMPLED
        if self.of == "called" and not declared.called_by_handlers:
            return UNCALLED if declared.called_by_objects else UNSEEN
        return ""

    @property
    def ids(self) -> tuple[str, ...]:
        """Every monitor that the scenario is about."""
        return (*self.fires, *self.seen_by_caller, *self.without_data, *self.unanswered, *self.may_fire)

    def made_for(self, worker: WatchedWorker, class_name: str = "") -> Scenario:
        """The scenario for `worker`, striking that class only; its name says so where there are several."""
        name = f"{class_name}/{self.name}" if class_name and len(worker.classes) > 1 else self.name
        unseen = {name for name, each in worker.classes.items() if not each.counted_by_caller}
        seen = [each for each in worker.watching(self.seen_by_caller, class_name) if each.class_name not in unseen]
        # else nobody knows which class the requests reach
        certain = class_name or (len(worker.classes) == 1 and worker.first_needs_objects)
        alerting = [*worker.watching(self.fires, class_name), *(seen if certain else ())]
        may_fire = {each.name for each in (*worker.watching(self.may_fire, class_name), *seen)}
        declared = worker.classes.get(class_name)
        if declared and not (declared.called_by_handlers and declared.called_by_requests):
            # what other objects make of its failure is theirs to say; what batches and schedules do, no request shows
            may_fire |= {each.name for each in alerting if not each.class_name}
            alerting = [each for each in alerting if each.class_name]
        if declared and declared.called_by_objects and self.fires:
            may_fire |= {each.name for each in worker.watching((*OPERATION_ALERTS, "do-latency", "background-errors"))}
        if self.per_class:  # what it no longer calls
            may_fire |= {
                each.name
                for each in worker.watching(["do-low-traffic"])
                if each.class_name not in ("", class_name) and worker.classes[each.class_name].called_by_objects
            }
        fires = {each.name: "Alert" for each in alerting}
        fires |= {each.name: "No Data" for each in worker.watching(self.without_data, class_name)}
        unanswered = worker.watching(self.unanswered, class_name)
        if len(worker.classes) == 1 and worker.first_needs_objects:
            fires |= {each.name: "No Data" for each in unanswered}
        may_fire |= {each.name for each in unanswered}
        phases = self.fault(worker, everyday(worker, name), class_name)
        may_fire |= unalarmed(worker, phases)
        return Scenario(name, self.summary, phases, fires, frozenset(may_fire - fires.keys()))


def everyday(worker: WatchedWorker, scenario: str) -> TakeSpec:
    """A take of the Worker's everyday traffic, named after the scenario that it is for."""
    name = scenario.replace("/", "-").lower()
    return TakeSpec(name, worker.requests(traffic.clients(worker.file.traffic), name))


def unalarmed(worker: WatchedWorker, phases: Iterable[Phase]) -> set[str]:
    """The monitors that miss alarms or clean-ups, where any of these phases is too short for objects to go idle."""
    idle = all(phase.take.cleanups for phase in phases)
    return set() if idle else {each.name for each in worker.watching(["alarm-missing", "cleanup-backlog"])}


def with_clean_ups(worker: WatchedWorker, take: TakeSpec) -> TakeSpec:
    """The take with the bindings that make objects clean up within it."""
    return replace(take, faults=replace(take.faults, bindings=worker.file.idle), cleanups=True)


def healthy(worker: WatchedWorker) -> TakeSpec:
    """The everyday take that surrounds every fault."""
    return with_clean_ups(worker, everyday(worker, "healthy"))
