"""Queries of log alerts, over indexed logs.

Source: docs.datadoghq.com/monitors/types/log
"""

from __future__ import annotations

from firedrill.vendors.datadog.queries.record_query import RecordQuery, Source, compile_record_query

_LOGS = Source("logs", "a log alert", ("index", "rollup", "by"), lambda store: store.logs)


def compile_log_query(text: str) -> RecordQuery:
    """`logs("search").index("main").rollup("count").by("service,@http.method").last("5m") > 100`, checked and ready.

    Raises QuerySyntaxError or the search's own error for what Datadog refuses; Unsupported for other forms.
    """
    return compile_record_query(text, _LOGS)
