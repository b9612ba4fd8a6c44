"""Whether a scenario left the metric points that it promises."""

from __future__ import annotations

from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.simulate import Drilled


def unproduced(worker: CompiledWorker, drilled: Drilled) -> list[str]:
    """One problem per promised scope without a point dated within the fault, in the words of the scenario.

    A scope names a metric without the stack's prefix, and tags that a point must have: "do.cleanups{trigger:api}".
    """
    outcome = drilled.outcome
    return [
        f"scenario {outcome.scenario.name} left no point of {scope}"
        for scope in outcome.scenario.produces
        if not _has_point(worker, drilled, scope)
    ]


def _has_point(worker: CompiledWorker, drilled: Drilled, scope: str) -> bool:
    key, _, inside = scope.rstrip("}").partition("{")
    wanted = set() if inside == "*" else set(inside.split(","))
    names = [name for name in worker.organisation.logging.metrics.definitions if name.endswith(f".{key}")]
    return any(
        wanted <= set(tags) and drilled.made_in_fault(series)
        for name in names
        for tags, series in drilled.store.series(name).items()
    )
