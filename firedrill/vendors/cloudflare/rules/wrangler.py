"""What an environment of a Wrangler configuration takes from the top level.

Source: developers.cloudflare.com/workers/wrangler/configuration/#inheritable-keys
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_INHERITED = (
    *("name", "main", "compatibility_date", "compatibility_flags", "logpush", "observability"),
    *("migrations", "exports", "assets", "alias", "triggers"),
)
"""Where an environment says nothing itself; bindings and variables are not among them."""


def in_environment(fields: Mapping[str, Any], own: Mapping[str, Any], environment: str) -> dict[str, Any]:
    """The configuration of an environment with `own` keys; without a name of its own it has the environment's added."""
    inherited = {key: fields[key] for key in _INHERITED if key in fields}
    if "name" in inherited:
        inherited["name"] = f"{inherited['name']}-{environment}"
    return {**inherited, **own}
