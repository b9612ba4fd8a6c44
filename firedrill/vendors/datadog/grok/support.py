"""Which grok features are done and refused, as data."""

from __future__ import annotations

from firedrill.vendors.datadog.grok.definitions import PAGE
from firedrill.vendors.datadog.grok.registry import all_filters, all_matchers
from firedrill.vendors.features import Feature

_RULES = [
    Feature("grok: match and support rules", "done", PAGE, "the first match rule that matches the whole text"),
    Feature("grok: rules that refer to rules", "done", PAGE, "to match rules above and to support rules"),
    Feature(
        "grok: regular expressions between references", "done", PAGE, "no named groups, back references, POSIX classes"
    ),
    Feature("grok: atomic groups", "done", PAGE, "as in the pipelines that Datadog ships"),
]


def features() -> list[Feature]:
    """Every documented matcher and filter with its status."""
    matchers = [Feature(f"grok matcher: {m.name}", "done", PAGE, m.note) for m in all_matchers().values()]
    filters = [Feature(f"grok filter: {f.name}", f.status, PAGE, f.note) for f in all_filters().values()]
    return _RULES + sorted(matchers) + sorted(filters)
