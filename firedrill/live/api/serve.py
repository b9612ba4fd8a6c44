"""Both vendors' APIs of one running stack, at one address: their paths differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from firedrill.live.api import cloudflare, datadog
from firedrill.live.api.http import served
from firedrill.live.stack import LiveStack
from firedrill.resources import Resource


@contextmanager
def apis(resources: Sequence[Resource], live: LiveStack, key: str) -> Iterator[str]:
    """Serve what the vendors hold (`resources`) and how the stack does until the block ends; gives the address.

    `key` is every credential: the token at Cloudflare, the API key and the application key at Datadog.
    """
    routes = [
        *cloudflare.routes(resources, live.flow.health, live.objects, key),
        *datadog.routes(resources, live, key),
    ]
    with served(routes, live.now_ms) as address:
        yield address
