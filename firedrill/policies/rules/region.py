"""What must lie in the region that a stack's config names: ObservedService says it."""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.policies.jobs import destination
from firedrill.policies.rule import Declared, Item, Rule, entries
from firedrill.resources import LOGPUSH_JOB, OBSERVED_SERVICE, R2_BUCKET, WORKERS_SCRIPT
from firedrill.vendors.cloudflare.rules.destinations.places import place_of


def _kept(item: Item, declared: Declared) -> Iterator[str]:
    if all(each.inputs.get("region") != "eu" for each in declared.of(OBSERVED_SERVICE)):
        return
    if item.type == LOGPUSH_JOB and place_of(destination(item)) == "elsewhere":
        yield "it delivers to a place outside of the European Union, or to one that promises none"
    if item.type == R2_BUCKET and item.inputs.get("jurisdiction") != "eu":
        yield f"jurisdiction is {item.inputs.get('jurisdiction')!r}: its objects may lie anywhere"
    for binding in entries(item.inputs.get("bindings")) if item.type == WORKERS_SCRIPT else ():
        if binding.get("type") == "r2_bucket" and binding.get("jurisdiction") != "eu":
            yield f"its binding {binding.get('name')!r} finds no bucket of the jurisdiction eu"


RULES = (
    Rule(
        "region-kept",
        "A stack of the region eu promises that what it holds stays there.",
        "set jurisdiction to eu on buckets and their bindings, and deliver within the European Union",
        (LOGPUSH_JOB, R2_BUCKET, WORKERS_SCRIPT),
        _kept,
        whole=True,
    ),
)
