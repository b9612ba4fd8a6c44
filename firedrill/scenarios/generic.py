"""The scenarios that every Worker gets. What one must fire follows from the monitors that are declared."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from firedrill.runtime.take import Faults
from firedrill.scenarios import traffic
from firedrill.scenarios.marks import cut_short, of_heartbeat
from firedrill.scenarios.scenario import Phase, Platform, Scenario, Struck, TakeSpec
from firedrill.scenarios.watched import ENDURING, STATELESS, UNCALLED, UNSEEN, WatchedClass, WatchedWorker

FAULT_MINUTES = 25
AT_ONCE = 16
"""Clients that run side by side where each of them waits for what is slow or tried again."""

LATE_MINUTES = 14
"""Logs are so late where no promise says how late they may be."""
CUT_A_MINUTE = 0.1
"""Records that are cut where no promise says how many may be."""

EXCEEDED = {"CPUTimeMs": 30_000, "Outcome": "exceededCpu"}
"""What the platform says of an invocation that it ends for its CPU time."""

_REQUESTS_FAIL = ("worker-5xx-rate", "worker-5xx")
_OPERATIONS_FAIL = ("do-error-ratio", "do-error-rate", "do-errors")

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
    of: Literal["all", "storing", "enduring", "called"] = "all"

    def inapplicable(self, declared: WatchedClass) -> str:
        """Why it means nothing for a class, as takes show; "" where it does."""
        if self.of == "storing" and not declared.stores:
            return STATELESS
        if self.of == "enduring" and declared.stores and declared.fails_with_storage:
            return ENDURING
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
        if declared and not declared.called_by_handlers:  # what other objects make of its failure is theirs to say
            may_fire |= {each.name for each in alerting if not each.class_name}
            alerting = [each for each in alerting if each.class_name]
        if declared and declared.called_by_objects and self.fires:
            may_fire |= {each.name for each in worker.watching((*_OPERATIONS_FAIL, "do-latency", "background-errors"))}
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
    """The monitors that miss alarms, where these phases have any that lasts too short for objects to go idle."""
    idle = all(phase.take.cleanups for phase in phases)
    return set() if idle else {each.name for each in worker.watching(["alarm-missing"])}


def with_clean_ups(worker: WatchedWorker, take: TakeSpec) -> TakeSpec:
    """The take with the bindings that make objects clean up within it."""
    return replace(take, faults=replace(take.faults, bindings=worker.file.idle), cleanups=True)


def healthy(worker: WatchedWorker) -> TakeSpec:
    """The everyday take that surrounds every fault."""
    return with_clean_ups(worker, everyday(worker, "healthy"))


def generic_scenarios(worker: WatchedWorker) -> Iterator[tuple[str, Scenario]]:
    """Each scenario with the name that it has for every Worker; without those that prove nothing of this one."""
    for each in GENERIC:
        for class_name in worker.classes if each.per_class else ("",):
            if each.needs and not worker.watching([each.needs], class_name):
                continue
            if class_name and each.inapplicable(worker.classes[class_name]):
                continue
            scenario = each.made_for(worker, class_name)
            if scenario.fires or each is GENERIC[0]:
                yield each.name, scenario


def inapplicable(worker: WatchedWorker) -> dict[str, str]:
    """The scenarios that mean nothing for a class, as takes show, each with the reason."""
    several = len(worker.classes) > 1
    return {
        f"{class_name}/{each.name}" if several else each.name: why
        for each in GENERIC
        if each.per_class and each.of != "enduring"
        for class_name, declared in worker.classes.items()
        if (why := each.inapplicable(declared))
    }


def possible(worker: WatchedWorker) -> list[str]:
    """The names of scenarios that takes may show to be needed."""
    several = len(worker.classes) > 1
    needed = [each for each in GENERIC if each.of == "enduring"]
    return [f"{name}/{each.name}" if several else each.name for each in needed for name in worker.classes]


def failing_operations(worker: WatchedWorker, class_name: str) -> str:
    """The name of the generic scenario in which the operations of a class fail."""
    declared = worker.classes.get(class_name)
    fails = declared is None or (declared.stores and declared.fails_with_storage)
    return "storage-failing" if fails else "object-throws"


def _failing(faults: Faults, at_once: int = 4) -> Fault:
    """Everyday traffic under faults, which strike the given class."""

    def fault(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
        return (Phase(FAULT_MINUTES, replace(take, faults=_striking(faults, class_name), concurrency=at_once)),)

    return fault


def _platform(fields: Callable[[WatchedWorker], Platform]) -> Fault:
    """Healthy traffic whose records get fields that only the platform produces."""
    return lambda worker, take, class_name: (Phase(FAULT_MINUTES, healthy(worker), platform=fields(worker)),)


def _striking(faults: Faults, class_name: str) -> Faults:
    return replace(faults, classes=(class_name,) if class_name else ())


def _out_of_memory(worker: WatchedWorker) -> Platform:
    return Platform({"Outcome": "exceededMemory"}, every=12)


def _healthy(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    return (Phase(60, healthy(worker)),)


def _slow(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    faults = Faults(storage_slow=0.2, storage_slow_ms=_too_long_ms(worker, class_name))
    return _failing(faults, AT_ONCE)(worker, take, class_name)


def _slow_alarms(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    faults = Faults(alarm_slow=1, storage_slow_ms=_too_long_ms(worker, class_name))
    return (Phase(FAULT_MINUTES, with_clean_ups(worker, replace(take, faults=_striking(faults, class_name)))),)


def _too_long_ms(worker: WatchedWorker, class_name: str) -> int:
    return ceil(worker.size("operations-slow", class_name) or 1.4 * worker.threshold(["do-latency"], class_name, 500))


def _surge(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    sizes = [worker.size(danger, class_name) for danger in ("traffic-surge", "writes-surge")]
    if size := max(sizes):
        return (Phase(FAULT_MINUTES, healthy(worker), copies=ceil(1 + size / 100)),)
    times = 1 + worker.threshold(["traffic-surge", "storage-spike"], class_name, 200) / 100
    return (Phase(FAULT_MINUTES, healthy(worker), copies=ceil(2 * times)),)


def _drop(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    size = worker.size("traffic-drop", class_name)
    share = 1 - size / 100 if size else 0.9 * (1 + worker.threshold(["traffic-drop"], class_name, -50) / 100)
    few = traffic.thinned(traffic.clients(worker.file.traffic), share)
    return (Phase(FAULT_MINUTES, replace(take, requests=worker.requests(few, take.name))),)


def _lone(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    faults = Faults(unreachable=1) if worker.first_needs_objects else Faults(worker_throws=1)
    name = take.name if worker.first_needs_objects else f"{take.name}-thrown"
    first, beats = take.requests[:1], worker.beats(take.name)
    lone = replace(take, name=name, requests=(*first, *beats), faults=faults)
    if beats:  # it is the callers whose request fails
        lone = replace(lone, faults=replace(faults, limit=1), concurrency=1)
    return (Phase(FAULT_MINUTES, lone, every=5),)


def _alarms(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    failing = replace(take, faults=_striking(Faults(alarm_failing=1), class_name))
    return (Phase(FAULT_MINUTES, with_clean_ups(worker, failing)),)


def _rare_alarm(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    failing = replace(take, faults=_striking(Faults(alarm_failing=1, limit=1), class_name))
    return (Phase(1, with_clean_ups(worker, failing)), Phase(9, healthy(worker))) * 2


def _undelivered(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    minutes = round(worker.size("telemetry-silent", "")) or FAULT_MINUTES
    return (Phase(minutes, healthy(worker), delivery=False),)


def _unanswered(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    minutes = round(worker.size("heartbeat-missing", "")) or FAULT_MINUTES
    return (Phase(minutes, healthy(worker), without=of_heartbeat),)


def _late(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    return (Phase(FAULT_MINUTES, healthy(worker), late=round(worker.size("telemetry-late", "")) or LATE_MINUTES),)


def _flooded(worker: WatchedWorker, take: TakeSpec, class_name: str) -> tuple[Phase, ...]:
    flooded = replace(take, faults=Faults(flooding=0.5))
    struck = Struck(flooded, cut_short, class_name, worker.size("telemetry-cut", "") or CUT_A_MINUTE, "a minute")
    return (Phase(FAULT_MINUTES, healthy(worker), struck=struck),)


def _busy(worker: WatchedWorker) -> Platform:
    return Platform({"CPUTimeMs": ceil(worker.size("cpu-busy", "") or 8 * worker.threshold(["cpu-p99"], "", 50))})


def _exceeded(worker: WatchedWorker) -> Platform:
    return Platform(EXCEEDED, every=12)


GENERIC: tuple[Generic, ...] = (
    Generic("healthy", "Everyday traffic for an hour: nobody may be paged.", _healthy),
    Generic(
        "storage-failing",
        "Every storage call of the object throws.",
        _failing(Faults(storage_failing=1)),
        fires=(*_REQUESTS_FAIL, *_OPERATIONS_FAIL, "mapping-failures"),
        may_fire=("heartbeat", "cleanup-failures", "background-errors"),
        per_class=True,
        of="storing",
    ),
    Generic(
        "object-throws",
        "Every method of the object throws; for a class of which no operation fails when its storage does.",
        _failing(Faults(object_throws=1)),
        fires=_OPERATIONS_FAIL,
        may_fire=(*_REQUESTS_FAIL, "cleanup-failures", "background-errors", "mapping-failures"),
        per_class=True,
        of="enduring",
    ),
    Generic(
        "storage-slow",
        "A fifth of the object's operations wait far too long for their storage.",
        _slow,
        fires=("do-latency",),
        per_class=True,
    ),
    Generic(
        "unreachable",
        "No request reaches its object, however often it is tried.",
        _failing(Faults(unreachable=1), AT_ONCE),
        fires=_REQUESTS_FAIL,
        seen_by_caller=(*_OPERATIONS_FAIL, "mapping-failures"),
        unanswered=("heartbeat",),
        may_fire=(
            "do-low-traffic",  # of a class whose own lines count, nothing is left to count
            "retries-exhausted",  # of a Worker that repeats calls
        ),
        per_class=True,
        of="called",
    ),
    Generic(
        "traffic-surge",
        "Several times the usual traffic.",
        _surge,
        fires=("traffic-surge", "storage-spike", "instance-spike", "cold-start-surge"),
    ),
    Generic(
        "traffic-drop",
        "Less than half of the usual traffic, yet enough for rates to mean something.",
        _drop,
        fires=("traffic-drop",),
    ),
    Generic(
        "lone-failure",
        "One request in five minutes, and it fails: a rate of 100 % that should not wake anybody.",
        _lone,
        fires=("low-traffic", "do-low-traffic", "worker-5xx-rate", "traffic-drop"),
        seen_by_caller=("do-error-ratio",),
    ),
    Generic(
        "alarm-failing",
        "The clean-up alarm's storage calls throw.",
        _alarms,
        fires=("cleanup-failures",),
        may_fire=_OPERATIONS_FAIL,
        per_class=True,
    ),
    Generic(
        "alarm-slow",
        "The clean-up alarm waits far too long for its storage, and no caller sees it.",
        _slow_alarms,
        fires=("do-latency",),
        needs="cleanup-failures",
        per_class=True,
    ),
    Generic(
        "rare-cleanup-failure",
        "One clean-up alarm fails every ten minutes: too sparse for a full window, still a finding.",
        _rare_alarm,
        fires=("cleanup-failures",),
        per_class=True,
    ),
    Generic(
        "worker-throws",
        "Half of the requests throw before the Worker's own code runs.",
        _failing(Faults(worker_throws=0.5)),
        fires=_REQUESTS_FAIL,
        may_fire=("heartbeat",),
    ),
    Generic(
        "background-errors",
        "Half of all invocations leave work behind that fails after the answer.",
        _failing(Faults(background_failing=0.5)),
        fires=("background-errors",),
    ),
    Generic(
        "cpu-busy",
        "Invocations of the object take far more CPU time than usual.",
        _platform(_busy),
        fires=("cpu-p99",),
    ),
    Generic(
        "limits-exceeded",
        "One in twelve invocations of the object is ended by the platform for its CPU time.",
        _platform(_exceeded),
        fires=("exceeded-limits", "cpu-p99"),
    ),
    Generic(
        "memory-exceeded",
        "One in twelve invocations of the object is ended by the platform for its memory.",
        _platform(_out_of_memory),
        fires=("exceeded-limits",),
    ),
    Generic(
        "telemetry-missing",
        "Half of the invocations write no telemetry line.",
        _failing(Faults(telemetry_suppressed=0.5)),
        fires=("telemetry-gap",),
        may_fire=("heartbeat",),
    ),
    Generic(
        "reports-refused",
        "Nobody takes what the Worker reports itself.",
        _failing(Faults(intake_failing=1, dataset_failing=1)),
        fires=("reporter-failing",),
    ),
    Generic(
        "lines-cut",
        "Now and then an invocation logs more than a record can hold, and its telemetry line is cut away.",
        _flooded,
        fires=("telemetry-cut",),
        may_fire=("telemetry-gap",),  # the cut ones may all be of objects, of which no line is missed
    ),
    Generic(
        "delivery-late",
        "Logs arrive, but long after what they tell of.",
        _late,
        fires=("telemetry-late",),
        may_fire=(
            "low-traffic",
            "do-low-traffic",
            "traffic-drop",
            "alarm-missing",
            "heartbeat",
        ),  # of the latest minutes nothing is there
        needs="telemetry-late",
    ),
    Generic(
        "heartbeat-missing",
        "Callers get answers, but the heartbeat does not come through.",
        _unanswered,
        without_data=("heartbeat",),
    ),
    Generic(
        "delivery-stopped",
        "The destination of the Logpush job refuses every batch.",
        _undelivered,
        fires=("low-traffic", "do-low-traffic", "telemetry-late"),
        without_data=("telemetry-silent", "heartbeat"),
        may_fire=("traffic-drop", "alarm-missing"),  # the last batch ends within a minute, which then looks half empty
    ),
)
