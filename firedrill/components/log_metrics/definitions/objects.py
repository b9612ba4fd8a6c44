"""What the objects' lines tell about their storage and their life: starts, alarms, clean-ups."""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.components import log_searches
from firedrill.components.log_metrics.definitions.metric import Metric, Tag, class_tag, operation_tag
from firedrill.components.log_metrics.definitions.operations import ALIKE
from firedrill.components.model import ObservedClass
from firedrill.components.telemetry import OUTCOMES, RESULTS, TRIGGERS


def of_objects(classes: Sequence[ObservedClass]) -> tuple[Metric, ...]:
    """Storage, activity, alarms and clean-ups."""
    return (*_of_storage(classes), *_of_life(classes))


def _of_storage(classes: Sequence[ObservedClass]) -> tuple[Metric, ...]:
    class_name, operation = class_tag(classes), operation_tag(classes)
    per_operation = (
        ("rows_read", "row", "Rows read by an operation.", "@telemetry.read"),
        ("rows_written", "row", "Rows written by an operation, the alarm's included.", "@telemetry.written"),
        ("calls", "operation", "Storage statements of an operation.", "@telemetry.calls"),
    )
    per_instance = (
        ("keys", "key", "Entries stored in an object after an operation.", "@telemetry.keys"),
        ("bytes", "byte", "Size of an object's database after an operation.", "@telemetry.bytes"),
    )
    by_object = f"@telemetry.at:object {log_searches.by_object(classes)}"
    of_objects = f"@telemetry.at:object {log_searches.of_classes(classes)}"
    return (
        *(
            Metric(
                f"do.storage.{key}", "distribution", unit, told, "object", source, by_object, (class_name, operation)
            )
            for key, unit, told, source in per_operation
        ),
        *(
            Metric(f"do.storage.{key}", "distribution", unit, told, "object", source, of_objects, (class_name,), "avg")
            for key, unit, told, source in per_instance
        ),
    )


def _of_life(classes: Sequence[ObservedClass]) -> tuple[Metric, ...]:
    """What an object's life is made of: starts, alarms, clean-ups, and lines that could not be written."""
    class_name = class_tag(classes)
    result = Tag("result", "@telemetry.result", len(RESULTS))
    trigger = Tag("trigger", "@telemetry.trigger", len(TRIGGERS))
    of_objects = f"@telemetry.at:object {log_searches.of_classes(classes)}"
    of_alarms = f"{of_objects} @telemetry.op:alarm"
    return (
        Metric(
            "do.active_instances",
            "count",
            "instance",
            "Instances with at least one event, counted once per aligned window of 5 minutes.",
            "object",
            "@telemetry.pulse",
            of_objects,
            (class_name,),
        ),
        Metric(
            "do.cold_starts",
            "count",
            "start",
            "First events of objects since they were constructed.",
            "object",
            "@telemetry.cold",
            of_objects,
            (class_name,),
        ),
        Metric(
            "do.alarms",
            "count",
            "operation",
            "Runs of alarms; the outcome `retrying` is a failed one that the platform will repeat.",
            "object",
            "@telemetry.outcome",
            of_alarms,
            (class_name, result, Tag("outcome", "@telemetry.outcome", len(OUTCOMES))),
        ),
        Metric(
            "do.alarms.retries",
            "count",
            "operation",
            "Those runs of alarms that repeat a failed one.",
            "object",
            "@telemetry.retry",
            of_alarms,
            (class_name,),
        ),
        Metric(
            "do.alarms.lag",
            "distribution",
            "millisecond",
            "Time from an alarm's scheduled time to its run.",
            "object",
            "@telemetry.lag",
            of_alarms,
            (class_name,),
            "max",
        ),
        Metric(
            "do.cleanups",
            "count",
            "operation",
            "Clean-ups of whole objects by what started them and how they ended. Of those that share a line, one.",
            "object",
            "@telemetry.trigger",
            of_objects,
            (class_name, trigger, result),
        ),
        Metric(
            "do.cleanups.total",
            "distribution",
            "operation",
            "All clean-ups of `do.cleanups` with those that shared a line: its sum.",
            "object",
            ALIKE,
            of_objects,
            (class_name, trigger, result),
        ),
        Metric(
            "do.cleanups.removed",
            "distribution",
            "item",
            "Entries that a clean-up removed.",
            "object",
            "@telemetry.removed",
            of_objects,
            (class_name, trigger),
        ),
        Metric(
            "telemetry.lost",
            "distribution",
            "event",
            "Events whose telemetry failed, told by the next line of the same isolate.",
            "gateway or object",
            "@telemetry.lost",
        ),
    )
