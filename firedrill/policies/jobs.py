"""What rules read of a Logpush job: where it delivers, and which fields of each record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from firedrill.policies.rule import Item
from firedrill.vendors.cloudflare.rules.destinations.address import delivers_to_datadog


def destination(job: Item) -> str:
    """Its destination_conf; "" where there is none."""
    return str(job.inputs.get("destinationConf") or "")


def delivers_here(job: Item) -> bool:
    """Whether the job delivers to Datadog, and not beside it to where nothing here reads what it sends."""
    return delivers_to_datadog(destination(job))


def output(job: Item) -> Mapping[str, Any]:
    """Its output options."""
    return job.inputs.get("outputOptions") or {}


def selected(job: Item) -> Sequence[str]:
    """The names of the fields that it sends."""
    return output(job).get("fieldNames") or ()
