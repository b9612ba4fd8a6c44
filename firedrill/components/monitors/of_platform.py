"""Monitors of what Cloudflare itself measures and bills, which the collector brings whatever telemetry says."""

from __future__ import annotations

from firedrill.components.monitors.queries import Count, Excess
from firedrill.components.monitors.spec import MonitorSpec
from firedrill.components.platform_metrics.metrics import LATE_S

ASKED = 3
"""Invocations of objects that one operation explains: itself, and two that follow from it, such as alarms."""

OF_PLATFORM: tuple[MonitorSpec, ...] = (
    MonitorSpec(
        id="billed-invocations",
        title="Invocations that no caller explains",
        query=Excess(
            "platform.requests", of="do.operations.total", but="do.operations", but_where="operation:alarm", each=ASKED
        ),
        finding="Cloudflare counts {value} invocations of {class} in {window} beyond those that its callers explain, "
        "above {threshold}: objects may be waking themselves, which is paid for while nobody uses them.",
        danger="objects-run-unasked",
        recovered="Cloudflare counts {value} invocations of {class} in {window} beyond those that its callers explain, "
        "no longer above {threshold}.",
        scope="class",
        priority=2,
        needs_collector=True,
        late=LATE_S,
    ),
    MonitorSpec(
        id="billed-duration",
        title="Billed duration runs away",
        query=Count("platform.duration"),
        finding="Objects of {class} were active for {value} GB-s in {window}, more than {threshold}: Cloudflare bills "
        "them whether or not anybody uses them.",
        danger="duration-runs-away",
        recovered="Objects of {class} were active for {value} GB-s in {window}, no longer more than {threshold}.",
        scope="class",
        priority=2,
        needs_collector=True,
        late=LATE_S,
    ),
    MonitorSpec(
        id="billed-rows",
        title="Billed rows written run away",
        query=Count("platform.rows_written"),
        finding="Cloudflare bills {value} rows that {class} wrote in {window}, more than {threshold}.",
        danger="billed-writes-run-away",
        recovered="Cloudflare bills {value} rows that {class} wrote in {window}, no longer more than {threshold}.",
        scope="class",
        priority=2,
        needs_collector=True,
        late=LATE_S,
    ),
    MonitorSpec(
        id="collector-silent",
        title="Cloudflare's own metrics stay away",
        query=Count("platform.collections", comparator="<", where="result:ok"),
        finding="{value} runs of the collector went well in {window}, fewer than {threshold}: nobody sees what "
        "Cloudflare bills.",
        danger="collector-stays-away",
        recovered="{value} runs of the collector went well again.",
        on_missing_data="show_and_notify_no_data",
        needs_collector=True,
    ),
)
