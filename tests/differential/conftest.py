"""The oracle: VRL's ports of Datadog's grok and search, run by vrl-python; without it these tests are skipped."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest


@pytest.fixture(scope="session")
def vrl() -> Callable[[str, dict[str, Any]], Any]:
    """Runs a VRL program on an event and gives the event back."""
    execute = pytest.importorskip("vrl_python", reason="vrl-python is not installed").VRLRuntime().execute
    return lambda program, event: execute(program, event).processed_event


@pytest.fixture(scope="session")
def plain() -> Callable[[Any], str]:
    """A value in one spelling: VRL turns doubles without a fraction into integers."""

    def even(value: Any) -> Any:
        if isinstance(value, float) and value.is_integer():
            return int(value)
        if isinstance(value, dict):
            return {name: even(inner) for name, inner in value.items()}
        return [even(inner) for inner in value] if isinstance(value, list) else value

    return lambda value: json.dumps(even(value), sort_keys=True)
