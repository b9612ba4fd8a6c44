"""Queries of log alerts, over indexed logs.

Source: docs.datadoghq.com/monitors/types/log
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from firedrill.vendors.datadog.queries.record_formula import compile_records
from firedrill.vendors.datadog.queries.record_query import RecordQuery, Source

_LOGS = Source("logs", "a log alert", ("index", "rollup", "by"), lambda store: store.logs)


def compile_log_query(text: str, variables: Sequence[Mapping[str, Any]] = ()) -> RecordQuery:
    """`logs("search").index("main").rollup("count").by("service,@http.method").last("5m") > 100`, checked and ready.

    Or a formula over `variables`, the queries that the monitor's options name. Raises QuerySyntaxError or the search's
    own error for what Datadog refuses; Unsupported for other forms.
    """
    return compile_records(text, _LOGS, variables)
