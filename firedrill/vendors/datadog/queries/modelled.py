"""What of an expression is emulated by a model, since Datadog does not publish how it computes it."""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.builder import is_percentile
from firedrill.vendors.datadog.queries.check import odd_rollup, rollup_interval
from firedrill.vendors.datadog.queries.functions import functions


def modelled(expression: nodes.Expression) -> Iterator[str]:
    """What is modelled of the functions and of the metric queries of an expression, in texts to show."""
    parts = list(nodes.walk(expression))
    known = functions()
    for name in (part.name for part in parts if isinstance(part, nodes.Call)):
        if known[name].status == "modelled":
            yield f"{name}(): {known[name].note}"
    leaves = [part for part in parts if isinstance(part, nodes.MetricQuery)]
    if any(is_percentile(leaf.aggregator) for leaf in leaves):
        yield "percentiles: exact over raw values, where Datadog has a sketch's estimate"
    if any(leaf.modifier == "weighted" for leaf in leaves):
        yield "weighted(): by the usual distance of each series' points, where Datadog knows their interval"
    if any(leaf.aggregator == "stddev" for leaf in leaves):
        yield "stddev: of all series of a group, or of a distribution's values"
    if any(leaf.fill and leaf.fill.assumed for leaf in leaves):
        yield "fill() without a method: linear"
    if any(map(odd_rollup, leaves)):
        yield f"rollup(): {rollup_interval(expression)} s, the next multiple of the 10 s between points"
