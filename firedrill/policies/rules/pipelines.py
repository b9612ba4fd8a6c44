"""Rules about Datadog log pipelines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.policies.rule import Declared, Item, Rule, entries, name_within_limits
from firedrill.resources import LOGS_PIPELINE
from firedrill.vendors.datadog.search.pins import not_pinned, pinned
from firedrill.vendors.rules.sites import source_breaches

NARROW = ("source", "service")
OF_A_SERVICE = (*NARROW, "env")
"""A Worker's pipeline is of one environment, whose logs no other one's pipeline may change."""


def _enabled(item: Item, _: Declared) -> Iterator[str]:
    if item.inputs.get("isEnabled") is not True:
        yield f"isEnabled is {item.inputs.get('isEnabled')!r}: its logs stay unparsed"


def _flat(processors: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each processor with its kind, those of nested pipelines too."""
    for processor in entries(processors):
        for kind, settings in processor.items():
            yield kind, settings or {}
            yield from _flat((settings or {}).get("processors"))


def _processors(item: Item, _: Declared) -> Iterator[str]:
    if not item.inputs.get("processors"):
        yield "it has no processor, so it writes no attribute"
    for kind, settings in _flat(item.inputs.get("processors")):
        if settings.get("isEnabled") is not True:
            yield f"{kind} {settings.get('name', '')!r} is not enabled (the provider's default is false)"


def _queries(item: Item) -> list[str]:
    return [str(each.get("query", "")) for each in entries(item.inputs.get("filters"))]


def _narrow(item: Item, declared: Declared) -> Iterator[str]:
    for query in _queries(item) or [""]:
        missing = not_pinned(query, OF_A_SERVICE if declared.service(item) else NARROW)
        if missing:
            yield f"its filter {query!r} names no {' and no '.join(missing)}: it would change logs of others"


def _source(item: Item, _: Declared) -> Iterator[str]:
    for source in sorted({source for query in _queries(item) for source in pinned(query).get("source", ())}):
        yield from map(str, source_breaches("source", source))


RULES = (
    Rule(
        "pipeline-enabled",
        "Metrics are made of attributes that only the pipeline writes.",
        "set isEnabled to true",
        (LOGS_PIPELINE,),
        _enabled,
    ),
    Rule(
        "pipeline-processors-enabled",
        "One disabled processor takes the attributes from all that follow it.",
        "set isEnabled to true on every processor, or remove it",
        (LOGS_PIPELINE,),
        _processors,
    ),
    Rule(
        "pipeline-filter-narrow",
        "A pipeline changes every log of the account that its filter matches.",
        "filter on source and service, and on env where it is a Worker's",
        (LOGS_PIPELINE,),
        _narrow,
        whole=True,
    ),
    Rule(
        "pipeline-own-source",
        "What comes before this pipeline must be known to prove anything about it.",
        "use a source of your own",
        (LOGS_PIPELINE,),
        _source,
    ),
    Rule(
        "pipeline-name-within-limits",
        "A name that is cut cannot be found again.",
        "choose a shorter name",
        (LOGS_PIPELINE,),
        name_within_limits,
    ),
)
