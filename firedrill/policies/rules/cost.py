"""What a stack may cost: ObservedService says it."""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.cost.kept import kept_estimate, mark
from firedrill.policies.rule import Declared, Item, Rule
from firedrill.resources import OBSERVED_SERVICE


def _within_budget(item: Item, declared: Declared) -> Iterator[str]:
    budget = item.inputs.get("budget")
    if budget is None or item is not declared.of(OBSERVED_SERVICE)[0]:  # told once for the stack
        return
    stack = item.urn.split("::")[0].rpartition(":")[2]
    known = kept_estimate(declared.root, stack)
    told = f"the budget of stack {stack} is ${budget:g} a month"
    if known is None:
        yield f"{told}, and nobody has estimated here what it costs"
    elif known.mark != mark(declared.items):
        yield f"{told}, and the last estimate here is of another version of it"
    elif known.total > budget:
        yield f"{told}, and it costs ${known.total:,.2f} by the last estimate here"
    elif known.unpriced:
        yield f"{told}, and the last estimate here is without {', '.join(known.unpriced)}: nobody knows the price"


RULES = (
    Rule(
        "cost-within-budget",
        "What monitoring costs is known before it is deployed, not from the bill.",
        "run firedrill cost for the stack, with --prices for what has none, then lower what costs most or raise budget",
        (OBSERVED_SERVICE,),
        _within_budget,
        whole=True,
    ),
)
