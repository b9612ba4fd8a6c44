"""Trace and span remappers: make an attribute the log's trace or span id.

Datadog does not show these ids among the attributes; here they are the attributes `trace_id` and `span_id`, so that
index sampling by trace can read them. Several remappers: the last one with a source wins (undocumented).
Source: docs.datadoghq.com/logs/log_configuration/processors/trace_remapper
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.processors.base import PAGES, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.processors.official import Assign, remapper
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.features import Feature


class TraceIdRemapper(Options):
    """`sources` in order of preference."""

    sources: Sequence[str] = ("dd.trace_id",)


class SpanIdRemapper(Options):
    """`sources` in order of preference."""

    sources: Sequence[str] = ("dd.span_id",)


def _assign_to(attribute: str) -> Assign:
    def assign(log: Log, value: Any) -> bool:
        log.attributes[attribute] = text(value)
        return True

    return assign


def _compile_trace(options: TraceIdRemapper, context: Context) -> Run:
    return remapper(options.sources, _assign_to("trace_id"), moves=True)


def _compile_span(options: SpanIdRemapper, context: Context) -> Run:
    return remapper(options.sources, _assign_to("span_id"), moves=True)


def _flow_trace(options: TraceIdRemapper) -> Flow:
    return flow(options.sources, "trace_id")


def _flow_span(options: SpanIdRemapper) -> Flow:
    return flow(options.sources, "span_id")


_PAGE = PAGES + "trace_remapper"

KINDS = (
    Kind(TraceIdRemapper, _compile_trace, _flow_trace, Feature("trace-id-remapper", "done", _PAGE)),
    Kind(SpanIdRemapper, _compile_span, _flow_span, Feature("span-id-remapper", "done", _PAGE)),
)
