"""Functions that learn from the past."""

from __future__ import annotations

from firedrill.datadog.metrics.functions.registry import Function

SOURCE = "docs.datadoghq.com/dashboards/functions/algorithms"

FUNCTIONS = (
    Function("anomalies", SOURCE, status="refused", note="Datadog does not publish how it computes the band"),
    Function("outliers", SOURCE, status="refused", note="Datadog does not publish the constant of its distance"),
    Function("forecast", SOURCE, status="refused", note="Datadog does not publish its models"),
)
