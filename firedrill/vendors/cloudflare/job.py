"""One Logpush job, compiled from its API JSON.

Source: developers.cloudflare.com/logs/logpush/logpush-job/api-configuration
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import Any

from firedrill.vendors.cloudflare.delivery import Batch, Limits
from firedrill.vendors.cloudflare.destination import Destination, datadog_destination
from firedrill.vendors.cloudflare.filter import Predicate, compile_filter
from firedrill.vendors.cloudflare.output import Output, compile_output, line
from firedrill.vendors.cloudflare.rules.destinations.check import KINDS, destination_breaches, kind_of
from firedrill.vendors.cloudflare.rules.jobs import carries_workers, job_breaches, owner_breaches, proof_breaches
from firedrill.vendors.cloudflare.trace_items import Record
from firedrill.vendors.cloudflare.truncation import truncate
from firedrill.vendors.cloudflare.uploads import Upload, upload
from firedrill.vendors.errors import Mistakes, Unsupported, refuse


@dataclass(frozen=True)
class _Sending:
    """What any job does with a record, wherever it delivers."""

    name: str
    enabled: bool
    accepts: Predicate
    output: Output
    limits: Limits

    def prepare(self, record: Record) -> Record | None:
        """What the job sends of a full record, before sampling; None when its filter keeps it back."""
        return self.output.select(truncate(record)) if self.accepts(record) else None

    def size(self, prepared: Record) -> int:
        """Bytes that a prepared record takes in a batch."""
        return len(line(prepared).encode())

    def obstacles(self, script: Mapping[str, Any]) -> list[str]:
        """Why no record of the WorkersScript (API JSON) can reach its destination; empty when nothing is in the way."""
        return obstacles(self.name, self.enabled, script)


@dataclass(frozen=True)
class Job(_Sending):
    """A job that delivers Workers trace events to Datadog."""

    destination: Destination


@dataclass(frozen=True)
class Elsewhere(_Sending):
    """A job as what it uploads, to a destination of any kind; its credentials are in `conf` if known.

    `label` tells it from the others, which may have its name.
    """

    conf: str = field(repr=False)
    label: str

    @property
    def kind(self) -> str:
        """How the address of its destination begins."""
        return kind_of(self.conf)

    def upload(self, number: int, batch: Batch[Record]) -> Upload:
        """What is uploaded of its `number`th batch."""
        began_ms = batch.time_ms - self.limits.interval_ms
        return upload(self.label, number, self.output.batch(batch.records), len(batch.records), began_ms, batch.time_ms)


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


def compile_uploading(jobs: Iterable[Mapping[str, Any]]) -> list[Elsewhere]:
    """What each of the jobs (API JSON, already checked) uploads, those to Datadog included."""
    carrying = [*filter(carries_workers, jobs)]
    return [
        Elsewhere(
            api.get("name") or "",
            bool(api.get("enabled")),
            compile_filter(api.get("filter") or "", "Logpush job"),
            compile_output(api["output_options"], "Logpush job"),
            _limits(api),
            api["destination_conf"],
            label,
        )
        for api, label in zip(carrying, _labels(each.get("name") or "" for each in carrying), strict=True)
    ]


def _labels(names: Iterable[str]) -> Iterator[str]:
    """The name of each job where it is the first one of that name, else with a number."""
    taken: set[str] = set()
    for name in names:
        first = name or _UNNAMED
        others = (f"{first}-{number}" for number in count(2))
        label = next(each for each in chain([first], others) if each not in taken)
        taken.add(label)
        yield label


_UNNAMED = "unnamed"


def check_job(api: Mapping[str, Any], *, may_be_there: bool = False) -> Job | None:
    """Compile a job's API JSON; of one that delivers elsewhere than to Datadog, check all but its destination: None.

    Of one that is not about Workers its owner and its destination are checked: None, too. One that `may_be_there` need
    not prove whose its destination is.

    Every mistake raises FiredrillError (or Unsupported) beginning with the job's name.
    """
    place = f"Logpush job {api.get('name') or ''!r}"
    if not carries_workers(api):  # of other datasets only the destination is known here
        refuse(place, [*owner_breaches(api), *destination_breaches(api.get("destination_conf") or "")])
        return None
    mistakes = Mistakes()
    unproven = () if may_be_there else proof_breaches(api)
    for breach in (*owner_breaches(api), *job_breaches(api), *unproven):
        with mistakes.collect(breach.field.partition(".")[0]):
            refuse(place, [breach])
    with mistakes.collect("logpull_options"):
        if api.get("logpull_options"):
            raise Unsupported(f"logpull_options {api['logpull_options']!r}", place)
    mistakes.raise_all()
    conf = api["destination_conf"]
    destination = datadog_destination(conf) if kind_of(conf) == "datadog" else None
    with mistakes.collect("output_options"):
        output = compile_output(api["output_options"], place)
        if destination and not output.is_plain:
            raise Unsupported("output_options that change the shape of a record, delivered to Datadog", place)
    mistakes.raise_all()
    if destination is None:
        return None
    accepts = compile_filter(api.get("filter") or "", place)
    return Job(api.get("name") or "", bool(api.get("enabled")), accepts, output, _limits(api), destination)


def _limits(api: Mapping[str, Any]) -> Limits:
    """The job's own limits within the destination's, which max_upload_* cannot raise."""
    default, kind = Limits(), KINDS[kind_of(api["destination_conf"])]
    return Limits(
        records=min(api.get("max_upload_records") or default.records, kind.max_records),
        bytes=min(api.get("max_upload_bytes") or default.bytes, kind.max_bytes),
        interval_ms=(api.get("max_upload_interval_seconds") or 0) * 1000 or default.interval_ms,
    )
