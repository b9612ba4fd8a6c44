"""An estimate for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from firedrill.cost.estimate import Estimate, Item
from firedrill.schemas import VERSION


def to_json(stack: str, found: Estimate, budget: float | None) -> str:
    """One JSON object: every item, the total, what it is per million requests and per alert, and other ways."""
    document = {
        "version": VERSION,
        "stack": stack,
        "dated": found.dated,
        "currency": "USD",
        "total": found.total,
        "budget": budget,
        "items": [asdict(each) for each in found.items],
        "requests": found.requests,
        "alerts": found.alerts,
        "perMillionRequests": found.per_million_requests,
        "perAlert": found.per_alert,
        "mostMetrics": found.most_metrics,
        "compared": [{"way": way, "total": total} for way, total in found.compared.items()],
        "modelled": list(found.modelled),
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def lines(stack: str, found: Estimate, budget: float | None) -> Iterator[str]:
    """The estimate to read: what is used, what it costs, and what other ways would cost."""
    yield f"stack {stack}: {money(found.total)} a month, by the prices of {found.dated}"
    for each in found.items:
        if each.quantity:
            yield f"  {each.what:<36} {_cost(each):>10}  {_quantity(each)}"
    if found.unpriced:
        yield f"not in the sum, as nobody knows its price: {', '.join(found.unpriced)}"
    for value, of in ((found.per_million_requests, "million requests"), (found.per_alert, "alert")):
        if value is not None:
            yield f"per {of}: {money(value)}"
    for way, total in found.compared.items():
        times = f", {total / found.total:.2f} times" if found.total else ""
        yield f"{way}: {money(total)}{times}"
    metrics = next(each.quantity for each in found.items if each.id == "custom-metrics")
    if found.most_metrics > metrics:
        yield f"custom metrics: up to {found.most_metrics:,} in an hour in which all happens that the drill can do"
    if bare := [each.what for each in found.items if each.quantity and not each.source]:
        yield f"no source for the price of: {', '.join(bare)}"
    yield from (f"modelled: {each}" for each in found.modelled)
    yield "free allotments: as if nothing else in the accounts used them"
    if budget is not None:
        left_out = ", without what has no price" if found.unpriced and found.total <= budget else ""
        yield f"budget: {'over' if found.total > budget else 'within'} {money(budget)} a month{left_out}"


def money(amount: float) -> str:
    """US dollars with cents."""
    return f"${amount:,.2f}"


def _cost(item: Item) -> str:
    return "no price" if item.cost is None else money(item.cost)


def _quantity(item: Item) -> str:
    used = f"{_number(item.quantity)} {item.unit}"
    return f"{used}, {_number(item.included)} included" if item.included else used


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
