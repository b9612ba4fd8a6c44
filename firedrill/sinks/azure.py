"""Containers of Azure Blob Storage, as Azurite serves them, which checks the shared access signature.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/azure,
learn.microsoft.com/rest/api/storageservices/create-account-sas, .../put-blob, .../list-blobs
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from firedrill.sinks.wire import call, unless_there
from firedrill.vendors.cloudflare.rules.destinations.address import AZURE_HOST, SIGNED, Address
from firedrill.vendors.cloudflare.uploads import TEST_OBJECT, Upload

KEY = base64.b64encode(b"the account's key on this machine").decode()
"""Of every storage account here: what signs shared access signatures."""
_VERSION = "2022-11-02"
_HEADERS = {"x-ms-version": _VERSION}
_LATER = "2099-01-01T00:00:00Z"
_UPLOADER = {"sv": _VERSION, "ss": "b", "srt": "o", "sp": "wc", "se": _LATER}
_OWNER = {"sv": _VERSION, "ss": "b", "srt": "sco", "sp": "rwdlac", "se": _LATER}
_SIGNED = ("sp", "ss", "srt", "st", "se", "sip", "spr", "sv", "ses")
"""What is signed, in this order, after the account's name; each is followed by a new line."""


def account_of(address: Address) -> str:
    """The storage account of an address; one of ours where the host is masked or no host of Azure's."""
    name = address.host.removesuffix(AZURE_HOST)
    return name if name.isalnum() else "account1"


def signed(account: str, fields: Mapping[str, str]) -> str:
    """The query of a shared access signature with these fields and the account's key on this machine."""
    text = "\n".join([account, *(fields.get(name, "") for name in _SIGNED), ""])
    digest = hmac.digest(base64.b64decode(KEY), text.encode(), hashlib.sha256)
    return urlencode({**fields, "sig": base64.b64encode(digest).decode()})


def owners_signature(account: str) -> str:
    """The query of a signature that permits everything."""
    return signed(account, _OWNER)


class Container:
    """A container that has been made for an address.

    The fields of the address's signature (permissions, expiry, ...) are signed again by the account's key on this
    machine: only Azure can check the original, but what it permits is checked. Where they are masked or made up, it is
    one that may write objects.
    """

    def __init__(self, address: Address, server: str) -> None:
        account = account_of(address)
        container, _, self._path = address.path.removeprefix("/").partition("/")
        self._server = server
        self._base = f"/{account}/{container if container.replace('-', '').isalnum() else 'logs'}"
        given = {name: address.get(name) for name in SIGNED if address.get(name)}
        self._signature = signed(account, given if "se" in given else _UPLOADER)
        self._owner = owners_signature(account)
        self._names: set[str] = set()
        with unless_there():
            call(server, "PUT", f"{self._base}?restype=container&{self._owner}", headers=_HEADERS)

    @property
    def place(self) -> str:
        """The container, and how to list it."""
        return f"container {self._base[1:]}: curl '{self._server}{self._list()}'"

    def test(self) -> None:
        """The test object."""
        self.put(TEST_OBJECT)

    def put(self, upload: Upload) -> None:
        """A block blob."""
        name = upload.key(self._path)
        self._names.add(name)
        self._write(name, upload.body, "application/gzip")

    def keep(self, key: str, text: bytes) -> None:
        """The same, of a text."""
        self._write(key, text, "text/plain")

    def _write(self, name: str, body: bytes, kind: str) -> None:
        path = f"{self._base}/{quote(name)}?{self._signature}"
        headers = {**_HEADERS, "x-ms-blob-type": "BlockBlob", "Content-Type": kind}
        call(self._server, "PUT", path, body, headers)

    def arrived(self) -> Iterator[bytes]:
        """Every blob of this job, by its name: other jobs may share the container."""
        marker = ""
        while True:
            page = ElementTree.fromstring(call(self._server, "GET", self._list(marker), headers=_HEADERS))  # noqa: S314 - ours
            for name in (each.text or "" for each in page.iterfind(".//Blob/Name")):
                if name not in self._names:
                    continue
                path = f"{self._base}/{quote(name)}?{self._owner}"
                yield gzip.decompress(call(self._server, "GET", path, headers=_HEADERS))
            marker = page.findtext("NextMarker") or ""
            if not marker:
                return

    def _list(self, marker: str = "") -> str:
        return f"{self._base}?restype=container&comp=list&marker={quote(marker)}&{self._owner}"
