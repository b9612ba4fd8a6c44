"""Datadog's log search syntax: parse it, print it, and turn it into a predicate over logs.

Source: docs.datadoghq.com/logs/explorer/search_syntax
"""

from __future__ import annotations

from firedrill.vendors.datadog.search.compiler import compile_choice, compile_element_query, compile_query
from firedrill.vendors.datadog.search.errors import SearchSyntaxError
from firedrill.vendors.datadog.search.facets import facets_of
from firedrill.vendors.datadog.search.parser import parse
from firedrill.vendors.datadog.search.printer import show
from firedrill.vendors.datadog.search.units import DURATIONS, has_durations

__all__ = [
    "DURATIONS",
    "SearchSyntaxError",
    "compile_choice",
    "compile_element_query",
    "compile_query",
    "facets_of",
    "has_durations",
    "parse",
    "show",
]
