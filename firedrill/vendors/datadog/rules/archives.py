"""What Datadog accepts of archives of logs, apart from their queries.

Source: docs.datadoghq.com/logs/log_configuration/archives, docs.datadoghq.com/api/latest/logs-archives
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.shapes import FLAG, NUMBER, STRINGS, TEXT, Shape, besides, fitted

_NEEDS = {"azure": ("container", "storage_account"), "gcs": ("bucket",), "s3": ("bucket",)}
"""What a destination of each type cannot do without."""

_DESTINATION: Shape = {
    **dict.fromkeys(("type", "bucket", "container", "storage_account", "path", "region"), TEXT),
    "integration": dict.fromkeys(
        ("account_id", "client_email", "client_id", "project_id", "role_name", "tenant_id"), TEXT
    ),
}
_ARCHIVE: Shape = {
    "name": TEXT,
    "query": TEXT,
    "include_tags": FLAG,
    "rehydration_tags": STRINGS,
    "rehydration_max_scan_size_in_gb": NUMBER,
    "destination": _DESTINATION,
}


def archive_breaches(raw: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with an archive's attributes as the API has them."""
    sound, wrong = fitted(raw, _ARCHIVE)
    yield from besides(wrong, _breaches(sound))


def _breaches(raw: Mapping[str, Any]) -> Iterator[Breach]:
    if not raw.get("name"):
        yield Breach("name", "", "text")
    destination = raw.get("destination") or {}
    kind = destination.get("type")
    if kind not in _NEEDS:
        yield Breach("destination.type", "" if kind is None else shown(kind), f"one of {', '.join(_NEEDS)}")
        return
    for field in _NEEDS[kind]:
        if not destination.get(field):
            yield Breach(f"destination.{field}", "", "text")


def order_breaches(raw: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with an order of archives."""
    ids = raw.get("archive_ids")
    if not isinstance(ids, list):
        yield Breach("archive_ids", "" if ids is None else shown(ids), "a list of the archives' ids")
        return
    known, wrong = fitted(ids, STRINGS, "archive_ids")
    yield from wrong
    for each in dict.fromkeys(each for each in known if known.count(each) > 1):
        yield Breach("archive_ids", f"{shown(each)} twice", "each archive once")
