"""What is declared of a Worker and has no effect on this machine: told by name, so that nobody takes it for drilled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from firedrill.resources import Resource

_OF_SCRIPT = {
    "placement": "placement",
    "limits": "limits",
    "tail_consumers": "tail consumers",
    "cache_options": "cache options",
}
_OF_ASSETS = {"headers": "headers of assets", "redirects": "redirects of assets", "base_path": "the assets' base path"}
_LEADING = {
    "cloudflare:index/workersRoute:WorkersRoute": ("script", "routes"),
    "cloudflare:index/workersCustomDomain:WorkersCustomDomain": ("service", "custom domains"),
}
"""Types of resources that lead to a Worker: the input that names it, and what they are."""


def without_effect(resources: Sequence[Resource], scripts: Iterable[Mapping[str, Any]]) -> list[str]:
    """A sentence for each of the `scripts` (API JSON) that has something of that kind."""
    found = []
    for script in scripts:
        name = script["script_name"]
        config = (script.get("assets") or {}).get("config") or {}
        told = [title for field, title in _OF_SCRIPT.items() if script.get(field)]
        told += [title for field, title in _OF_ASSETS.items() if config.get(field)]
        for token, (field, title) in _LEADING.items():
            if any(each.type == token and each.inputs.get(field) == name for each in resources):
                told.append(title)
        if told:
            found.append(f"{', '.join(told)} of {name} (without effect here)")
    return found
