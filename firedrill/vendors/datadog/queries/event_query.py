"""Queries of event alerts (type event-v2 alert), over events.

Source: docs.datadoghq.com/monitors/types/event
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from firedrill.vendors.datadog.queries.record_formula import compile_records
from firedrill.vendors.datadog.queries.record_query import RecordQuery, Source

_EVENTS = Source("events", "an event-v2 alert", ("rollup", "by"), lambda store: store.events)


def compile_event_query(text: str, variables: Sequence[Mapping[str, Any]] = ()) -> RecordQuery:
    """`events("search").rollup("count").by("host").last("5m") > 100`, checked and ready.

    Or a formula over `variables`, the queries that the monitor's options name. Raises QuerySyntaxError or the search's
    own error for what Datadog refuses; Unsupported for other forms.
    """
    return compile_records(text, _EVENTS, variables)
