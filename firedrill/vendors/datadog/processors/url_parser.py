"""URL parser: writes scheme, host, port, path and query parameters of a URL below the target.

Source: docs.datadoghq.com/logs/log_configuration/processors/url_parser
"""

from __future__ import annotations

from collections.abc import Sequence

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import first_source, setter
from firedrill.vendors.datadog.processors.base import (
    DONE,
    PAGES,
    Applied,
    Context,
    Kind,
    Options,
    Run,
    sources_to_target,
)
from firedrill.vendors.datadog.urls import parse_url
from firedrill.vendors.errors import Unsupported
from firedrill.vendors.features import Feature


class UrlParser(Options):
    """The first of `sources` that is present is parsed."""

    sources: Sequence[str] = ("http.url",)
    target: str = "http.url_details"
    normalize_ending_slashes: bool | None = False


def _compile(options: UrlParser, context: Context) -> Run:
    if options.normalize_ending_slashes:
        raise Unsupported("option 'normalize_ending_slashes' (its effect is not documented)", context.place)
    get, put = first_source(options.sources), setter(options.target)

    def run(log: Log, applied: Applied) -> str:
        url = get(log)
        if not isinstance(url, str):
            return f"no source holds a URL: {', '.join(options.sources)}"
        details = parse_url(url)
        if details is None:
            return f"{url!r} is no URL"
        put(log.attributes, details)
        return DONE

    return run


_NOTE = "normalize_ending_slashes is refused"

KINDS = (
    Kind(
        UrlParser,
        _compile,
        sources_to_target,
        Feature("url-parser", "done", PAGES + "url_parser", _NOTE),
    ),
)
