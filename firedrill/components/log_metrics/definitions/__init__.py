"""The log-based metrics, defined once: what the pipeline's attributes and the telemetry lines are counted into."""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.components.log_metrics.definitions.canaries import of_canaries
from firedrill.components.log_metrics.definitions.invocations import of_invocations
from firedrill.components.log_metrics.definitions.metric import Metric, Tag
from firedrill.components.log_metrics.definitions.objects import of_objects
from firedrill.components.log_metrics.definitions.operations import of_buckets, of_mix, of_operations
from firedrill.components.log_metrics.definitions.reporter import OF_REPORTER
from firedrill.components.model import ObservedClass

__all__ = ["Metric", "Tag", "metrics"]


def metrics(
    classes: Sequence[ObservedClass],
    *,
    reporter: bool,
    heartbeat: bool = False,
    buckets: bool = False,
    mix: bool = False,
) -> tuple[Metric, ...]:
    """The metrics of a Worker with these classes, at least one.

    `reporter`: whether its gateway has a reporter; `heartbeat`: whether it is sent one; `buckets`: whether operations
    are counted by the first digit of their instance's hash, too; `mix`: whether by their name alone.
    """
    canaries = of_canaries(classes, heartbeat=heartbeat)
    always = (*of_invocations(classes), *of_operations(classes), *of_objects(classes), *canaries)
    always += of_buckets(classes) if buckets else ()
    always += (of_mix(classes),) if mix else ()
    return always + OF_REPORTER if reporter else always
