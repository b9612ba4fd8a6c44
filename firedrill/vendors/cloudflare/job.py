"""One Logpush job, compiled from its API JSON.

Source: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from firedrill.vendors.cloudflare.delivery import Limits
from firedrill.vendors.cloudflare.destination import Destination, parse_destination, scheme
from firedrill.vendors.cloudflare.fields import DATASET
from firedrill.vendors.cloudflare.filter import Predicate, compile_filter
from firedrill.vendors.cloudflare.output import Output, compile_output
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.cloudflare.truncation import truncate
from firedrill.vendors.errors import FiredrillError, Mistakes, Unsupported

_UPLOAD_RANGES = {
    "max_upload_bytes": (5_000_000, 1_000_000_000),
    "max_upload_records": (1_000, 1_000_000),
    "max_upload_interval_seconds": (30, 300),
}


@dataclass(frozen=True)
class Job:
    """A job that delivers Workers trace events to Datadog."""

    name: str
    enabled: bool
    accepts: Predicate
    output: Output
    destination: Destination
    limits: Limits

    def prepare(self, record: Record) -> Record | None:
        """What the job sends of a full record, before sampling; None when its filter keeps it back."""
        return self.output.select(truncate(record)) if self.accepts(record) else None

    def size(self, prepared: Record) -> int:
        """Bytes that a prepared record takes in a batch."""
        return len(self.output.render([prepared]).encode())

    def obstacles(self, script: Mapping[str, Any]) -> list[str]:
        """Why no record of the WorkersScript (API JSON) can reach Datadog; empty when nothing is in the way."""
        return obstacles(self.name, self.enabled, script)


def obstacles(name: str, enabled: bool, script: Mapping[str, Any] | None = None) -> list[str]:
    """The same for a job of which only the name and the switch are known, and perhaps no script."""
    found = []
    if not enabled:
        found.append(
            f"the Logpush job {name!r} is disabled, so nothing leaves Cloudflare; set enabled=True"
            " (the provider's default is False)"
        )
    if script is not None and not script.get("logpush"):
        found.append(
            f"logpush is off on the WorkersScript {script['script_name']!r}, so no job gets its events;"
            " set logpush=True (the default is False)"
        )
    return found


def compile_jobs(jobs: Iterable[Mapping[str, Any]]) -> list[Job]:
    """Check all jobs (API JSON) and compile those that deliver to Datadog; raises FiredrillError with every mistake."""
    mistakes = Mistakes()
    found = []
    for api in jobs:
        with mistakes.collect():
            found.append(check_job(api))
    mistakes.raise_all()
    return [job for job in found if job is not None]


def check_job(api: Mapping[str, Any]) -> Job | None:
    """Compile a job's API JSON; of one that delivers elsewhere than to Datadog, check all but its destination: None.

    Every mistake raises FiredrillError (or Unsupported) beginning with the job's name.
    """
    place = f"Logpush job {api.get('name') or ''!r}"
    mistakes = Mistakes()
    with mistakes.collect("dataset"):
        _check_dataset(api.get("dataset", "http_requests"), place)
    for unsupported in ("logpull_options", "kind"):
        with mistakes.collect(unsupported):
            if api.get(unsupported):
                raise Unsupported(f"{unsupported} {api[unsupported]!r}", place)
    datadog, destination = True, None
    with mistakes.collect("destination_conf"):
        datadog = scheme(api["destination_conf"], place) == "datadog"
        destination = parse_destination(api["destination_conf"], place) if datadog else None
    with mistakes.collect("output_options"):
        output = compile_output(api.get("output_options") or {}, place)
        if datadog and not output.is_plain:
            raise Unsupported("output_options that change the shape of a record, delivered to Datadog", place)
    with mistakes.collect("filter"):
        accepts = compile_filter(api.get("filter") or "", place)
    with mistakes.collect("max_upload"):
        own = _own_limits(api, place)
    mistakes.raise_all()
    if destination is None:
        return None
    return Job(api.get("name") or "", bool(api.get("enabled")), accepts, output, destination, _limits(own, destination))


def _check_dataset(dataset: object, place: str) -> None:
    if dataset != DATASET:
        raise FiredrillError(
            f"{place}: the dataset is {dataset!r} (the provider's default is 'http_requests');"
            f" the events of Workers are in {DATASET!r}"
        )


def _own_limits(api: Mapping[str, Any], place: str) -> dict[str, int]:
    """What the job sets of max_upload_*, 0 for the default."""
    given = {}
    for key, (low, high) in _UPLOAD_RANGES.items():
        given[key] = api.get(key) or 0
        if given[key] and not low <= given[key] <= high:
            raise FiredrillError(f"{place}: {key} is {given[key]!r}; it has to be 0 (default) or from {low} to {high}")
    return given


def _limits(own: Mapping[str, int], destination: Destination) -> Limits:
    """The job's own limits within Datadog's, which max_upload_* cannot raise."""
    default = Limits()
    return Limits(
        records=min(own["max_upload_records"] or default.records, destination.max_records),
        bytes=min(own["max_upload_bytes"] or default.bytes, destination.max_bytes),
        interval_ms=own["max_upload_interval_seconds"] * 1000 or default.interval_ms,
    )
