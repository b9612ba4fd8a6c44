"""Datadog's queries of monitors: points, logs, events and check runs in, one value per evaluation and group out."""

from firedrill.vendors.datadog.queries.anomalies import AnomalyQuery
from firedrill.vendors.datadog.queries.compile import compile_query
from firedrill.vendors.datadog.queries.errors import QuerySyntaxError
from firedrill.vendors.datadog.queries.event_query import compile_event_query
from firedrill.vendors.datadog.queries.log_query import compile_log_query
from firedrill.vendors.datadog.queries.query import Evaluation, GroupValues, MonitorQuery, SubQuery
from firedrill.vendors.datadog.queries.record_query import RecordQuery
from firedrill.vendors.datadog.queries.records import CheckRun, CheckStatus, Record
from firedrill.vendors.datadog.queries.store import Point, PointStore, Repeated
from firedrill.vendors.datadog.queries.window_starts import with_starts

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
    "Repeated",
    "SubQuery",
    "compile_event_query",
    "compile_log_query",
    "compile_query",
    "with_starts",
]
