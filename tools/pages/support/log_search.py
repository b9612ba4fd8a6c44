"""Which forms of the search syntax are done and refused, as data."""

from __future__ import annotations

from firedrill.vendors.features import Feature, Status

_PAGE = "docs.datadoghq.com/logs/explorer/search_syntax"
_PIPELINES = "docs.datadoghq.com/observability_pipelines/search_syntax/logs"

_FORMS: tuple[tuple[str, Status, str, str], ...] = (
    ("AND, OR, NOT, -, parentheses", "done", _PAGE, "AND by default and before OR; ! excludes too"),
    ("free text and phrases", "done", _PAGE, "words of the message, in any case; of no other attribute"),
    (
        "full text (*:term)",
        "done",
        _PAGE,
        "words of the message and every attribute; refused in filters of pipelines",
    ),
    ("attributes (@path:value)", "done", _PAGE, "whole values, case sensitive; numbers by their size"),
    ("reserved attributes", "done", _PAGE, "host, source, status, service, trace_id, message; case sensitive"),
    ("tags (key:value, tags:value)", "done", _PAGE, "case sensitive"),
    ("existence (@path:*, _exists_:)", "done", _PIPELINES, "null and an empty array are absent"),
    ("wildcards * and ?", "done", _PAGE, "in the message within one word; inert in quotes"),
    ("escapes", "done", _PAGE, "an unescaped special character is refused; = is none, nor is a hyphen inside a word"),
    ("comparisons (:>100)", "done", _PAGE, "of numbers, also in texts"),
    (
        "durations (:>1s, [10ms TO 2s])",
        "modelled",
        _PAGE,
        "in nanoseconds, as the attribute duration; a facet's own unit is not known here",
    ),
    ("ranges ([a TO b], {a TO b})", "done", _PIPELINES, "of numbers, also in texts; * is unbounded"),
    ("CIDR(@path, block, ...)", "done", _PAGE, "IPv4 and IPv6"),
    ("arrays and arrays of objects", "done", _PAGE, "any element matches; two terms are independent"),
    ("groups of values (key:(a OR b))", "done", _PAGE, ""),
    ("calculated fields (#name)", "refused", _PAGE, ""),
)

FEATURES = tuple(Feature(f"log search: {name}", status, page, note) for name, status, page, note in _FORMS)
