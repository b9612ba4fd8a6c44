"""The dangers of how objects are used: what is unusual, what nears a limit, what costs."""

from __future__ import annotations

from dataclasses import replace

from firedrill.salt import SALT
from firedrill.scenarios.generic_faults import FAULT_MINUTES
from firedrill.scenarios.generic_kind import healthy
from firedrill.scenarios.kind import DangerKind, Sized, on_top
from firedrill.scenarios.marks import (
    Mark,
    any_record,
    cold_start,
    holding,
    in_use,
    lost_a_line,
    of_an_instance,
    of_an_object,
    operation,
    own_operation,
    pulse,
)
from firedrill.scenarios.reaching import lost_lines
from firedrill.scenarios.scenario import Phase, Platform, Said, Slowed, Struck
from firedrill.scenarios.watched import WatchedWorker

FEW = 40
"""Every so many-th operation is slow where few are."""
MISSED = Said({"result": "miss", "error": "not_found"})
HASHED = f"tells its instances apart by a hash ({SALT})"
SEVERAL = "has several operations"


def _one_says(mark: Mark, name: str) -> Sized:
    """One record of each minute whose line says the size under a name."""
    return on_top(mark, said=lambda size: Said({name: round(size)}), each_minute=1)


_OF_SIZE = _one_says(holding, "bytes")


def _few_slow(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    return (Phase(FAULT_MINUTES, healthy(worker), slowed=Slowed(class_name, round(size), FEW)),)


def _filling_up(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    """An object that grows by so much every minute, as one record of each minute says."""
    minutes = (_OF_SIZE(worker, class_name, size * minute) for minute in range(1, FAULT_MINUTES + 1))
    return tuple(replace(phase, minutes=1) for (phase,) in minutes)


def _never_cleaned(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    """So many objects a minute that somebody uses, and no clean-up at all."""
    struck = Struck(healthy(worker), in_use, class_name, size, "a minute")
    return (Phase(FAULT_MINUTES, healthy(worker), kept=0.0, struck=struck),)


OF_USE: tuple[DangerKind, ...] = (
    DangerKind(
        "nothing-found",
        "Operations find nothing stored",
        "% of operations",
        ("do-misses",),
        on_top(operation, "% of them", among=operation, said=lambda size: MISSED),
        most=99.0,
        parts=("do-miss-ratio",),
    ),
    DangerKind("few-operations-slow", "A few operations of a class are slow", "ms", ("tail-latency",), _few_slow),
    DangerKind(
        "invocations-last",
        "Invocations of objects last long",
        "ms",
        ("wall-time",),
        on_top(of_an_object, platform=lambda size: Platform({"WallTimeMs": round(size)}), each_minute=1),
        most=1e7,
    ),
    DangerKind(
        "objects-surge",
        "More objects are in use than ever",
        "% more",
        ("instance-spike",),
        on_top(pulse, "% more", among=pulse),
    ),
    DangerKind(
        "starts-surge",
        "Objects start cold more often than ever",
        "% more",
        ("cold-start-surge",),
        on_top(cold_start, "% more", among=cold_start),
    ),
    DangerKind(
        "object-nearly-full",
        "An object nears the size that it may have at most",
        "bytes",
        ("storage-near-limit",),
        _OF_SIZE,
        most=1e10,
    ),
    DangerKind(
        "objects-grow",
        "Objects hold more than ever",
        "% more",
        ("storage-growth",),
        on_top(holding, said=lambda size: Said(times={"bytes": 1 + size / 100}), each_minute=60),
    ),
    DangerKind(
        "writes-run-away",
        "A class writes rows without end",
        "rows a minute",
        ("rows-written",),
        _one_says(own_operation, "written"),
        most=1e9,
    ),
    DangerKind(
        "reads-run-away",
        "A class reads rows without end",
        "rows a minute",
        ("rows-read",),
        _one_says(own_operation, "read"),
        most=1e12,
    ),
    DangerKind(
        "telemetry-fails",
        "Telemetry lines cannot be written",
        "invocations a minute",
        ("telemetry-lost",),
        on_top(lost_a_line, take=lost_lines, said=lambda size: Said({"lost": 1})),
        least=0.04,
        most=200.0,
    ),
    DangerKind(
        "object-fills-up",
        "An object grows so fast that it will be full within a day",
        "bytes a minute",
        ("storage-forecast",),
        _filling_up,
        most=1e10,
        parts=("storage-growth",),
        comparable=False,
        goes_on=True,
    ),
    DangerKind(
        "cleanups-stay-away",
        "Objects are used, and none is cleaned up",
        "objects a minute",
        ("cleanup-backlog",),
        _never_cleaned,
        least=0.04,
        most=10_000.0,
    ),
    DangerKind(
        "requests-unusual",
        "Far more requests than in the hour before",
        "% more",
        ("traffic-anomaly",),
        on_top(any_record, "% more"),
        parts=("traffic-surge",),
        comparable=False,
        goes_on=True,
    ),
    DangerKind(
        "operations-shift",
        "Callers ask a class for other operations than ever",
        "% of operations",
        ("operations-mix",),
        on_top(operation, "% of them", among=operation, only="rarest operation"),
        most=99.0,
        needs=SEVERAL,
        comparable=False,
    ),
    DangerKind(
        "object-hot",
        "One object gets most of what its class is asked for",
        "operations a minute",
        ("hot-object",),
        on_top(of_an_instance, only="instance"),
        needs=HASHED,
        comparable=False,
    ),
)
