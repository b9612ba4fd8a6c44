"""Monitors of failures that an error rate does not show, or not in time: refusals, retries, resets, cancelled work."""

from __future__ import annotations

from firedrill.components.monitors.queries import Composite, Count, Ratio
from firedrill.components.monitors.spec import MonitorSpec

OF_ERRORS: tuple[MonitorSpec, ...] = (
    MonitorSpec(
        id="client-error-ratio",
        title="Worker 4xx rate before its guard",
        query=Ratio("worker.requests", where="status_class:4xx"),
        finding="{value}% of the Worker's requests were refused with a 4xx response, above {threshold}%.",
        recovered="{value}% of the Worker's requests were refused with a 4xx response, no longer above {threshold}%.",
        notify=None,
    ),
    MonitorSpec(
        id="client-errors",
        title="Worker 4xx rate",
        query=Composite("{client-error-ratio} && !{low-traffic}"),
        finding="{value}% of the Worker's requests were refused with a 4xx response, above {threshold}%.",
        danger="requests-refused",
        recovered="The Worker's 4xx rate is no longer above {threshold}%, or there is too little traffic to tell.",
    ),
    MonitorSpec(
        id="retry-storm",
        title="Calls succeed only when repeated",
        query=Count("gateway.retries", where="outcome:recovered"),
        finding="{value} calls of {class} succeeded in {window} only when they were repeated, more than {threshold}.",
        danger="calls-repeated",
        recovered="{value} calls of {class} succeeded in {window} only when they were repeated, no longer more than "
        "{threshold}.",
        scope="class",
    ),
    MonitorSpec(
        id="retries-exhausted",
        title="Calls fail however often repeated",
        query=Count("gateway.retries", where="outcome:exhausted"),
        finding="{value} calls of {class} failed in {window} at every attempt, more than {threshold}.",
        danger="repeats-fail",
        recovered="{value} calls of {class} failed in {window} at every attempt, no longer more than {threshold}.",
        scope="class",
        priority=2,
    ),
    MonitorSpec(
        id="object-resets",
        title="Objects are reset again and again",
        query=Count("do.errors.total", where="error_category:reset"),
        finding="{value} operations of {class} failed in {window} as their object was reset, more than {threshold}: "
        "more than one deployment explains.",
        danger="objects-reset",
        recovered="{value} operations of {class} failed in {window} as their object was reset, no longer more than "
        "{threshold}.",
        scope="class",
        priority=2,
    ),
    MonitorSpec(
        id="object-overloaded",
        title="Objects are overloaded",
        query=Count("do.errors.total", where="error_category:overloaded"),
        finding="{value} operations of {class} were refused in {window} as their object is overloaded, more than "
        "{threshold}.",
        danger="objects-overloaded",
        recovered="{value} operations of {class} were refused in {window} as their object is overloaded, no longer "
        "more than {threshold}.",
        scope="class",
        priority=2,
    ),
    MonitorSpec(
        id="canceled-work",
        title="Invocations canceled",
        query=Count("invocations", where="kind:object AND outcome:canceled", by=("class",)),
        finding="{value} invocations of {class} were canceled in {window}, more than {threshold}.",
        danger="work-canceled",
        recovered="{value} invocations of {class} were canceled in {window}, no longer more than {threshold}.",
    ),
)
