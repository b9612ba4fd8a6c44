"""Notification rules, archives of logs and restriction queries.

Source: pulumi.com/registry/packages/datadog/api-docs (MonitorNotificationRule, LogsArchive, LogsArchiveOrder,
LogsRestrictionQuery)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.vendors.datadog.from_pulumi.inputs import Json, snake, without

_DESTINATIONS = {"azureArchive": "azure", "gcsArchive": "gcs", "s3Archive": "s3"}


def as_written(inputs: Mapping[str, Any]) -> Json:
    """A resource whose inputs are the API's attributes in camel case."""
    attributes: Json = snake(inputs)
    return attributes


def archive(inputs: Mapping[str, Any]) -> Json:
    """`LogsArchive` as the API's attributes, with its destination under one name."""
    given = [{"type": kind, **snake(inputs[key])} for key, kind in _DESTINATIONS.items() if inputs.get(key)]
    return {**snake(without(inputs, *_DESTINATIONS)), **({"destination": given[0]} if len(given) == 1 else {})}
