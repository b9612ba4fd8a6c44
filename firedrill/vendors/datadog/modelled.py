"""What the emulator does with logs by a model of its own, as no page says exactly what Datadog does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from firedrill.vendors.datadog.grok.registry import all_filters
from firedrill.vendors.datadog.processors import kinds
from firedrill.vendors.datadog.search import DURATIONS, has_durations

UNDOCUMENTED = "modelled, as Datadog does not document it"
"""How what is modelled is labelled, wherever it is shown."""

_SEVERAL = {
    "date-remapper": "of several date remappers that apply, the last one counts",
    "message-remapper": "of several message remappers, the first one that finds a value counts",
    "service-remapper": "of several service remappers, the first one that finds a value counts",
    "status-remapper": "of several status remappers, the first one that finds a value counts",
}
_SAMPLING = "sampling of an index between none and all: by a hash, as which logs Datadog keeps cannot be known"

Specs = Sequence[Mapping[str, Any]]


def modelled(pipelines: Specs, metrics: Specs = (), indexes: Specs = ()) -> list[str]:
    """Sentences about the enabled processors, the log-based metrics and the indexes in API JSON, each once."""
    enabled = [each for pipeline in pipelines for each in _enabled(pipeline)]
    processors = [each for each in enabled if "type" in each]
    types = [each["type"] for each in processors]
    found = []
    for name, kind in kinds().items():
        if name in types and kind.feature.status == "modelled":
            found.append(f"{name}: {kind.feature.note}")
    rules = " ".join(str(text) for each in processors for text in (each.get("grok") or {}).values())
    for name, grok_filter in all_filters().items():
        if grok_filter.status == "modelled" and re.search(rf":{name}\b", rules):
            found.append(f"grok filter {name}: {grok_filter.note}")
    found += [text for name, text in _SEVERAL.items() if types.count(name) > 1]
    if any(map(has_durations, _queries([*enabled, *metrics, *indexes]))):
        found.append(DURATIONS)
    rates = (each["filter"]["sample_rate"] for index in indexes for each in index.get("exclusion_filters") or ())
    if any(0 < rate < 1 for rate in rates):
        found.append(_SAMPLING)
    return found


def _enabled(part: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The enabled processors of a pipeline, and the filters before them."""
    if not part.get("is_enabled", False):
        return
    if part.get("type") in (None, "pipeline"):
        yield {"filter": part.get("filter")}
        for each in part.get("processors") or ():
            yield from _enabled(each)
    else:
        yield part


def _queries(parts: Iterable[Any]) -> Iterator[str]:
    """Every search in these parts, at any depth."""
    for part in parts:
        if isinstance(part, Mapping):
            yield from (value for name, value in part.items() if name == "query" and isinstance(value, str))
            yield from _queries(part.values())
        elif isinstance(part, list | tuple):
            yield from _queries(part)
