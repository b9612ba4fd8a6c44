"""Which parts of a Logpush destination are credentials: the values of all parameters but those known to be none.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, unquote_plus

from firedrill.resources import SECRET

_HARMLESS = frozenset(
    {"account-id", "ddsource", "ddtags", "endpoint", "host", "hostname", "region", "service", "sourcetype", "sse"}
)

_SHORTEST = 4
"""Characters; a shorter value would hide ordinary words of a text."""


def credentials(conf: str) -> Iterator[str]:
    """The credentials as they are written, and as they are meant; none of a text that is no such URL."""
    for name, _, value in _parameters(conf):
        if name not in _HARMLESS and len(value) >= _SHORTEST:
            yield from {value, unquote(value), unquote_plus(value)}


def without_credentials(conf: str) -> str:
    """A Datadog destination without its key; of another one, which may have credentials anywhere, only its kind."""
    kind, _, rest = conf.partition("://")
    if kind != "datadog":
        return f"{kind}://{SECRET}"
    shown = [
        f"{name}{sign}{value if name in _HARMLESS or not value else SECRET}" for name, sign, value in _parameters(conf)
    ]
    place, mark, _ = rest.partition("?")
    return f"{kind}://{place}{mark}{'&'.join(shown)}"


def _parameters(conf: str) -> list[tuple[str, str, str]]:
    query = conf.partition("?")[2] if "://" in conf else ""
    return [part.partition("=") for part in query.split("&")] if query else []
