"""What `firedrill pipeline` does by a model, as no page says exactly what Datadog does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from firedrill.declared.declaration import Json
from firedrill.vendors.datadog.grok.registry import all_filters
from firedrill.vendors.datadog.processors import kinds

_TOLD = ("geo-ip-parser",)
"""Where addresses are looked up is what --geoip says."""
_SEVERAL = {
    "date-remapper": "of several date remappers that apply, the last one counts",
    "message-remapper": "of several message remappers, the first one counts",
    "service-remapper": "of several service remappers, the first one counts",
    "status-remapper": "of several status remappers, the first one counts",
}


def modelled(pipelines: Sequence[Json]) -> list[str]:
    """Sentences about the enabled processors of pipelines in API JSON, each once."""
    enabled = [each for pipeline in pipelines for each in _enabled(pipeline)]
    types = [each["type"] for each in enabled]
    found = []
    for name, kind in kinds().items():
        if name in types and name not in _TOLD and kind.feature.status == "modelled":
            found.append(f"{name}: {kind.feature.note}")
    rules = " ".join(str(text) for each in enabled for text in (each.get("grok") or {}).values())
    for name, grok_filter in all_filters().items():
        if grok_filter.status == "modelled" and re.search(rf":{name}\b", rules):
            found.append(f"grok filter {name}: {grok_filter.note}")
    return found + [text for name, text in _SEVERAL.items() if types.count(name) > 1]


def _enabled(part: Json) -> Iterator[dict[str, Any]]:
    if not part.get("is_enabled", False):
        return
    if part.get("type") not in (None, "pipeline"):
        yield part
    for each in part.get("processors") or ():
        yield from _enabled(each)
