"""One object of the config over another."""

from __future__ import annotations

from typing import Any


def merged(defaults: Any, given: Any) -> Any:
    """`given` over `defaults`: field by field where both are objects, otherwise `given`."""
    if not (isinstance(defaults, dict) and isinstance(given, dict)):
        return given
    return defaults | {key: merged(defaults.get(key), value) for key, value in given.items()}
