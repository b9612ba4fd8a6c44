"""What Cloudflare bills while a fault lasts, by its list prices: modelled, as what it measures is."""

from __future__ import annotations

from collections.abc import Mapping

from firedrill.vendors.cloudflare.analytics import Usage
from firedrill.vendors.rules.prices import list_prices

_ITEMS: Mapping[str, str] = {"duration": "object-duration", "rowsRead": "rows-read", "rowsWritten": "rows-written"}
_REQUESTS = "object-requests"


def billed(usage: Usage) -> dict[int, float]:
    """US dollars by minute (ms), of all objects that were measured; as if nothing were included in the plan."""
    items = list_prices().items
    found: dict[int, float] = {}
    each_costs = {name: (items[item].price or 0.0) / items[item].per for name, item in _ITEMS.items()}
    for at_ms, _, sums in usage.rows("durableObjectsPeriodicGroups"):
        costs = sum(sums[name] * each for name, each in each_costs.items())
        found[at_ms] = found.get(at_ms, 0.0) + costs
    request = (items[_REQUESTS].price or 0.0) / items[_REQUESTS].per
    for at_ms, _, sums in usage.rows("durableObjectsInvocationsAdaptiveGroups"):
        found[at_ms] = found.get(at_ms, 0.0) + sums["requests"] * request
    return found
