"""What the lines of gateway and objects tell about operations."""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.components import log_searches
from firedrill.components.error_categories import ERROR_CATEGORIES
from firedrill.components.log_metrics.definitions.metric import Metric, Tag, class_tag, operation_tag
from firedrill.components.model import ObservedClass
from firedrill.components.telemetry import OUTCOMES, REASONS, RESULTS

TOTAL, ALIKE = "@operation.total", "@operation.alike"
"""How many operations a line tells of, and how many of its very kind (docs/adr/0008)."""


def of_operations(classes: Sequence[ObservedClass]) -> tuple[Metric, ...]:
    """Results, errors, times and retries; each operation counts once."""
    class_name, operation = class_tag(classes), operation_tag(classes)
    category = Tag("error_category", "@telemetry.error", len(ERROR_CATEGORIES))
    called = operation_tag(classes, events=False)
    by_object = f"@telemetry.at:object {log_searches.by_object(classes)}"
    by_gateway = f"@telemetry.at:gateway {log_searches.by_gateway(classes)}"
    retried = [outcome for outcome in OUTCOMES if outcome not in ("first_try", "retrying")]
    return (
        Metric(
            "do.operations",
            "count",
            "operation",
            "Operations by result, each counted once: as its caller saw it, or by the object where it has no caller. "
            "Of those that share a line, one.",
            "gateway or object",
            "@telemetry.result",
            log_searches.counted(classes),
            (class_name, operation, Tag("result", "@telemetry.result", len(RESULTS))),
        ),
        Metric(
            "do.errors",
            "count",
            "error",
            "Those of `do.operations` whose result is an error for their class, by category, after all retries.",
            "gateway or object",
            "@telemetry.error",
            log_searches.failed(classes),
            (class_name, operation, category),
        ),
        Metric(
            "do.operations.total",
            "distribution",
            "operation",
            "All operations of `do.operations` with those that shared a line: its sum.",
            "gateway or object",
            TOTAL,
            log_searches.totalled(classes),
            (class_name,),
        ),
        Metric(
            "do.errors.total",
            "distribution",
            "error",
            "All errors of `do.errors` with those that shared a line: its sum.",
            "gateway or object",
            ALIKE,
            log_searches.failed(classes),
            (class_name, operation, category),
        ),
        Metric(
            "do.misses",
            "distribution",
            "operation",
            "Operations that found nothing stored, with those that shared a line: its sum.",
            "gateway or object",
            ALIKE,
            f"@telemetry.result:miss {log_searches.counted(classes)}",
            (class_name,),
        ),
        Metric(
            "do.operations.latency",
            "distribution",
            "millisecond",
            "Time of operations that did not fail: as the caller measured it, retries included, or the wall time of "
            "the object's invocation where `do.operations` counts that.",
            "gateway or object",
            "@operation.ms",
            log_searches.timed(classes),
            (class_name, operation),
            "p95",
        ),
        Metric(
            "do.latency",
            "distribution",
            "millisecond",
            "Wall time of the object's invocation, which of a call may be as long as its caller lives.",
            "platform",
            "@WallTimeMs",
            by_object,
            (class_name, operation),
            "max",
        ),
        Metric(
            "gateway.latency",
            "distribution",
            "millisecond",
            "Time that the gateway waited for the object, retries included.",
            "gateway",
            "@telemetry.ms",
            by_gateway,
            (class_name, called),
            "avg",
        ),
        Metric(
            "gateway.attempts",
            "distribution",
            "attempt",
            "Calls of the object that were made for one operation.",
            "gateway",
            "@telemetry.attempts",
            by_gateway,
            (class_name, called),
            "avg",
        ),
        Metric(
            "gateway.retries",
            "count",
            "request",
            "Calls of the object that failed at the first attempt, by how they ended.",
            "gateway",
            "@telemetry.outcome",
            f"@telemetry.at:gateway {log_searches.of_classes(classes)} "
            f"{log_searches.any_of('@telemetry.outcome', retried)}",
            (class_name, Tag("outcome", "@telemetry.outcome", len(retried))),
        ),
        Metric(
            "do.mapping_failures",
            "count",
            "error",
            "Tool use ids that could not be mapped to their tool name, after all retries.",
            "gateway",
            "@telemetry.reason",
            f"@telemetry.at:gateway {log_searches.of_classes(classes)}",
            (class_name, Tag("reason", "@telemetry.reason", len(REASONS))),
        ),
    )


def of_buckets(classes: Sequence[ObservedClass]) -> tuple[Metric, ...]:
    """What shows that one object gets more than all others, without a series for each."""
    tags = (class_tag(classes), Tag("bucket", "@instance.bucket", 16))
    by_object = f"@telemetry.at:object {log_searches.by_object(classes)}"
    return (
        Metric(
            "do.operations.by_bucket",
            "count",
            "operation",
            "Operations of objects by the first digit of their hash. Of those that share a line, one.",
            "object",
            "@instance.bucket",
            by_object,
            tags,
        ),
        Metric(
            "do.operations.total_by_bucket",
            "distribution",
            "operation",
            "Operations of objects by the first digit of their hash, with those that shared a line: its sum. An object "
            "that gets most of them stands out.",
            "object",
            TOTAL,
            by_object,
            tags,
        ),
    )


def of_mix(classes: Sequence[ObservedClass]) -> Metric:
    """What shows which share of the operations each has."""
    return Metric(
        "do.operations.by_operation",
        "distribution",
        "operation",
        "All operations by their names, with those that shared a line: its sum.",
        "gateway or object",
        ALIKE,
        log_searches.counted(classes),
        (class_tag(classes), operation_tag(classes)),
    )
