"""The log-based metrics, defined once: what the pipeline's attributes and the telemetry lines are counted into."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from components.telemetry import CALLED_OPERATIONS, FIELDS


@dataclass(frozen=True)
class Metric:
    """One log-based metric. `key` follows the stack's prefix; `filter` is a log search, to be narrowed to the service.

    `path` is the attribute measured by a distribution. `group_by` pairs an attribute with its tag; the filter lets
    only logs pass that have every grouped attribute, since what Datadog does without one is not documented.
    """

    key: str
    type: Literal["count", "distribution"]
    unit: str
    description: str
    filter: str
    group_by: tuple[tuple[str, str], ...] = ()
    path: str = ""
    percentiles: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """Wire names of the telemetry fields that the metric needs, in wire order."""
        used = set(re.findall(r"@telemetry\.(\w+)", " ".join((self.filter, self.path, *dict(self.group_by)))))
        return tuple(field.wire for field in FIELDS if field.wire in used)


_OPERATION = ("@telemetry.op", "operation")
_KIND = ("@invocation.kind", "kind")

# Each operation once, from the line whose invocation it cannot be separated from: calls of one object that overlap
# share console lines (docs/adr/0008), requests of the gateway never do. The alarm has no gateway.
_OPERATIONS = (
    f"((@telemetry.at:gateway @telemetry.op:({' OR '.join(CALLED_OPERATIONS)})) "
    "OR (@telemetry.at:object @telemetry.op:alarm))"
)

METRICS: tuple[Metric, ...] = (
    Metric(
        "worker.requests",
        "count",
        "request",
        "Requests to the Worker by class of HTTP status; one without a response that threw counts as 5xx.",
        "@invocation.kind:gateway @http.status_class:*",
        (("@http.status_class", "status_class"),),
    ),
    Metric(
        "invocations",
        "count",
        "invocation",
        "Invocations of the Worker and of the object: outcome, and whether the telemetry line came with them.",
        "@invocation.kind:* @invocation.outcome:* @invocation.telemetry:*",
        (_KIND, ("@invocation.outcome", "outcome"), ("@invocation.telemetry", "telemetry")),
    ),
    Metric(
        "invocations.cpu_time",
        "distribution",
        "millisecond",
        "CPU time of an invocation, measured by the platform.",
        "@invocation.kind:* @CPUTimeMs:*",
        (_KIND,),
        "@CPUTimeMs",
        percentiles=True,
    ),
    Metric(
        "do.operations",
        "count",
        "operation",
        "Operations of the object by result, each counted once: as its caller saw it, or by the alarm.",
        f"@telemetry.result:* {_OPERATIONS}",
        (_OPERATION, ("@telemetry.result", "result")),
    ),
    Metric(
        "do.errors",
        "count",
        "error",
        "Failed operations by category, each counted once after all retries.",
        f"@telemetry.result:error @telemetry.error:* {_OPERATIONS}",
        (_OPERATION, ("@telemetry.error", "error_category")),
    ),
    Metric(
        "do.latency",
        "distribution",
        "millisecond",
        "Wall time of the object's invocation, measured by the platform.",
        "@telemetry.at:object @telemetry.op:* @WallTimeMs:*",
        (_OPERATION,),
        "@WallTimeMs",
        percentiles=True,
    ),
    Metric(
        "do.storage.rows_written",
        "distribution",
        "row",
        "Rows written by an operation.",
        "@telemetry.at:object @telemetry.op:* @telemetry.written:*",
        (_OPERATION,),
        "@telemetry.written",
    ),
    Metric(
        "do.storage.rows_read",
        "distribution",
        "row",
        "Rows read by an operation.",
        "@telemetry.at:object @telemetry.op:* @telemetry.read:*",
        (_OPERATION,),
        "@telemetry.read",
    ),
    Metric(
        "do.storage.keys",
        "distribution",
        "key",
        "Entries stored in an object after an operation.",
        "@telemetry.at:object @telemetry.keys:*",
        path="@telemetry.keys",
    ),
    Metric(
        "do.storage.bytes",
        "distribution",
        "byte",
        "Size of an object's database after an operation.",
        "@telemetry.at:object @telemetry.bytes:*",
        path="@telemetry.bytes",
    ),
    Metric(
        "do.active_instances",
        "count",
        "instance",
        "Instances with at least one event, counted once per aligned window of 5 minutes.",
        "@telemetry.at:object @telemetry.pulse:1",
    ),
    Metric(
        "do.cleanups",
        "count",
        "operation",
        "Clean-ups of whole objects by what started them and how they ended.",
        "@telemetry.at:object @telemetry.trigger:* @telemetry.result:*",
        (("@telemetry.trigger", "trigger"), ("@telemetry.result", "result")),
    ),
    Metric(
        "do.mapping_failures",
        "count",
        "error",
        "Tool use ids that could not be mapped to their tool name, after all retries.",
        "@telemetry.at:gateway @telemetry.op:retrieve @telemetry.reason:*",
        (("@telemetry.reason", "reason"),),
    ),
    Metric(
        "gateway.latency",
        "distribution",
        "millisecond",
        "Time that the gateway waited for the object, retries included.",
        "@telemetry.at:gateway @telemetry.op:* @telemetry.ms:*",
        (_OPERATION,),
        "@telemetry.ms",
        percentiles=True,
    ),
    Metric(
        "gateway.retries",
        "count",
        "request",
        "Calls of the object that failed at the first attempt, by how they ended.",
        "@telemetry.at:gateway @telemetry.outcome:* -@telemetry.outcome:first_try",
        (("@telemetry.outcome", "outcome"),),
    ),
)
