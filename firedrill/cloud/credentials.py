"""Logpush destinations without their credentials."""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.resources import SECRET
from firedrill.vendors.cloudflare.rules.destinations.address import credentials_in, forms


def credentials(conf: str) -> Iterator[str]:
    """The credentials as they are written, and as they are meant; none of a text that is no such URL."""
    for value in credentials_in(conf):
        yield from {*forms(value)}


def without_credentials(conf: str) -> str:
    """A Datadog destination without its key; of another one, which may have credentials anywhere, only its kind."""
    kind, mark, rest = conf.partition("://")
    if kind != "datadog":
        return f"{kind}://{SECRET}"
    place, sign, query = rest.partition("?")
    for value in credentials_in(conf):
        query = query.replace(f"={value}", f"={SECRET}")
        place = place.replace(f"{value}@", f"{SECRET}@")
    return f"{kind}{mark}{place}{sign}{query}"
