"""What a change does to the estimate of a stack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from firedrill.cost.estimate import Estimate
from firedrill.cost.report import money

CENT = 0.01
SEEN = 0.01
"""By this share a sum has to change: takes that are recorded anew move it a little."""


@dataclass(frozen=True)
class CostChange:
    """What a month cost and what it will cost, in US dollars; `items` has both of each item that differs, by its id.

    `told` is the same in words.
    """

    before: float
    after: float
    items: Mapping[str, tuple[float, float]]
    told: str


def cost_change(before: Estimate, after: Estimate) -> CostChange | None:
    """What is different; None where nothing is that more than chance moves."""
    old = {each.id: each.cost or 0.0 for each in before.items}
    differing = [each for each in after.items if _differs(old.get(each.id, 0.0), each.cost or 0.0)]
    if not differing:
        return None
    items = {each.id: (old.get(each.id, 0.0), each.cost or 0.0) for each in differing}
    parts = [f"{each.what} {_signed(items[each.id][1] - items[each.id][0])}" for each in differing]
    told = f"{money(before.total)} a month before, {money(after.total)} now: {', '.join(parts)}"
    return CostChange(before.total, after.total, items, told)


def _signed(amount: float) -> str:
    return f"{'-' if amount < 0 else '+'}{money(abs(amount))}"


def _differs(before: float, after: float) -> bool:
    return abs(after - before) >= max(CENT, SEEN * max(before, after))
