"""Queries of event alerts (type event-v2 alert), over events.

Source: docs.datadoghq.com/monitors/types/event
"""

from __future__ import annotations

from firedrill.vendors.datadog.queries.record_query import RecordQuery, Source, compile_record_query

_EVENTS = Source("events", "an event-v2 alert", ("rollup", "by"), lambda store: store.events)


def compile_event_query(text: str) -> RecordQuery:
    """`events("search").rollup("count").by("host").last("5m") > 100`, checked and ready.

    Raises QuerySyntaxError or the search's own error for what Datadog refuses; Unsupported for other forms.
    """
    return compile_record_query(text, _EVENTS)
