"""What the platform's own record tells, with or without a telemetry line."""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.components.log_metrics.definitions.metric import Metric, Tag
from firedrill.components.log_pipeline import pipeline
from firedrill.components.model import ObservedClass
from firedrill.components.telemetry import EMITTERS


def of_invocations(classes: Sequence[ObservedClass]) -> tuple[Metric, ...]:
    """Requests, outcomes and times."""
    status = Tag("status_class", "@http.status_class", len(pipeline.STATUS_CLASSES))
    kind = Tag("kind", "@invocation.kind", len(EMITTERS))
    class_name = Tag("class", "@invocation.class", len(classes) + 1)
    outcome = Tag("outcome", "@invocation.outcome", len(pipeline.OUTCOMES))
    telemetry = Tag("telemetry", "@invocation.telemetry", len(pipeline.TELEMETRY))
    return (
        Metric(
            "worker.requests",
            "count",
            "request",
            "Requests to the Worker by class of HTTP status; one without a response that threw counts as 5xx.",
            "platform",
            status.path,
            "@invocation.kind:gateway",
            (status,),
        ),
        Metric(
            "invocations",
            "count",
            "invocation",
            "Invocations of the Worker and of its objects: outcome, and whether the telemetry line came with them.",
            "platform",
            outcome.path,
            tags=(kind, class_name, outcome, telemetry),
            canaries=True,
        ),
        Metric(
            "invocations.cut",
            "count",
            "invocation",
            "Invocations that logged more than Cloudflare or Datadog takes, so that their telemetry line is cut.",
            "platform",
            "@invocation.cut",
            tags=(kind, class_name, Tag("cut", "@invocation.cut", len(pipeline.CUTS))),
            canaries=True,
        ),
        Metric(
            "invocations.cpu_time",
            "distribution",
            "millisecond",
            "CPU time of an invocation.",
            "platform",
            "@CPUTimeMs",
            tags=(kind, class_name),
            aggregate="p95",
        ),
        Metric(
            "invocations.wall_time",
            "distribution",
            "millisecond",
            "Wall time of an invocation until no more of its code can run, work in waitUntil included.",
            "platform",
            "@WallTimeMs",
            tags=(kind, class_name),
            aggregate="avg",
        ),
    )
