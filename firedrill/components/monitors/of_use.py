"""Monitors of how objects are used: what is unusual, what nears a limit, what costs."""

from __future__ import annotations

from firedrill.components.monitors.queries import (
    Anomaly,
    Change,
    Composite,
    Excess,
    Forecast,
    Percentile,
    Ratio,
    Share,
    Shift,
    Total,
)
from firedrill.components.monitors.spec import MonitorSpec

FEW = 20
"""Operations or requests a minute that stand beside those that there are: fewer are neither a mixture nor unusual."""
COLD = 1500
"""Operations in five minutes that stand beside those that there are: what gets fewer than five a second is not hot."""
CLEANED = 24
"""Windows of five minutes in which an object is used, two hours of them, that one clean-up explains."""

OF_USE: tuple[MonitorSpec, ...] = (
    MonitorSpec(
        id="do-miss-ratio",
        title="Durable Object miss rate before its guard",
        query=Ratio("do.misses", of="do.operations.total"),
        finding="{value}% of {class}'s operations found nothing stored, above {threshold}%.",
        recovered="{value}% of {class}'s operations found nothing stored, no longer above {threshold}%.",
        scope="class",
        notify=None,
    ),
    MonitorSpec(
        id="do-misses",
        title="Durable Object miss rate",
        query=Composite("{do-miss-ratio} && !{do-low-traffic}"),
        finding="{value}% of {class}'s operations found nothing stored, above {threshold}%.",
        danger="nothing-found",
        recovered="{class}'s miss rate is no longer above {threshold}%, or there are too few operations to tell.",
        scope="class",
    ),
    MonitorSpec(
        id="tail-latency",
        title="Durable Object latency p99",
        query=Percentile("do.operations.latency", "p99", by=("operation",)),
        finding="1% of {class}'s {operation} operations took {value} ms or longer, above {threshold} ms.",
        danger="few-operations-slow",
        recovered="99% of {class}'s {operation} operations took at most {value} ms again.",
        scope="class",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="wall-time",
        title="Invocations last long",
        query=Total("invocations.wall_time", of="max", where="kind:object", by=("class",)),
        finding="An invocation of {class} lasted {value} ms, above {threshold} ms.",
        danger="invocations-last",
        recovered="The longest invocation of {class} lasted {value} ms, no longer above {threshold} ms.",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="instance-spike",
        title="Objects in use spike",
        query=Change("do.active_instances"),
        finding="{value}% more objects of {class} are in use than one hour ago, above {threshold}%.",
        danger="objects-surge",
        recovered="Objects of {class} in use differ by {value}% from one hour ago, no longer above {threshold}%.",
        scope="class",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="cold-start-surge",
        title="Objects start cold more often",
        query=Change("do.cold_starts"),
        finding="Objects of {class} start {value}% more often than one hour ago, above {threshold}%.",
        danger="starts-surge",
        recovered="Starts of {class}'s objects differ by {value}% from one hour ago, no longer above {threshold}%.",
        scope="class",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="storage-near-limit",
        title="An object is nearly full",
        query=Total("do.storage.bytes", of="max"),
        finding="An object of {class} holds {value} bytes, above {threshold}; at 10 GB it takes no more.",
        danger="object-nearly-full",
        recovered="The largest object of {class} that was used holds {value} bytes, no longer above {threshold}.",
        scope="class",
        priority=2,
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="storage-growth",
        title="Objects grow fast",
        query=Change("do.storage.bytes", count=False, of="max"),
        finding="The largest object of {class} that is used holds {value}% more than one hour ago, above {threshold}%.",
        danger="objects-grow",
        recovered="The largest object of {class} that is used differs by {value}% from one hour ago, no longer above "
        "{threshold}%.",
        scope="class",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="rows-written",
        title="Rows written run away",
        query=Total("do.storage.rows_written"),
        finding="{class} wrote {value} rows in {window}, more than {threshold}.",
        danger="writes-run-away",
        recovered="{class} wrote {value} rows in {window}, no longer more than {threshold}.",
        scope="class",
        priority=2,
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="rows-read",
        title="Rows read run away",
        query=Total("do.storage.rows_read"),
        finding="{class} read {value} rows in {window}, more than {threshold}.",
        danger="reads-run-away",
        recovered="{class} read {value} rows in {window}, no longer more than {threshold}.",
        scope="class",
        priority=2,
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="telemetry-lost",
        title="Telemetry lost in the Worker",
        query=Total("telemetry.lost"),
        finding="The telemetry of {value} invocations failed in {window}, more than {threshold}: monitors see too "
        "little.",
        danger="telemetry-fails",
        recovered="The telemetry of {value} invocations failed in {window}, no longer more than {threshold}.",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="operations-mix",
        title="Mix of operations",
        query=Shift("do.operations.by_operation", by=("operation",), beside=FEW),
        finding="{operation} makes up {value} percentage points more of {class}'s operations than one hour ago, above "
        "{threshold}.",
        danger="operations-shift",
        recovered="The share of {operation} in {class}'s operations differs by {value} percentage points from one hour "
        "ago, no longer above {threshold}.",
        scope="class",
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="storage-forecast",
        title="An object will be full within a day",
        query=Forecast("do.storage.bytes"),
        finding="An object of {class} will hold {value} bytes within a day at the pace of {window}, above {threshold}; "
        "at 10 GB it takes no more.",
        danger="object-fills-up",
        recovered="At the pace of {window} objects of {class} will hold {value} bytes within a day, no longer above "
        "{threshold}.",
        scope="class",
        priority=2,
        on_missing_data="resolve",
    ),
    MonitorSpec(
        id="cleanup-backlog",
        title="Objects are not cleaned up",
        query=Excess("do.active_instances", of="do.cleanups.total", of_where="result:ok", each=CLEANED),
        finding="Objects of {class} were in use {value} times more in {window} than clean-ups that went well explain, "
        "above {threshold}: what they store may stay for good.",
        danger="cleanups-stay-away",
        recovered="Objects of {class} were in use {value} times more in {window} than clean-ups explain, no longer "
        "above {threshold}.",
        scope="class",
    ),
    MonitorSpec(
        id="hot-object",
        title="One object gets most of the operations",
        query=Share("do.operations.total_by_bucket", by=("bucket",), beside=COLD),
        finding="Objects of {class} whose hash begins with {bucket} got {value}% of its operations in {window}, above "
        "{threshold}%: one of them may be more than it can take.",
        danger="object-hot",
        recovered="Objects of {class} whose hash begins with {bucket} got {value}% of its operations in {window}, no "
        "longer above {threshold}%.",
        scope="class",
    ),
    MonitorSpec(
        id="traffic-anomaly",
        title="Traffic is unusual",
        query=Anomaly("worker.requests", beside=FEW),
        finding="Requests to the Worker are far more or far fewer than in the hour before: in {value} of the minutes "
        "of {window}, where 1 is all, at or above {threshold}.",
        danger="requests-unusual",
        recovered="Requests to the Worker are far from those of the hour before in {value} of the minutes of "
        "{window}, below {threshold} again.",
        on_missing_data="resolve",
    ),
)
