"""Datadog's metric queries of monitors: points in, one value per evaluation and group out."""

from firedrill.datadog.metrics.errors import QuerySyntaxError
from firedrill.datadog.metrics.query import Evaluation, GroupValues, MonitorQuery, SubQuery, compile_query
from firedrill.datadog.metrics.store import Point, PointStore

__all__ = [
    "Evaluation",
    "GroupValues",
    "MonitorQuery",
    "Point",
    "PointStore",
    "QuerySyntaxError",
    "SubQuery",
    "compile_query",
]
