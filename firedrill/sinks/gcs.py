"""Buckets of Google Cloud Storage, as fake-gcs-server serves them.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/google-cloud-storage,
cloud.google.com/storage/docs/json_api/v1/objects
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from urllib.parse import quote, urlencode

from firedrill.sinks.buckets import bucket_name
from firedrill.sinks.wire import call, unless_there
from firedrill.vendors.cloudflare.rules.destinations.address import Address
from firedrill.vendors.cloudflare.uploads import TEST_OBJECT, Upload

_JSON = {"Content-Type": "application/json"}


class GoogleBucket:
    """A bucket that has been made for an address."""

    def __init__(self, address: Address, server: str) -> None:
        self._name, self._path, self._server = bucket_name(address.host), address.path, server
        self._names: set[str] = set()
        with unless_there():
            call(server, "POST", "/storage/v1/b?project=local", json.dumps({"name": self._name}).encode(), _JSON)

    @property
    def place(self) -> str:
        """The bucket, and how to list it."""
        return f"bucket {self._name}: curl {self._server}/storage/v1/b/{self._name}/o"

    def test(self) -> None:
        """The test object."""
        self.put(TEST_OBJECT)

    def put(self, upload: Upload) -> None:
        """A media upload."""
        name = upload.key(self._path)
        self._names.add(name)
        self._write(name, upload.body, "application/gzip")

    def keep(self, key: str, text: bytes) -> None:
        """The same, of a text."""
        self._write(key, text, "text/plain")

    def _write(self, name: str, body: bytes, kind: str) -> None:
        query = urlencode({"uploadType": "media", "name": name})
        call(self._server, "POST", f"/upload/storage/v1/b/{self._name}/o?{query}", body, {"Content-Type": kind})

    def arrived(self) -> Iterator[bytes]:
        """Every object of this job, by its name: other jobs may share the bucket."""
        objects = f"/storage/v1/b/{self._name}/o"
        token = ""
        while True:
            page = json.loads(call(self._server, "GET", f"{objects}?pageToken={quote(token)}"))
            for name in (each["name"] for each in page.get("items", ())):
                if name in self._names:
                    yield gzip.decompress(call(self._server, "GET", f"{objects}/{quote(name, safe='')}?alt=media"))
            token = page.get("nextPageToken", "")
            if not token:
                return
