"""What is declared of a Worker and does nothing on this machine is told by name."""

from __future__ import annotations

from firedrill.drill.without_effect import without_effect
from firedrill.resources import Resource

SHOP = {"script_name": "shop"}


def resource(token: str, **inputs: str) -> Resource:
    return Resource(token, "a", "urn", "", inputs)


def test_what_does_nothing_here_is_named_with_its_worker() -> None:
    script = {
        **SHOP,
        "placement": {"mode": "smart"},
        "limits": {"cpu_ms": 100},
        "tail_consumers": [{"service": "tail"}],
        "cache_options": {"enabled": True},
        "assets": {"directory": "public", "config": {"headers": "/*", "redirects": "/a /b", "base_path": "/shop"}},
    }
    leading = [
        resource("cloudflare:index/workersRoute:WorkersRoute", script="shop"),
        resource("cloudflare:index/workersCustomDomain:WorkersCustomDomain", service="shop"),
    ]
    assert without_effect(leading, [script]) == [
        "placement, limits, tail consumers, cache options, headers of assets, redirects of assets, the assets' base "
        "path, routes, custom domains of shop (without effect here)"
    ]


def test_of_a_worker_without_any_of_it_nothing_is_told() -> None:
    other = resource("cloudflare:index/workersRoute:WorkersRoute", script="other")
    assets = {"assets": {"directory": "public", "config": {"html_handling": "none"}}}
    assert without_effect([other], [SHOP, {**SHOP, **assets}, {**SHOP, "tail_consumers": []}]) == []
