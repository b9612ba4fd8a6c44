"""Datadog's own API JSON, whose kinds are recognised by their shape.

It is one object, a list of objects, or the list answers of Datadog's API: pipelines
(GET /api/v1/logs/config/pipelines), indexes (GET /api/v1/logs/config/indexes), log-based metrics
(GET /api/v2/logs/config/metrics), monitors (GET /api/v1/monitor), downtimes (GET /api/v2/downtime). One list may hold
objects of several kinds. A monitor may be the `definition` of a template, as Datadog exports it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from firedrill.declared.declaration import Declaration, Declared, Kind
from firedrill.standalone.words import shortened
from firedrill.vendors.errors import FiredrillError

_SHAPES: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("log metric", frozenset({"compute"})),
    ("monitor", frozenset({"query", "options"})),
    ("log index", frozenset({"exclusion_filters", "daily_limit", "num_retention_days"})),
    ("downtime", frozenset({"monitor_identifier"})),
    ("pipeline", frozenset({"processors", "filter"})),
)
"""Fields of API JSON that tell its kind: any of them does, in this order."""
_SLO_TYPES = ("metric", "monitor", "time_slice")
_READ_ONLY = frozenset({"canceled", "created", "modified", "status"})
"""What the API answers with of a downtime, beside what it takes."""


def read(value: Any, place: str) -> Declared:
    """What a JSON value declares. Raises FiredrillError for an object of none of the kinds."""
    found = list(_api_objects(value, place))
    declarations = tuple(each for each in found if isinstance(each, Declaration))
    return Declared(place, declarations, Counter(each for each in found if isinstance(each, str)))


def _api_objects(value: Any, place: str) -> Iterator[Declaration | str]:
    """What is declared, and the names of what nothing here reads."""
    if isinstance(value, list):
        for number, entry in enumerate(value, start=1):
            yield from _api_objects(entry, f"{place}, entry {number}")
    elif isinstance(value, dict) and isinstance(value.get("data"), list | dict):
        yield from _api_objects(value["data"], place)
    elif isinstance(value, dict) and isinstance(value.get("indexes"), list):
        yield from _api_objects(value["indexes"], place)
    elif isinstance(value, dict) and isinstance(value.get("definition"), dict):
        yield _api_object(value["definition"], place)
    elif isinstance(value, dict) and isinstance(value.get("thresholds"), list) and value.get("type") in _SLO_TYPES:
        yield "service level objective (SLO)"
    elif isinstance(value, dict) and isinstance(value.get("attributes"), dict):
        yield from _with_attributes(value, place)
    else:
        yield _api_object(value, place)


def _with_attributes(value: dict[str, Any], place: str) -> Iterator[Declaration | str]:
    """What version 2 of the API answers with, by its type."""
    attributes = value["attributes"]
    if value.get("type") == "logs_metrics":
        yield _api_object({"id": value.get("id"), **attributes}, place)
    elif value.get("type") == "downtime" and not attributes.get("canceled"):
        yield _api_object({key: each for key, each in attributes.items() if key not in _READ_ONLY}, place)
    elif value.get("type") != "downtime":
        yield _api_object(value, place)


def _api_object(value: Any, place: str) -> Declaration:
    for kind, fields in _SHAPES:
        if isinstance(value, dict) and not fields.isdisjoint(value):
            name = value.get("name") or value.get("id") or value.get("scope") or ""
            return Declaration(kind, str(name), value, id=str(value.get("id", "")))
    raise FiredrillError(
        f"{place} is {shortened(value)}; it should be rendered resources (firedrill render), or Datadog's API JSON of "
        "pipelines, log-based metrics, indexes, monitors or downtimes."
    )
