"""Which grok features are done and refused, as data."""

from __future__ import annotations

from firedrill.vendors.datadog.grok.definitions import PAGE
from firedrill.vendors.datadog.grok.registry import all_filters, all_matchers
from firedrill.vendors.features import Feature

FEATURES = (
    Feature("grok: match and support rules", "done", PAGE, "the first match rule that matches the whole text"),
    Feature(
        "grok: rules that refer to rules", "done", PAGE, "also to rules below; an unused support rule may be wrong"
    ),
    Feature(
        "grok: regular expressions between references",
        "done",
        PAGE,
        "Java's; no reference back to a group by its number",
    ),
    Feature("grok: atomic groups", "done", PAGE, "as in the pipelines that Datadog ships"),
    *sorted(Feature(f"grok matcher: {each.name}", "done", PAGE, each.note) for each in all_matchers().values()),
    *sorted(Feature(f"grok filter: {each.name}", each.status, PAGE, each.note) for each in all_filters().values()),
)
