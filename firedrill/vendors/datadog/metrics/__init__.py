"""Datadog's queries of monitors: points, logs, events and check runs in, one value per evaluation and group out."""

from firedrill.vendors.datadog.metrics.anomalies import AnomalyQuery
from firedrill.vendors.datadog.metrics.compile import compile_query
from firedrill.vendors.datadog.metrics.errors import QuerySyntaxError
from firedrill.vendors.datadog.metrics.event_query import compile_event_query
from firedrill.vendors.datadog.metrics.log_query import compile_log_query
from firedrill.vendors.datadog.metrics.query import Evaluation, GroupValues, MonitorQuery, SubQuery
from firedrill.vendors.datadog.metrics.record_query import RecordQuery
from firedrill.vendors.datadog.metrics.records import CheckRun, CheckStatus, Record
from firedrill.vendors.datadog.metrics.store import Point, PointStore
from firedrill.vendors.datadog.metrics.support import features
from firedrill.vendors.datadog.metrics.window_starts import with_starts
from firedrill.vendors.datadog.metrics.windows import Window, parse_window

__all__ = [
    "AnomalyQuery",
    "CheckRun",
    "CheckStatus",
    "Evaluation",
    "GroupValues",
    "MonitorQuery",
    "Point",
    "PointStore",
    "QuerySyntaxError",
    "Record",
    "RecordQuery",
    "SubQuery",
    "Window",
    "compile_event_query",
    "compile_log_query",
    "compile_query",
    "features",
    "parse_window",
    "with_starts",
]
