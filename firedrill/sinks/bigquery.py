"""Tables of BigQuery: rows by its streaming insert, to a receiver of ours that answers as documented.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/bigquery,
cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll, cloud.google.com/bigquery/quotas#streaming_inserts
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from typing import Any

from firedrill.sinks.receiver import Answer, Receiver, Request, Rule
from firedrill.sinks.sink import Refused
from firedrill.sinks.wire import call
from firedrill.vendors.cloudflare.rules.destinations.address import Address
from firedrill.vendors.cloudflare.uploads import Upload, records_in

MAX_BYTES, MAX_ROWS = 10_000_000, 50_000


class Table:
    """The table of an address. The token that Google gives for the address's key is modelled."""

    def __init__(self, address: Address, server: str, receiver: Receiver) -> None:
        self._server, self._receiver, self._path = server, receiver, insert_path(address)

    @property
    def place(self) -> str:
        """The file that has the rows."""
        return f"file {self._receiver.file}"

    def test(self) -> None:
        """An empty row, as documented."""
        self._insert([{}])

    def put(self, upload: Upload) -> None:
        """One insert, a row for each record; it is refused when any row is."""
        self._insert([*records_in(upload.lines)])

    def arrived(self) -> Iterator[bytes]:
        """The rows that were inserted."""
        yield from self._receiver.kept()

    def _insert(self, rows: Sequence[Any]) -> None:
        body = gzip.compress(
            json.dumps({"rows": [{"json": row} for row in rows]}, ensure_ascii=False).encode(), mtime=0
        )
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        wrong = json.loads(call(self._server, "POST", self._path, body, headers)).get("insertErrors", ())
        if wrong:
            raise Refused(f"HTTP 200 with {len(wrong)} insertErrors, the first one {json.dumps(wrong[0])}")


def insert_path(address: Address) -> str:
    """Where rows of an address's table are posted."""
    return f"/bigquery/v2/{address.host}{address.path}/insertAll"


def bigquery(address: Address) -> Rule:
    """The streaming insert: without skipInvalidRows, one row that is no object keeps all of a request out."""
    path = insert_path(address)

    def answer(request: Request) -> Answer:
        if request.path != path:
            return _error(404, "notFound", f"Not found: {request.path}")
        if len(request.lines) > MAX_BYTES:
            return _error(413, "invalid", f"Request payload size exceeds the limit: {MAX_BYTES} bytes.")
        try:
            rows = [row["json"] for row in json.loads(request.lines)["rows"]]
        except (ValueError, KeyError, TypeError):
            return _error(400, "invalid", "Invalid JSON payload received.")
        if not rows or len(rows) > MAX_ROWS:
            return _error(400, "invalid", f"{len(rows)} rows; 1 to {MAX_ROWS} are allowed")
        invalid = [number for number, row in enumerate(rows) if not isinstance(row, dict)]
        wrong = [
            {"index": number, "errors": [{"reason": "invalid" if number in invalid else "stopped"}]}
            for number in (range(len(rows)) if invalid else ())
        ]
        kept = [] if invalid else [f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows]
        told = {"kind": "bigquery#tableDataInsertAllResponse", **({"insertErrors": wrong} if wrong else {})}
        return Answer(200, json.dumps(told), "".join(kept).encode())

    return answer


def _error(status: int, reason: str, message: str) -> Answer:
    return Answer(status, json.dumps({"error": {"code": status, "message": message, "errors": [{"reason": reason}]}}))
