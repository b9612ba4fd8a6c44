"""Every monitor of the service, as data. Thresholds and windows are config; what is watched and why is here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from firedrill.components.monitors.queries import Change, Composite, Count, Percentile, Query, Ratio

# Source: docs.datadoghq.com/monitors/configuration (no data)
OnMissingData = Literal["default", "show_no_data", "show_and_notify_no_data", "resolve"]
Notify = Literal["page", "chat"]


@dataclass(frozen=True)
class MonitorSpec:
    """One monitor of a Worker, or of each of its classes (`scope`).

    `finding` and `recovered` are its sentences: `{value}`, `{threshold}`, `{window}`, the keys that the query groups by
    and the `{class}` of a class's monitor are filled in. `notify` is who hears of it: nobody of a composite's part.
    `danger` is the one that it is there to tell, "" for a part.
    `on_missing_data` decides what a window without points means; by default a count is 0 then and anything else keeps
    its state. `needs_reporter`, `needs_heartbeat`: declared only where a reporter is configured, or a heartbeat
    is sent.
    """

    id: str
    title: str
    query: Query
    finding: str
    recovered: str
    danger: str = ""
    scope: Literal["worker", "class"] = "worker"
    notify: Notify | None = "chat"
    priority: Literal[1, 2, 3, 4, 5] = 3
    on_missing_data: OnMissingData = "default"
    needs_reporter: bool = False
    needs_heartbeat: bool = False

    @property
    def has_settings(self) -> bool:
        """Whether the config gives it a window and thresholds: a composite has those of its parts."""
        return not isinstance(self.query, Composite)


# A composite comes after its parts.
MONITORS: tuple[MonitorSpec, ...] = (
    MonitorSpec(
        id="worker-5xx-rate",
        title="Worker 5xx rate before its guard",
        query=Ratio("worker.requests", where="status_class:5xx"),
        finding="{value}% of the Worker's requests ended in a 5xx response, above {threshold}%.",
        recovered="{value}% of the Worker's requests ended in a 5xx response, no longer above {threshold}%.",
        notify=None,
    ),
    MonitorSpec(
        id="do-error-ratio",
        title="Durable Object error rate before its guard",
        query=Ratio("do.errors", of="do.operations"),
        finding="{value}% of {class}'s operations failed, above {threshold}%.",
        recovered="{value}% of {class}'s operations failed, no longer above {threshold}%.",
        scope="class",
        notify=None,
    ),
    MonitorSpec(
        id="low-traffic",
        title="Too little traffic for a rate",
        query=Count("worker.requests", comparator="<"),
        finding="{value} requests reached the Worker, fewer than {threshold}: rates mean nothing.",
        recovered="{value} requests reached the Worker, enough for a rate to mean something.",
        notify=None,
        priority=5,
    ),
    MonitorSpec(
        id="do-low-traffic",
        title="Too few operations for a rate",
        query=Count("do.operations", comparator="<"),
        finding="{class} was asked for {value} operations, fewer than {threshold}: rates mean nothing.",
        recovered="{class} was asked for {value} operations, enough for a rate to mean something.",
        scope="class",
        notify=None,
        priority=5,
    ),
    MonitorSpec(
        id="worker-5xx",
        title="Worker 5xx rate",
        query=Composite("{worker-5xx-rate} && !{low-traffic}"),
        finding="{value}% of the Worker's requests ended in a 5xx response, above {threshold}%.",
        danger="requests-fail",
        recovered="The Worker's 5xx rate is no longer above {threshold}%, or there is too little traffic to tell.",
        notify="page",
        priority=1,
    ),
    MonitorSpec(
        id="do-error-rate",
        title="Durable Object error rate",
        query=Composite("{do-error-ratio} && !{do-low-traffic}"),
        finding="{value}% of {class}'s operations failed, above {threshold}%.",
        danger="operations-fail",
        recovered="{class}'s error rate is no longer above {threshold}%, or there are too few operations to tell.",
        scope="class",
        notify="page",
        priority=1,
    ),
    MonitorSpec(
        id="do-errors",
        title="Durable Object errors",
        query=Count("do.errors", by=("operation", "error_category")),
        finding="{operation} of {class} failed {value} times as {error_category}, more than {threshold} times.",
        danger="one-operation-fails",
        recovered="{operation} of {class} failed {value} times as {error_category}, no longer more than {threshold}.",
        scope="class",
        priority=2,
    ),
    MonitorSpec(
        id="mapping-failures",
        title="Tool-name mapping failures",
        query=Count("do.mapping_failures"),
        finding="{value} tool use ids could not be mapped to a tool name after all retries, more than {threshold}.",
        danger="names-unmapped",
        recovered="{value} tool use ids could not be mapped to a tool name, no longer more than {threshold}.",
        scope="class",
        notify="page",
        priority=2,
    ),
    MonitorSpec(
        id="do-latency",
        title="Durable Object latency p95",
        query=Percentile("do.operations.latency", "p95", by=("operation",)),
        finding="5% of {class}'s {operation} operations took {value} ms or longer, above {threshold} ms.",
        danger="operations-slow",
        recovered="95% of {class}'s {operation} operations took at most {value} ms again.",
        scope="class",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="storage-spike",
        title="Storage writes spike",
        query=Change("do.storage.rows_written", count=False),
        finding="{class} writes {value}% more rows than one hour ago, above {threshold}%.",
        danger="writes-surge",
        recovered="Rows that {class} writes differ by {value}% from one hour ago, no longer above {threshold}%.",
        scope="class",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="traffic-surge",
        title="Traffic surge",
        query=Change("worker.requests"),
        finding="{value}% more requests reach the Worker than one hour ago, above {threshold}%.",
        danger="traffic-surge",
        recovered="Requests differ by {value}% from one hour ago, no longer above {threshold}%.",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="traffic-drop",
        title="Traffic drop",
        query=Change("worker.requests", comparator="<"),
        finding="Requests to the Worker differ by {value}% from one hour ago, below {threshold}%.",
        danger="traffic-drop",
        recovered="Requests differ by {value}% from one hour ago, no longer below {threshold}%.",
    ),
    MonitorSpec(
        id="cpu-p99",
        title="CPU time p99",
        query=Percentile("invocations.cpu_time", "p99", by=("kind", "class")),
        finding="1% of the {kind}'s invocations (class {class}) took {value} ms of CPU or more, above {threshold} ms.",
        danger="cpu-busy",
        recovered="99% of the {kind}'s invocations (class {class}) took at most {value} ms of CPU again.",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="exceeded-limits",
        title="Invocations stopped at a limit",
        query=Count("invocations", where="outcome IN (exceeded_cpu,exceeded_memory)", by=("outcome",)),
        finding="Cloudflare stopped {value} invocations ({outcome}), more than {threshold}.",
        danger="limits-exceeded",
        recovered="Cloudflare stopped {value} invocations ({outcome}), no longer more than {threshold}.",
        notify="page",
        priority=2,
    ),
    MonitorSpec(
        id="cleanup-failures",
        title="Clean-up failures",
        query=Count("do.cleanups", where="result:error", by=("trigger",)),
        finding="{value} clean-ups of {class} started by {trigger} failed, more than {threshold}.",
        danger="cleanups-fail",
        recovered="{value} clean-ups of {class} started by {trigger} failed, no longer more than {threshold}.",
        scope="class",
    ),
    MonitorSpec(
        id="background-errors",
        title="Errors beside the response",
        query=Count("invocations", where="outcome:background_error", by=("kind", "class")),
        finding="{value} invocations of the {kind} (class {class}) ended well but threw in waitUntil or a WebSocket "
        "handler, more than {threshold}.",
        danger="background-fails",
        recovered="{value} invocations of the {kind} (class {class}) threw in waitUntil or a WebSocket handler, no "
        "longer more than {threshold}.",
    ),
    MonitorSpec(
        id="telemetry-gap",
        title="Invocations without telemetry",
        query=Count("invocations", where="telemetry:missing"),
        finding="{value} invocations left no telemetry line, more than {threshold}: other monitors see too little.",
        danger="telemetry-missing",
        recovered="{value} invocations left no telemetry line, no longer more than {threshold}.",
    ),
    MonitorSpec(
        id="telemetry-cut",
        title="Records cut short",
        query=Count("invocations.cut", by=("kind", "class")),
        finding="{value} records of the {kind} (class {class}) were cut for their size, more than {threshold}: what "
        "their telemetry lines said is lost.",
        danger="telemetry-cut",
        recovered="{value} records of the {kind} (class {class}) were cut for their size, no longer more than "
        "{threshold}.",
    ),
    MonitorSpec(
        id="telemetry-late",
        title="Logs arrive late",
        query=Count("invocations", comparator="<"),
        finding="The newest log is older than {window}: {value} invocations are dated in it, fewer than {threshold}.",
        danger="telemetry-late",
        recovered="Logs arrive in time again: {value} invocations are dated in the last {window}.",
    ),
    MonitorSpec(
        id="telemetry-silent",
        title="No telemetry at all",
        query=Count("invocations", comparator="<"),
        finding="{value} invocations were received in {window}, fewer than {threshold}: nothing is watched.",
        danger="telemetry-silent",
        recovered="{value} invocations were received again.",
        notify="page",
        priority=1,
        on_missing_data="show_and_notify_no_data",
    ),
    MonitorSpec(
        id="heartbeat",
        title="No heartbeat",
        query=Count("heartbeat.requests", comparator="<", where="result:ok", by=("operation",)),
        finding="{value} heartbeats of {operation} went well in {window}, fewer than {threshold}: the Worker does not "
        "answer, or its logs do not arrive.",
        danger="heartbeat-missing",
        recovered="{value} heartbeats of {operation} went well again.",
        notify="page",
        priority=1,
        on_missing_data="show_and_notify_no_data",
        needs_heartbeat=True,
    ),
    MonitorSpec(
        id="reporter-failing",
        title="Asynchronous reporter fails",
        query=Count("reporter.events", where="report:failed"),
        finding="{value} events could not be reported, more than {threshold}; their console lines still count.",
        danger="reports-refused",
        recovered="{value} events could not be reported, no longer more than {threshold}.",
        needs_reporter=True,
    ),
)

BY_ID = {monitor.id: monitor for monitor in MONITORS}
