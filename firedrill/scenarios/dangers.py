"""The kinds of dangers, independent of any monitor: what is wrong, in which unit it has a size, what it looks like."""

from __future__ import annotations

from dataclasses import replace

from firedrill.scenarios.alarm_dangers import OF_ALARMS
from firedrill.scenarios.error_dangers import OF_ERRORS
from firedrill.scenarios.generic import GENERIC
from firedrill.scenarios.generic_faults import EXCEEDED, FAULT_MINUTES
from firedrill.scenarios.generic_kind import healthy
from firedrill.scenarios.kind import OPERATIONS_FAIL, DangerKind, on_top, struck_by
from firedrill.scenarios.marks import (
    any_record,
    background_error,
    cut_short,
    failed_cleanup,
    failed_operation,
    failed_request,
    of_an_object,
    of_heartbeat,
    operation,
    refused_report,
    request,
    stopped_at_a_limit,
    unmapped,
    without_line,
)
from firedrill.scenarios.objective_dangers import OF_OBJECTIVES
from firedrill.scenarios.platform_dangers import OF_PLATFORM
from firedrill.scenarios.scenario import Phase, Platform, Slowed
from firedrill.scenarios.use_dangers import OF_USE
from firedrill.scenarios.watched import WatchedWorker

BUSY = 10
"""Every so many-th invocation of an object takes long where processors are busy."""


def _less(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    return (Phase(FAULT_MINUTES, healthy(worker), kept=1 - size / 100),)


def _slow(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    return (Phase(FAULT_MINUTES, healthy(worker), slowed=Slowed(class_name, round(size))),)


def _busy(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    platform = Platform({"CPUTimeMs": round(size)}, every=BUSY)
    return (Phase(FAULT_MINUTES, healthy(worker), platform=platform),)


def _unanswered(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    return (Phase(round(size), healthy(worker), without=of_heartbeat),)


def _late(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    return (Phase(FAULT_MINUTES, healthy(worker), late=round(size)),)


def _cut(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    generic = next(each for each in GENERIC if each.name == "lines-cut")
    (phase,) = generic.made_for(worker).fault
    assert phase.struck
    return (replace(phase, struck=replace(phase.struck, size=size, only="entrypoint")),)


def _silent(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    return (Phase(round(size), healthy(worker), delivery=False),)


# What a monitor groups by entrypoint is struck at one of them: a few records, by turns, would be several faults.
KINDS: tuple[DangerKind, ...] = (
    DangerKind(
        "requests-fail",
        "Requests end in a 5xx response",
        "% of requests",
        ("worker-5xx",),
        struck_by("worker-throws", failed_request, "% of them", request),
        most=99.0,
    ),
    DangerKind(
        "operations-fail",
        "Operations of a class fail",
        "% of operations",
        ("do-error-rate",),
        struck_by(OPERATIONS_FAIL, failed_operation, "% of them", operation),
        most=99.0,
    ),
    DangerKind(
        "one-operation-fails",
        "One operation fails in one way again and again",
        "failures a minute",
        ("do-errors",),
        struck_by(OPERATIONS_FAIL, failed_operation, "a minute", only="operation"),
        mark=failed_operation,
        least=0.04,
        most=200.0,
    ),
    DangerKind(
        "names-unmapped",
        "Callers look up what they stored and do not get it",
        "look-ups a minute",
        ("mapping-failures",),
        struck_by("storage-failing", unmapped, "a minute"),
        least=0.04,
        most=200.0,
    ),
    DangerKind("operations-slow", "Operations of a class are slow", "ms", ("do-latency",), _slow),
    DangerKind(
        "writes-surge",
        "A class writes more rows than ever",
        "% more",
        ("storage-spike",),
        on_top(any_record, "% more"),
        classic="traffic-surge",
    ),
    DangerKind(
        "traffic-surge",
        "More requests than ever",
        "% more",
        ("traffic-surge",),
        on_top(any_record, "% more"),
        classic="traffic-surge",
    ),
    DangerKind(
        "traffic-drop",
        "Fewer requests than ever",
        "% less",
        ("traffic-drop",),
        _less,
        classic="traffic-drop",
        most=99.0,
        goes_on=True,
    ),
    DangerKind("cpu-busy", "Invocations take much CPU time", "ms", ("cpu-p99",), _busy),
    DangerKind(
        "limits-exceeded",
        "The platform ends invocations at a limit",
        "invocations a minute",
        ("exceeded-limits",),
        on_top(of_an_object, platform=lambda size: Platform(EXCEEDED)),
        mark=stopped_at_a_limit,
        least=0.04,
        most=200.0,
    ),
    DangerKind(
        "cleanups-fail",
        "Objects do not clean up",
        "clean-ups a minute",
        ("cleanup-failures",),
        struck_by("alarm-failing", failed_cleanup, "a minute"),
        mark=failed_cleanup,
        least=0.04,
        most=200.0,
    ),
    DangerKind(
        "background-fails",
        "Work after the answer fails",
        "invocations a minute",
        ("background-errors",),
        struck_by("background-errors", background_error, "a minute", only="entrypoint"),
        mark=background_error,
        least=0.04,
        most=200.0,
    ),
    DangerKind(
        "telemetry-missing",
        "Invocations write no telemetry",
        "invocations a minute",
        ("telemetry-gap",),
        struck_by("telemetry-missing", without_line, "a minute"),
        least=0.04,
        most=200.0,
    ),
    DangerKind(
        "telemetry-cut",
        "Records are too small for what invocations log",
        "invocations a minute",
        ("telemetry-cut",),
        _cut,
        classic="lines-cut",
        mark=cut_short,
        least=0.04,
        most=200.0,
    ),
    DangerKind(
        "telemetry-late",
        "Logs arrive late",
        "minutes",
        ("telemetry-late",),
        _late,
        classic="delivery-late",
        least=1.0,
        most=18.0,  # log-based metrics leave out what is 20 minutes old
        goes_on=True,
    ),
    DangerKind(
        "telemetry-silent",
        "Nothing of the Worker arrives",
        "minutes",
        ("telemetry-silent",),
        _silent,
        classic="delivery-stopped",
        least=1.0,
        most=30.0,
        state="No Data",
        goes_on=True,
    ),
    DangerKind(
        "heartbeat-missing",
        "The heartbeat does not come through",
        "minutes",
        ("heartbeat",),
        _unanswered,
        classic="heartbeat-missing",
        least=1.0,
        most=30.0,
        state="No Data",
        goes_on=True,
    ),
    DangerKind(
        "reports-refused",
        "Nobody takes what the Worker reports",
        "events a minute",
        ("reporter-failing",),
        struck_by("reports-refused", refused_report, "a minute"),
        least=0.04,
        most=200.0,
    ),
    *OF_ALARMS,
    *OF_ERRORS,
    *OF_USE,
    *OF_PLATFORM,
    *OF_OBJECTIVES,
)

BY_ID = {kind.id: kind for kind in KINDS}
