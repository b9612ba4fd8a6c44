"""What canary requests leave: they are counted here, and nowhere among what real callers do."""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.components.log_metrics.definitions.metric import Metric, Tag
from firedrill.components.log_searches import CANARIES, HEARTBEATS
from firedrill.components.model import ObservedClass
from firedrill.components.telemetry import EVENT_OPERATIONS, HANDLER_OPERATIONS, RESULTS


def of_canaries(classes: Sequence[ObservedClass], *, heartbeat: bool) -> tuple[Metric, ...]:
    """Canary requests by operation and result; those of the heartbeat apart, where there is one."""
    named = {*EVENT_OPERATIONS, *HANDLER_OPERATIONS}.union(*(observed.operations for observed in classes))
    tags = (Tag("operation", "@telemetry.op", len(named)), Tag("result", "@telemetry.result", len(RESULTS)))
    asked = Metric(
        "canary.requests",
        "count",
        "request",
        "Canary requests of `firedrill verify`, which no other metric of requests counts.",
        "gateway",
        "@telemetry.result",
        f"@telemetry.at:gateway {CANARIES}" + (f" -{HEARTBEATS}" if heartbeat else ""),
        tags,
        canaries=True,
    )
    beats = Metric(
        "heartbeat.requests",
        "count",
        "request",
        "Canary requests of the heartbeat, which no other metric of requests counts.",
        "gateway",
        "@telemetry.result",
        f"@telemetry.at:gateway {HEARTBEATS}",
        tags,
        canaries=True,
    )
    return (asked, beats) if heartbeat else (asked,)
