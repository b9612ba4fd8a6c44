"""Datadog log processors as the provider takes them, always enabled: the provider's default is disabled.

Source: docs.datadoghq.com/logs/log_configuration/processors
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Processor = dict[str, dict[str, Any]]


def date_remapper(name: str, sources: Sequence[str]) -> Processor:
    """Make an attribute the official date of the log."""
    return {"date_remapper": _enabled(name, sources=list(sources))}


def message_remapper(name: str, sources: Sequence[str]) -> Processor:
    """Make an attribute the message of the log."""
    return {"message_remapper": _enabled(name, sources=list(sources))}


def status_remapper(name: str, sources: Sequence[str]) -> Processor:
    """Make an attribute the status of the log."""
    return {"status_remapper": _enabled(name, sources=list(sources))}


def copy(name: str, source: str, target: str, *, over: bool = False) -> Processor:
    """Copy an attribute to `target`, unless that is there already; with `over` even then."""
    kinds = {"source_type": "attribute", "target_type": "attribute"}
    kept = {"preserve_source": True, "override_on_conflict": over}
    return {"attribute_remapper": _enabled(name, sources=[source], target=target, **kinds, **kept)}


def array_select(name: str, source: str, target: str, where: str, value: str) -> Processor:
    """Copy `value` of the first element of array `source` that matches `where` (`key:value`) to `target`."""
    select = {"source": source, "target": target, "filter": where, "value_to_extract": value}
    return {"array_processor": _enabled(name, operation={"select": select})}


def string_builder(name: str, template: str, target: str) -> Processor:
    """Write `template` with its `%{attribute}` filled in to `target`, 256 characters at most; not if one is missing."""
    return {"string_builder_processor": _enabled(name, template=template, target=target, is_replace_missing=False)}


def grok(name: str, source: str, rules: Mapping[str, str], samples: Sequence[str] = ()) -> Processor:
    """Parse `source` with the first rule that matches the whole of it; no rule means no change."""
    match_rules = "\n".join(f"{rule} {pattern}" for rule, pattern in rules.items())
    parser = {"match_rules": match_rules, "support_rules": ""}
    return {"grok_parser": _enabled(name, source=source, grok=parser, samples=list(samples))}


def arithmetic(name: str, expression: str, target: str) -> Processor:
    """Write what `expression` comes to over `target`; an attribute that is missing is 0 there."""
    formula = {"expression": expression, "target": target, "is_replace_missing": True}
    return {"arithmetic_processor": _enabled(name, **formula)}


def category(name: str, target: str, queries: Mapping[str, str]) -> Processor:
    """Write to `target` the name of the first of `queries` that the log matches; none means no attribute."""
    categories = [{"name": value, "filter": {"query": query}} for value, query in queries.items()]
    return {"category_processor": _enabled(name, target=target, categories=categories)}


def _enabled(name: str, **fields: Any) -> dict[str, Any]:
    return {"name": name, "is_enabled": True, **fields}
