"""Datadog's queries of monitors: points and indexed logs in, one value per evaluation and group out."""

from firedrill.datadog.metrics.anomalies import AnomalyQuery
from firedrill.datadog.metrics.compile import compile_query
from firedrill.datadog.metrics.errors import QuerySyntaxError
from firedrill.datadog.metrics.log_query import LogQuery, compile_log_query
from firedrill.datadog.metrics.query import Evaluation, GroupValues, MonitorQuery, SubQuery
from firedrill.datadog.metrics.store import Point, PointStore
from firedrill.datadog.metrics.support import features

__all__ = [
    "AnomalyQuery",
    "Evaluation",
    "GroupValues",
    "LogQuery",
    "MonitorQuery",
    "Point",
    "PointStore",
    "QuerySyntaxError",
    "SubQuery",
    "compile_log_query",
    "compile_query",
    "features",
]
