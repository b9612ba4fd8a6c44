"""Whether a scenario left the metric points that it promises."""

from __future__ import annotations

from firedrill.datadog.metrics.store import PointStore
from firedrill.drill.run import Drilled
from firedrill.drill.stack import Stack


def unproduced(stack: Stack, drilled: Drilled) -> list[str]:
    """One problem per promised scope without a point, in the words of the scenario.

    A scope names a metric without the stack's prefix, and tags that a point must have: "do.cleanups{trigger:api}".
    """
    scenario = drilled.outcome.scenario
    return [
        f"scenario {scenario.name} left no point of {scope}"
        for scope in scenario.produces
        if not _has_point(stack, drilled.store, scope)
    ]


def _has_point(stack: Stack, store: PointStore, scope: str) -> bool:
    key, _, inside = scope.rstrip("}").partition("{")
    wanted = set() if inside == "*" else set(inside.split(","))
    names = [name for name in stack.metrics.definitions if name.endswith(f".{key}")]
    return any(wanted <= set(tags) for name in names for tags in store.series(name))
