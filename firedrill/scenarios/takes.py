"""The takes that scenarios are made of: traffic under faults, recorded once each."""

from __future__ import annotations

from firedrill.runtime.take import Faults
from firedrill.scenarios import traffic
from firedrill.scenarios.scenario import TakeSpec

IDLE = {"INACTIVITY_MS": "600"}
"""Conversations go idle within the take: the deployed inactivity time of minutes would outlast it."""

HEALTHY = TakeSpec("healthy", traffic.everyday("healthy"), Faults(bindings=IDLE), cleanups=True)
EVERY_PATH = TakeSpec(
    "every-path",
    (*traffic.unknown_tools("every-path", conversations=3), *traffic.malformed("every-path-too")),
    Faults(bindings=IDLE),
    cleanups=True,
)
STORAGE_FAILING = TakeSpec("storage-failing", traffic.everyday("storage-failing"), Faults(storage_failing=1))
STORAGE_SLOW = TakeSpec(
    "storage-slow",
    traffic.everyday("storage-slow"),
    Faults(storage_slow=0.2, storage_slow_ms=700),
    concurrency=traffic.CONVERSATIONS,
)
RECOVERED = TakeSpec("recovered", traffic.idempotent("recovered"), Faults(unreachable=0.5, unreachable_attempts=1))
UNREACHABLE = TakeSpec(
    "unreachable", traffic.everyday("unreachable"), Faults(unreachable=1), concurrency=traffic.CONVERSATIONS
)
UNKNOWN_TOOLS = TakeSpec("unknown-tools", traffic.unknown_tools("unknown-tools"))
MALFORMED = TakeSpec("malformed", traffic.malformed("malformed"))
OVERLAPPING = TakeSpec("overlapping", traffic.overlapping("overlapping"))
BULK_STORES = TakeSpec("bulk-stores", traffic.bulk_stores("bulk-stores", tools=40))
FEW = TakeSpec("few", traffic.everyday("few", conversations=7))
LONE_FAILURE = TakeSpec("lone-failure", traffic.one_lookup("lone-failure"), Faults(unreachable=1))
ALARM_FAILING = TakeSpec(
    "alarm-failing", traffic.everyday("alarm-failing"), Faults(alarm_failing=1, bindings=IDLE), cleanups=True
)
ONE_ALARM_FAILING = TakeSpec(
    "one-alarm-failing",
    traffic.everyday("one-alarm-failing"),
    Faults(alarm_failing=1 / 8, bindings=IDLE),
    cleanups=True,
)
WORKER_THROWS = TakeSpec("worker-throws", traffic.everyday("worker-throws"), Faults(worker_throws=0.5))
SILENT_TELEMETRY = TakeSpec("silent-telemetry", traffic.everyday("silent-telemetry"), Faults(telemetry_suppressed=0.5))
