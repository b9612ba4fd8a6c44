"""Functions that decide what a whole alert means; they stand around its whole expression, or are refused."""

from __future__ import annotations

from firedrill.vendors.datadog.queries.functions.registry import Function

SOURCE = "docs.datadoghq.com/dashboards/functions/algorithms"

FUNCTIONS = (
    Function(
        "anomalies",
        SOURCE,
        status="modelled",
        note="windows and fractions as documented; the band is a model: median and median absolute deviation",
    ),
    Function(
        "outliers",
        SOURCE,
        status="modelled",
        note="dbscan and mad as documented, their unpublished constants taken as 1; scaled algorithms are refused",
    ),
    Function(
        "forecast",
        SOURCE,
        status="modelled",
        note="arguments as documented; a least-squares line, or medians of the seasons, with standard deviations",
    ),
)
