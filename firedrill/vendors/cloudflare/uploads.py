"""What a Logpush job uploads: the name of an object, and what is in it.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/aws-s3 ({DATE}),
developers.cloudflare.com/logs/logpush/logpush-job/log-output-options
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

TEST = b'{"content":"tests"}'
"""What is uploaded, compressed, to see that a destination can be written to."""
DATE = "{DATE}"
"""In a path: the day in UTC, YYYYMMDD."""


@dataclass(frozen=True)
class Upload:
    """One batch on its way; `lines` are uncompressed, `name` is that of its object, `date` its day as YYYYMMDD."""

    name: str
    date: str
    lines: bytes
    records: int

    @cached_property
    def body(self) -> bytes:
        """What is sent: the lines as gzip."""
        return gzip.compress(self.lines, compresslevel=1, mtime=0)

    def key(self, path: str) -> str:
        """The object's key in a bucket with that path, in which `{DATE}` is its day."""
        return "/".join(filter(None, (path.strip("/").replace(DATE, self.date), self.name)))


TEST_OBJECT = Upload("test.txt.gz", "00010101", TEST, 0)
"""The same as an object, in the folder of a day that no batch is of: as seen in a bucket that Logpush had tested."""


def is_test(record: Any) -> bool:
    """Whether what was read back is no record but left by a test upload: the test object, or a table's empty row."""
    return record in (json.loads(TEST), {})


def upload(job: str, number: int, text: str, records: int, began_ms: int, ended_ms: int) -> Upload:
    """The `number`th upload of a job: the text of so many records between two times (ms).

    Windows in names overlap where a batch was full before its time, and several objects may have the same: what tells
    them apart is the hash. It is the same for each attempt: that Logpush keeps the name is modelled.
    """
    unique = hashlib.sha256(f"{job}/{number}".encode()).hexdigest()[:8]
    name = f"{_compact(began_ms)}_{_compact(ended_ms)}_{unique}.log.gz"
    return Upload(name, _compact(ended_ms)[:8], text.encode(), records)


def records_in(lines: bytes) -> Iterator[Any]:
    """The records of uploads: JSON values one after the other, those of arrays one by one. Raises ValueError."""
    text, at = lines.decode(), 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        value, at = _DECODER.raw_decode(text, at)
        yield from value if isinstance(value, list) else [value]


_DECODER = json.JSONDecoder()


def _compact(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
