"""Both vendors' APIs of one running stack, at one address: their paths differ."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from firedrill.live.api import cloudflare, datadog
from firedrill.live.api.http import Answer, Route, served
from firedrill.live.stack import LiveStack
from firedrill.resources import Resource


@contextmanager
def apis(resources: Sequence[Resource], live: LiveStack, key: str, lacking: Collection[str] = ()) -> Iterator[str]:
    """Serve what the vendors hold (`resources`) and how the stack does until the block ends; gives the address.

    `key` is every credential: the token at Cloudflare, the API key and the application key at Datadog. It has every
    permission but those that it is `lacking`.
    """
    of_cloudflare = cloudflare.routes(resources, live.flow.health, live.objects, key)
    of_datadog = datadog.routes(resources, live, key)
    routes = [
        *_permitted(of_cloudflare, lacking, cloudflare.FORBIDDEN),
        *_permitted(of_datadog, lacking, datadog.FORBIDDEN),
    ]
    with served(routes, live.now_ms) as address:
        yield address


def _permitted(routes: Sequence[Route], lacking: Collection[str], forbidden: Answer) -> Iterator[Route]:
    for route in routes:
        yield replace(route, handler=lambda *_: forbidden) if route.permission in lacking else route
