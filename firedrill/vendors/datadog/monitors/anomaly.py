"""The trigger and recovery windows of anomaly monitors: options.threshold_windows.

Source: docs.datadoghq.com/monitors/types/anomaly
"""

from __future__ import annotations

from firedrill.vendors.datadog.monitors.problems import Note
from firedrill.vendors.datadog.queries import AnomalyQuery
from firedrill.vendors.datadog.rules.anomaly import fraction_breaches, threshold_window_breaches
from firedrill.vendors.datadog.rules.options import ThresholdWindows
from firedrill.vendors.datadog.rules.thresholds import Thresholds
from firedrill.vendors.datadog.rules.windows import parse_window


def read_anomaly(
    query: AnomalyQuery, thresholds: Thresholds, windows: ThresholdWindows | None, note: Note
) -> tuple[Thresholds, AnomalyQuery | None]:
    """The thresholds, a recovery threshold left out being 0, and the query over the recovery window.

    Without threshold_windows an alert ends as other metric monitors' alerts do.
    """
    for breach in fraction_breaches(thresholds):
        note("threshold", breach)
    if windows is None:
        return thresholds, None
    for breach in threshold_window_breaches(windows, query.window, thresholds.critical):
        note("option", breach)
    recovery = parse_window(windows.recovery_window)
    if recovery is None:
        return thresholds, None
    recovered = {
        f"{name}_recovery": 0.0
        for name in ("critical", "warning")
        if getattr(thresholds, name) is not None and getattr(thresholds, f"{name}_recovery") is None
    }
    return thresholds.model_copy(update=recovered), query.over(recovery)
