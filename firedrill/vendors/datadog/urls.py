"""The parts of a URL, as the URL parser and grok's url and querystring filters give them.

Source: docs.datadoghq.com/logs/log_configuration/processors/url_parser; that parameters stay percent-encoded, from the
results that Datadog publishes with its nginx pipeline.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}


def parse_url(url: str) -> dict[str, Any] | None:
    """`scheme`, `host`, `port`, `path` and `queryString` as far as the URL has them; None when it is no URL.

    Without a port in the URL, the port is the scheme's own, as in the page's example.
    """
    try:
        parts = urlsplit(url.strip())
        members = {
            "scheme": parts.scheme,
            "host": parts.hostname,
            "port": _port(parts),
            "path": parts.path,
            "queryString": query_parameters(parts.query),
        }
    except ValueError:
        return None
    return {name: value for name, value in members.items() if value} or None


def query_parameters(query: str, *, keep_empty: bool = True) -> dict[str, Any] | None:
    """The parameters of a query string, still encoded; None when there is none.

    One without a value is "", or left out unless `keep_empty`; a repeated one becomes an array (both undocumented).
    """
    result: dict[str, Any] = {}
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if not name or not (value or keep_empty):
            continue
        if name not in result:
            result[name] = value
        elif isinstance(result[name], list):
            result[name].append(value)
        else:
            result[name] = [result[name], value]
    return result or None


def _port(parts: SplitResult) -> int | None:
    return parts.port or (_PORTS.get(parts.scheme) if parts.hostname else None)
