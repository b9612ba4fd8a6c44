"""The rule about monitors that are off for a while: it must not become for good because nobody looks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from firedrill.policies.rule import Declared, Item, Rule, today
from firedrill.resources import OBSERVED_SERVICE


def _overdue(item: Item, _: Declared) -> Iterator[str]:
    for id_, off in (item.inputs.get("switchedOff") or {}).items():
        until = date.fromisoformat(off["until"])
        if until < today():
            yield f"the monitor {id_} was to be off until {until}: {off['reason']}"


RULES = (
    Rule(
        "monitor-off-asked-again",
        "What was switched off for a while stays off for good where nobody asks again.",
        "remove it from firedrill:switchedOff, or give it another date",
        (OBSERVED_SERVICE,),
        _overdue,
        level="advisory",
    ),
)
