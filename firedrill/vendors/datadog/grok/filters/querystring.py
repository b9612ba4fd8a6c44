"""querystring: the key-value pairs of a URL's query string, with or without its question mark; no empty values."""

from __future__ import annotations

from typing import Any

from firedrill.vendors.datadog.grok.definitions import plain
from firedrill.vendors.datadog.urls import query_parameters


def _querystring(value: Any) -> dict[str, Any] | None:
    return query_parameters(value.removeprefix("?"), keep_empty=False) if isinstance(value, str) else None


FILTER = plain("querystring", _querystring, "values stay encoded, as Datadog's URL parser leaves them")
