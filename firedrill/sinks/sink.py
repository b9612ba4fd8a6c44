"""What all sinks have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from firedrill.vendors.cloudflare.uploads import Upload

TIMEOUT_S = 10.0
"""How long a destination may take to answer. Logpush's own time-out is undocumented."""


class Refused(Exception):
    """A destination has not confirmed an upload; the text says how it answered. It may hold the upload all the same."""


class Sink(Protocol):
    """A destination on this machine."""

    @property
    def place(self) -> str:
        """Where to look at what has arrived, in words for a person."""

    def test(self) -> None:
        """What Logpush sends when a job is created. Raises Refused."""

    def put(self, upload: Upload) -> None:
        """One attempt to upload. Raises Refused."""

    def arrived(self) -> Iterator[bytes]:
        """The lines of every upload that is there, uncompressed: in any order, and a test upload may be among them."""


@runtime_checkable
class Challenged(Sink, Protocol):
    """A destination that takes an ownership challenge."""

    def keep(self, key: str, text: bytes) -> None:
        """Write a text, which is no log: as an object with that key where there are objects. Raises Refused."""
