"""The dangers of failures that an error rate does not show, or not in time."""

from __future__ import annotations

from dataclasses import replace

from firedrill.runtime.take import Faults
from firedrill.scenarios.generic_faults import AT_ONCE, FAULT_MINUTES
from firedrill.scenarios.generic_kind import everyday, healthy
from firedrill.scenarios.kind import DangerKind, on_top
from firedrill.scenarios.marks import exhausted, of_an_object, overloaded, recovered, request, reset
from firedrill.scenarios.reaching import failing_calls
from firedrill.scenarios.scenario import Phase, Platform, Said, Struck, TakeSpec
from firedrill.scenarios.watched import WatchedWorker

REFUSED = Said({"status": 400, "result": "rejected", "error": "validation"})
IN_FLIGHT = 20
"""Calls that a deployment finds in flight: each fails once."""
RETRIES = "repeats calls that fail (withRetries in its Worker)"
CALLED = "counts its operations by its callers"


def repeated(worker: WatchedWorker) -> TakeSpec:
    """Every call fails at its first attempt and succeeds at its second."""
    faults = Faults(unreachable=1, unreachable_attempts=1)
    return replace(everyday(worker, "calls-repeated"), faults=faults, concurrency=AT_ONCE)


def _deployed(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    """One deployment: within a minute every call that is in flight fails, and nothing after it."""
    struck = Struck(failing_calls(worker), reset, class_name, IN_FLIGHT, "a minute")
    return (Phase(1, healthy(worker), struck=struck), Phase(FAULT_MINUTES - 1, healthy(worker)))


OF_ERRORS: tuple[DangerKind, ...] = (
    DangerKind(
        "requests-refused",
        "Requests are refused with a 4xx response",
        "% of requests",
        ("client-errors",),
        on_top(request, "% of them", among=request, said=lambda size: REFUSED),
        most=99.0,
        parts=("client-error-ratio",),
    ),
    DangerKind(
        "calls-repeated",
        "Calls of objects succeed only when they are repeated",
        "calls a minute",
        ("retry-storm",),
        on_top(recovered, take=repeated),
        least=0.04,
        most=1_000.0,
        needs=RETRIES,
    ),
    DangerKind(
        "repeats-fail",
        "Calls of objects fail however often they are repeated",
        "calls a minute",
        ("retries-exhausted",),
        on_top(exhausted, take=failing_calls),
        least=0.04,
        most=200.0,
        needs=RETRIES,
    ),
    DangerKind(
        "objects-reset",
        "Objects are reset again and again",
        "operations a minute",
        ("object-resets",),
        on_top(reset, take=failing_calls),
        least=0.04,
        most=200.0,
        harmless={"deploy": ("One deployment resets the objects that have a call in flight, each once.", _deployed)},
        needs=CALLED,
    ),
    DangerKind(
        "objects-overloaded",
        "Objects are given more than they can do",
        "operations a minute",
        ("object-overloaded",),
        on_top(overloaded, take=failing_calls),
        least=0.04,
        most=200.0,
        needs=CALLED,
    ),
    DangerKind(
        "work-canceled",
        "Invocations of objects are canceled",
        "invocations a minute",
        ("canceled-work",),
        on_top(of_an_object, platform=lambda size: Platform({"Outcome": "canceled"})),
        least=0.04,
        most=1_000.0,
    ),
)
