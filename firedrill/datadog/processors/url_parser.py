"""URL parser: writes scheme, host, port, path and query parameters of a URL below the target.

The port of http and https is filled in when the URL has none (the page's example). Query values stay as written, not
decoded (integrations-core, nginx_tests.yaml); a parameter that is repeated becomes an array (undocumented).
Source: docs.datadoghq.com/logs/log_configuration/processors/url_parser
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from firedrill.datadog.features import Feature
from firedrill.datadog.log import Log
from firedrill.datadog.paths import setter, source
from firedrill.datadog.processors.base import DONE, PAGES, Applied, Context, Kind, Options, Run, blocked
from firedrill.errors import Unsupported

PORTS = {"http": 80, "https": 443}


class UrlParser(Options):
    """The first of `sources` that is present is parsed."""

    sources: Sequence[str] = ("http.url",)
    target: str = "http.url_details"
    normalize_ending_slashes: bool | None = False


def _compile(options: UrlParser, context: Context) -> Run:
    if options.normalize_ending_slashes:
        raise Unsupported("option 'normalize_ending_slashes' (its effect is not documented)", context.place)
    getters, put = [source(path) for path in options.sources], setter(options.target)

    def run(log: Log, applied: Applied) -> str:
        url = next((value for get in getters if (value := get(log)) is not None), None)
        if not isinstance(url, str):
            return f"no source holds a URL: {', '.join(options.sources)}"
        details = parse_url(url)
        if details is None:
            return f"{url!r} is no URL"
        return DONE if put(log.attributes, details) else blocked(options.target)

    return run


def parse_url(url: str) -> dict[str, Any] | None:
    """The parts that the URL has, or None when it cannot be read."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port or PORTS.get(parts.scheme)
    except ValueError:
        return None
    details = {
        "scheme": parts.scheme,
        "host": parts.hostname,
        "port": port if parts.hostname else None,
        "path": parts.path,
        "queryString": _query(parts.query),
    }
    return {name: value for name, value in details.items() if value} or None


def _query(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for parameter in filter(None, text.split("&")):
        name, _, value = parameter.partition("=")
        before = found.get(name)
        if before is None:
            found[name] = value
        else:
            found[name] = [*(before if isinstance(before, list) else [before]), value]
    return found


_NOTE = "normalize_ending_slashes is refused"

KINDS = (Kind(UrlParser, _compile, Feature("url-parser", "done", PAGES + "url_parser", _NOTE)),)
