"""Lookup processor: writes the value that a table holds for an attribute, or the default.

A table in a Reference Table of the organisation cannot be read offline and is refused.
Source: docs.datadoghq.com/logs/log_configuration/processors/lookup_processor
"""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import setter, source
from firedrill.vendors.datadog.processors.base import (
    DONE,
    PAGES,
    Applied,
    Context,
    Kind,
    Options,
    Run,
    Text,
    source_to_target,
)
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.errors import FiredrillError, Unsupported
from firedrill.vendors.features import Feature

MAX_TABLE_BYTES = 100_000
"""Size of the tables of all lookup processors together; checked for each."""


class LookupProcessor(Options):
    """`lookup_table` holds "key,value" lines; `default_lookup` is written, as text, for one without."""

    source: str
    target: str
    lookup_table: Sequence[str] = ()
    default_lookup: Text | None = None
    lookup_enrichment_table: str | None = None


def _compile(options: LookupProcessor, context: Context) -> Run:
    if options.lookup_enrichment_table is not None:
        raise Unsupported(f"Reference Table {options.lookup_enrichment_table!r} in a lookup processor", context.place)
    table = _table(options.lookup_table, context.place)
    get, put, default = source(options.source), setter(options.target), options.default_lookup

    def run(log: Log, applied: Applied) -> str:
        value = get(log)
        if value is None or isinstance(value, (dict, list)):
            return f"{options.source} is absent or no single value"
        found = table.get(text(value), default)
        if found is None:
            return f"the table has no line for {value!r}"
        put(log.attributes, found)
        return DONE

    return run


def _table(lines: Sequence[str], place: str) -> dict[str, str]:
    if not lines:
        raise FiredrillError(f"{place}: 'lookup_table' is empty; add lines of the form 'key,value'.")
    if wrong := [line for line in lines if "," not in line]:
        raise FiredrillError(f"{place}: 'lookup_table' holds {wrong[0]!r}; each line should be 'key,value'.")
    size = sum(len(line.encode()) for line in lines)
    if size > MAX_TABLE_BYTES:
        raise FiredrillError(f"{place}: 'lookup_table' has {size} bytes; Datadog allows {MAX_TABLE_BYTES}.")
    pairs = (line.split(",", 1) for line in lines)
    return {key.strip(): value.strip() for key, value in pairs}


_NOTE = "a Reference Table is refused"

KINDS = (
    Kind(
        LookupProcessor,
        _compile,
        source_to_target,
        Feature("lookup-processor", "done", PAGES + "lookup_processor", _NOTE),
    ),
)
