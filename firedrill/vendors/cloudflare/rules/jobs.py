"""A Logpush job as a whole.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration,
developers.cloudflare.com/api/resources/logpush
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.vendors.cloudflare.rules.destinations.check import destination_breaches
from firedrill.vendors.cloudflare.rules.fields import DATASET
from firedrill.vendors.cloudflare.rules.filters import filter_breaches
from firedrill.vendors.cloudflare.rules.outputs import output_breaches
from firedrill.vendors.rules.breach import Breach, shown

MAX_NAME = 512
"""Characters."""
_FREQUENCIES = ("high", "low")
_UPLOADS = {
    "max_upload_bytes": (5_000_000, 1_000_000_000),
    "max_upload_records": (1_000, 1_000_000),
    "max_upload_interval_seconds": (30, 300),
}


def job_breaches(job: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with a job's API JSON. The first word of each field names the option that it is about."""
    yield from dataset_breaches(job.get("dataset", "http_requests"))
    yield from name_breaches(job.get("name") or "")
    if job.get("zone_id") and not job.get("account_id"):
        allowed = f"nothing, since the dataset {DATASET} belongs to accounts"
        yield Breach("zone_id", shown(job["zone_id"]), allowed, "set account_id in its place")
    if job.get("kind"):
        yield Breach(
            "kind",
            shown(job["kind"]),
            "nothing, since only the dataset http_requests has kinds of jobs",
            "leave it out",
        )
    if job.get("frequency", "high") not in _FREQUENCIES:
        yield Breach("frequency", shown(job["frequency"]), f"one of {', '.join(_FREQUENCIES)}")
    if "destination_conf" in job:
        yield from destination_breaches(job["destination_conf"])
    yield from output_breaches(job.get("output_options") or {})
    yield from filter_breaches(job.get("filter") or "")
    for key, (low, high) in _UPLOADS.items():
        given = job.get(key) or 0
        if not isinstance(given, (int, float)) or (given and not low <= given <= high):
            yield Breach(key, shown(given), f"0 (the default), or {low} to {high}")


def dataset_breaches(dataset: object) -> Iterator[Breach]:
    """Whether it is the dataset of what Workers log."""
    if dataset != DATASET:
        allowed = f"{DATASET!r}, which has the events of Workers (the provider's default is 'http_requests')"
        yield Breach("dataset", shown(dataset), allowed)


def name_breaches(name: str) -> Iterator[Breach]:
    """Whether the name, which may be empty, is short enough."""
    if len(name) > MAX_NAME:
        yield Breach("name", f"{len(name)} characters long", f"at most {MAX_NAME} characters")
