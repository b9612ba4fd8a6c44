"""The sinks of Logpush jobs, by the kind of their destinations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from firedrill.errors import CannotRun
from firedrill.sinks import answers
from firedrill.sinks.azure import KEY, Container, account_of
from firedrill.sinks.bigquery import Table, bigquery
from firedrill.sinks.buckets import Bucket
from firedrill.sinks.gcs import GoogleBucket
from firedrill.sinks.kinesis import Stream
from firedrill.sinks.post import Posted
from firedrill.sinks.programs import Programs
from firedrill.sinks.receiver import Receiver
from firedrill.sinks.sink import Sink
from firedrill.vendors.cloudflare.job import Elsewhere
from firedrill.vendors.cloudflare.rules.destinations.address import (
    IBM_KEY,
    IBM_PATH,
    MASKED,
    SPLUNK_PATH,
    SUMO_PATH,
    Address,
    address,
)

_LONGEST_NAME = 150
Open = Callable[[Address, Programs, Path], Sink]
"""Opens the sink of an address; the path is that of a file for receivers of ours."""


def _bucket(address: Address, programs: Programs, _: Path) -> Sink:
    return Bucket(address, programs.aws)


def _posted(address: Address, programs: Programs, file: Path) -> Sink:
    receiver = Receiver(answers.KINDS[address.kind](address), file)
    return Posted(address, programs.ends.enter_context(receiver.serving()), receiver)


def _table(address: Address, programs: Programs, file: Path) -> Sink:
    receiver = Receiver(bigquery(address), file)
    return Table(address, programs.ends.enter_context(receiver.serving()), receiver)


KINDS: Mapping[str, Open] = {
    "r2": _bucket,
    "s3": _bucket,
    "gs": lambda address, programs, _: GoogleBucket(address, programs.gcs),
    "azure": lambda address, programs, _: Container(address, programs.azure(account_of(address), KEY)),
    "kinesis": lambda address, programs, _: Stream(address, programs.aws),
    "bq": _table,
    **dict.fromkeys(answers.KINDS, _posted),
}
"""By how the addresses begin."""


_PLACES = {
    "azure": "azure://account1.blob.core.windows.net/trace-events?sig=masked",
    "bq": "bq://projects/masked/datasets/masked/tables/masked?credentials=masked",
    "ibmcl": f"ibmcl://masked{IBM_PATH}?{IBM_KEY}=masked",
    "sentinelone": f"sentinelone://masked{SPLUNK_PATH}?header_Authorization=Bearer%20masked",
    "sumo": f"sumo://masked{SUMO_PATH}masked",
    "splunk": f"splunk://masked{SPLUNK_PATH}?channel=masked&header_Authorization=Splunk%20masked",
}
"""What stands for an address that is masked as a whole, where its receiver needs to know more than its kind."""


def opened(job: Elsewhere, programs: Programs) -> Sink:
    """The sink that stands for the destination of a job.

    Raises CannotRun when its program is not installed or does not start, or what the job sends cannot be read back.
    """
    if not job.output.is_json:
        raise CannotRun("what its output_options make of a record is not emulated, but for JSON objects")
    masked = job.conf == f"{job.kind}://{MASKED}"
    return opened_at(_PLACES.get(job.kind, job.conf) if masked else job.conf, programs, job.label)


def opened_at(conf: str, programs: Programs, name: str) -> Sink:
    """The sink that stands for a destination_conf; a receiver of ours keeps what it gets in a file of that name.

    Raises CannotRun when its program is not installed or does not start.
    """
    parts = address(conf)
    if parts.host in programs.sinks:
        return Posted(parts, programs.sinks[parts.host])
    return KINDS[parts.kind](parts, programs, programs.folder / f"{_file_name(name)}.ndjson")


def _file_name(name: str) -> str:
    """A name that every file system takes."""
    written = quote(name, safe="")
    return (
        written
        if len(written) <= _LONGEST_NAME
        else f"{written[:_LONGEST_NAME]}-{sha256(name.encode()).hexdigest()[:8]}"
    )
