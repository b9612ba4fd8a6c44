"""The sinks of Logpush jobs, by the kind of their destinations."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from firedrill.sinks.buckets import Bucket
from firedrill.sinks.programs import Programs
from firedrill.sinks.sink import Sink
from firedrill.vendors.cloudflare.rules.destinations.address import Address, address

Open = Callable[[Address, Programs], Sink]

KINDS: Mapping[str, Open] = {
    "r2": lambda parts, programs: Bucket(parts, programs.aws),
    "s3": lambda parts, programs: Bucket(parts, programs.aws),
}
"""By how the addresses begin."""


def opened(conf: str, programs: Programs) -> Sink | None:
    """The sink that stands for a destination_conf; None for a kind that has none.

    Raises CannotRun when its program is not installed or does not start.
    """
    parts = address(conf)
    found = KINDS.get(parts.kind)
    return found(parts, programs) if found else None
