"""The scenarios that every Worker gets. What one must fire follows from the monitors that are declared."""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.runtime.take import Faults
from firedrill.scenarios.generic_faults import (
    AT_ONCE,
    busy,
    drop,
    exceeded,
    failing,
    failing_alarms,
    failing_storage,
    flooded,
    late,
    lone,
    out_of_memory,
    platform,
    rare_alarm,
    slow,
    slow_alarms,
    surge,
    unanswered,
    uncollected,
    undelivered,
    unharmed,
)
from firedrill.scenarios.generic_kind import OPERATION_ALERTS, Generic
from firedrill.scenarios.scenario import Scenario
from firedrill.scenarios.watched import WatchedWorker

_REQUEST_ALERTS = ("worker-5xx-rate", "worker-5xx")
_GUARDS = ("low-traffic", "do-low-traffic")


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
    """The name of the generic scenario in which the operations of a class fail, for those who count them."""
    declared = worker.classes.get(class_name)
    if declared is None:
        return "storage-failing"
    fails = declared.calls_fail_with_storage if declared.counted_by_caller else declared.fails_with_storage
    return "storage-failing" if declared.stores and fails else "object-throws"


GENERIC: tuple[Generic, ...] = (
    Generic("healthy", "Everyday traffic for an hour: nobody may be paged.", unharmed),
    Generic(
        "storage-failing",
        "Every storage call of the object throws.",
        failing_storage,
        fires=(*_REQUEST_ALERTS, *OPERATION_ALERTS, "mapping-failures"),
        may_fire=("heartbeat", "cleanup-failures", "background-errors"),
        per_class=True,
        of="storing",
    ),
    Generic(
        "object-throws",
        "Every method of the object throws; for a class of which no operation fails when its storage does.",
        failing(Faults(object_throws=1)),
        fires=OPERATION_ALERTS,
        may_fire=(*_REQUEST_ALERTS, "cleanup-failures", "background-errors", "mapping-failures"),
        per_class=True,
        of="enduring",
    ),
    Generic(
        "storage-slow",
        "A fifth of the object's operations wait far too long for their storage.",
        slow,
        fires=("do-latency",),
        per_class=True,
        of="timed",
    ),
    Generic(
        "unreachable",
        "No request reaches its object, however often it is tried.",
        failing(Faults(unreachable=1), AT_ONCE),
        fires=_REQUEST_ALERTS,
        seen_by_caller=(*OPERATION_ALERTS, "mapping-failures"),
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
        surge,
        fires=("traffic-surge", "storage-spike", "instance-spike", "cold-start-surge", "traffic-anomaly"),
    ),
    Generic(
        "traffic-drop",
        "Less than half of the usual traffic.",
        drop,
        fires=("traffic-drop", "traffic-anomaly"),
        may_fire=(*_GUARDS, "alarm-missing"),  # it may be too little for rates, and fewer requests set fewer alarms
    ),
    Generic(
        "lone-failure",
        "One request in five minutes, and it fails: a rate of 100 % that should not wake anybody.",
        lone,
        fires=(*_GUARDS, "worker-5xx-rate", "traffic-drop", "traffic-anomaly"),
        seen_by_caller=("do-error-ratio",),
    ),
    Generic(
        "alarm-failing",
        "The clean-up alarm's storage calls throw.",
        failing_alarms,
        fires=("cleanup-failures",),
        may_fire=OPERATION_ALERTS,
        per_class=True,
    ),
    Generic(
        "alarm-slow",
        "The clean-up alarm waits far too long for its storage, and no caller sees it.",
        slow_alarms,
        fires=("do-latency",),
        needs="cleanup-failures",
        per_class=True,
    ),
    Generic(
        "rare-cleanup-failure",
        "One clean-up alarm fails every ten minutes: too sparse for a full window, still a finding.",
        rare_alarm,
        fires=("cleanup-failures",),
        per_class=True,
    ),
    Generic(
        "worker-throws",
        "Half of the requests throw before the Worker's own code runs.",
        failing(Faults(worker_throws=0.5)),
        fires=_REQUEST_ALERTS,
        may_fire=("heartbeat", "do-low-traffic"),  # half of what objects are asked for never comes
    ),
    Generic(
        "background-errors",
        "Half of all invocations leave work behind that fails after the answer.",
        failing(Faults(background_failing=0.5)),
        fires=("background-errors",),
    ),
    Generic(
        "cpu-busy",
        "Invocations of the object take far more CPU time than usual.",
        platform(busy),
        fires=("cpu-p99",),
    ),
    Generic(
        "limits-exceeded",
        "One in twelve invocations of the object is ended by the platform for its CPU time.",
        platform(exceeded),
        fires=("exceeded-limits", "cpu-p99"),
    ),
    Generic(
        "memory-exceeded",
        "One in twelve invocations of the object is ended by the platform for its memory.",
        platform(out_of_memory),
        fires=("exceeded-limits",),
    ),
    Generic(
        "telemetry-missing",
        "Half of the invocations write no telemetry line.",
        failing(Faults(telemetry_suppressed=0.5)),
        fires=("telemetry-gap",),
        may_fire=("heartbeat",),
    ),
    Generic(
        "reports-refused",
        "Nobody takes what the Worker reports itself.",
        failing(Faults(intake_failing=1, dataset_failing=1)),
        fires=("reporter-failing",),
    ),
    Generic(
        "lines-cut",
        "Now and then an invocation logs more than a record can hold, and its telemetry line is cut away.",
        flooded,
        fires=("telemetry-cut",),
        may_fire=("telemetry-gap",),  # the cut ones may all be of objects, of which no line is missed
    ),
    Generic(
        "delivery-late",
        "Logs arrive, but long after what they tell of.",
        late,
        fires=("telemetry-late",),
        may_fire=(
            "low-traffic",
            "do-low-traffic",
            "traffic-drop",
            "traffic-anomaly",
            "alarm-missing",
            "heartbeat",
            "billed-invocations",
        ),  # of the latest minutes nothing is there
        needs="telemetry-late",
    ),
    Generic(
        "heartbeat-missing",
        "Callers get answers, but the heartbeat does not come through.",
        unanswered,
        without_data=("heartbeat",),
    ),
    Generic(
        "collector-stopped",
        "The collector of Cloudflare's own metrics does not run.",
        uncollected("stopped"),
        without_data=("collector-silent",),
    ),
    Generic(
        "collector-refused",
        "The collector runs, and Cloudflare refuses its token.",
        uncollected("refused"),
        without_data=("collector-silent",),
    ),
    Generic(
        "delivery-stopped",
        "The destination of the Logpush job refuses every batch.",
        undelivered,
        fires=(*_GUARDS, "telemetry-late"),
        without_data=("telemetry-silent", "heartbeat"),
        # the last batch ends within a minute, which then looks half empty; what never arrives may count as 0
        # nor do logs say then what callers asked for, while Cloudflare counts on
        may_fire=("traffic-drop", "alarm-missing", "traffic-anomaly", "billed-invocations"),
    ),
)
