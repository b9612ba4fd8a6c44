"""What Cloudflare bills while a fault lasts, by its list prices: modelled, as what it measures is."""

from __future__ import annotations

from collections.abc import Mapping

from firedrill.vendors.cloudflare.analytics import Usage
from firedrill.vendors.rules.prices import list_prices

_ITEMS: Mapping[str, Mapping[str, str]] = {
    "durableObjectsPeriodicGroups": {
        "duration": "object-duration",
        "rowsRead": "rows-read",
        "rowsWritten": "rows-written",
    },
    "durableObjectsInvocationsAdaptiveGroups": {"requests": "object-requests"},
}
"""By dataset and field: the item of the price list."""


def billed(usage: Usage) -> dict[int, float]:
    """US dollars by minute (ms), of all objects that were measured; as if nothing were included in the plan."""
    found: dict[int, float] = {}
    for dataset, items in _ITEMS.items():
        each_costs = {name: _one_costs(item) for name, item in items.items()}
        for at_ms, _, sums in usage.rows(dataset):
            costs = sum(sums[name] * each for name, each in each_costs.items())
            found[at_ms] = found.get(at_ms, 0.0) + costs
    return found


def _one_costs(item: str) -> float:
    price = list_prices().items[item]
    return (price.price or 0.0) / price.per
