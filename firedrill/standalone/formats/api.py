"""Datadog's own API JSON, whose kinds are recognised by their shape.

It is one object, a list of objects, or the list answers of Datadog's API: pipelines
(GET /api/v1/logs/config/pipelines), indexes (GET /api/v1/logs/config/indexes), log-based metrics
(GET /api/v2/logs/config/metrics), monitors (GET /api/v1/monitor), downtimes (GET /api/v2/downtime), SLOs
(GET /api/v1/slo), notification rules (GET /api/v2/monitor/notification_rule), archives
(GET /api/v2/logs/config/archives). One list may hold objects of several kinds. A monitor may be the `definition` of a
template, as Datadog exports it; a dashboard is as its page exports it, or GET /api/v1/dashboard/{id} answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.declared.declaration import Declaration, Declared, Kind
from firedrill.standalone.words import shortened
from firedrill.vendors.datadog import from_pulumi as datadog
from firedrill.vendors.errors import FiredrillError

_SHAPES: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("dashboard", frozenset({"widgets", "layout_type"})),
    ("SLO", frozenset({"thresholds", "sli_specification", "monitor_ids"})),
    ("log metric", frozenset({"compute"})),
    ("monitor", frozenset({"query", "options"})),
    ("log index", frozenset({"exclusion_filters", "daily_limit", "num_retention_days"})),
    ("downtime", frozenset({"monitor_identifier"})),
    ("pipeline", frozenset({"processors", "filter"})),
)
"""Fields of API JSON that tell its kind: any of them does, in this order."""
_ATTRIBUTES: Mapping[str, Kind] = {
    "archive_order": "archive order",
    "archives": "archive",
    "downtime": "downtime",
    "logs_metrics": "log metric",
    "logs_restriction_queries": "restriction query",
    "monitor-notification-rule": "notification rule",
}
"""The kinds of what version 2 of the API answers with, by its type."""
_FORMER_DOWNTIME = {
    "end": "end",
    "monitor_id": "monitorId",
    "monitor_tags": "monitorTags",
    "mute_first_recovery_notification": "muteFirstRecoveryNotification",
    "recurrence": "recurrence",
    "scope": "scopes",
    "start": "start",
    "timezone": "timezone",
}
"""Fields of a downtime in version 1 of the API, as the older resource names them."""
_READ_ONLY = frozenset({"canceled", "created", "modified", "status"})
"""What the API answers with of a downtime, beside what it takes."""


def read(value: Any, place: str) -> Declared:
    """What a JSON value declares. Raises FiredrillError for an object of none of the kinds."""
    return Declared(place, tuple(_api_objects(value, place)), {})


def _api_objects(value: Any, place: str) -> Iterator[Declaration]:
    if isinstance(value, list):
        for number, entry in enumerate(value, start=1):
            yield from _api_objects(entry, f"{place}, entry {number}")
    elif isinstance(value, dict) and isinstance(value.get("data"), list | dict):
        yield from _api_objects(value["data"], place)
    elif isinstance(value, dict) and isinstance(value.get("indexes"), list):
        yield from _api_objects(value["indexes"], place)
    elif isinstance(value, dict) and isinstance(value.get("definition"), dict):
        yield _api_object(value["definition"], place)
    elif isinstance(value, dict) and isinstance(value.get("dashboards"), list):
        yield from _api_objects(value["dashboards"], place)
    elif isinstance(value, dict) and isinstance(value.get("attributes"), dict):
        yield from _with_attributes(value, place)
    else:
        yield _api_object(value, place)


def _with_attributes(value: dict[str, Any], place: str) -> Iterator[Declaration]:
    """What version 2 of the API answers with, by its type."""
    attributes, kind = value["attributes"], _ATTRIBUTES.get(str(value.get("type")))
    if kind is None:
        yield _api_object(value, place)
    elif kind == "log metric":
        yield _declaration(kind, {"id": value.get("id"), **attributes})
    elif kind != "downtime":
        yield _declaration(kind, attributes)
    elif not attributes.get("canceled"):
        yield _declaration(kind, {key: each for key, each in attributes.items() if key not in _READ_ONLY})


def _api_object(value: Any, place: str) -> Declaration:
    if isinstance(value, dict) and isinstance(value.get("scope"), list):
        return _declaration("downtime", _former_downtime(value))
    for kind, fields in _SHAPES:
        if isinstance(value, dict) and not fields.isdisjoint(value):
            return _declaration(kind, value)
    raise FiredrillError(
        f"{place} is {shortened(value)}; it should be rendered resources (firedrill render), what terraform show "
        "-json, pulumi stack export or pulumi preview --json prints, a file of Wrangler's, or Datadog's API JSON of "
        "pipelines, log-based metrics, indexes, monitors, downtimes, SLOs, dashboards, notification rules or archives."
    )


def _former_downtime(value: Mapping[str, Any]) -> dict[str, Any]:
    """A downtime of version 1 of the API as the attributes of version 2."""
    inputs = {camel: value[name] for name, camel in _FORMER_DOWNTIME.items() if value.get(name) is not None}
    kept = {name: value[name] for name in ("message", "notify_end_states", "notify_end_types") if value.get(name)}
    return {**datadog.downtime(inputs), **kept}


def _declaration(kind: Kind, spec: dict[str, Any]) -> Declaration:
    name = spec.get("name") or spec.get("title") or spec.get("id") or spec.get("scope") or ""
    return Declaration(kind, str(name), spec, id=str(spec.get("id", "")))
