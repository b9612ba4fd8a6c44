"""The objects of an archive: of R2 by Cloudflare's token, of other buckets with the user's credentials for them.

Sources: docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2,
cloud.google.com/storage/docs/json_api (objects: list),
learn.microsoft.com/rest/api/storageservices/list-blobs
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

from firedrill.challenge.reading import Environment, Unreadable, azure, container_of, google, s3_client, s3_refusals
from firedrill.vendors.cloudflare.rules.destinations.address import Address

NEEDS = {
    "s3": "s3:ListBucket",
    "gs": "storage.objects.list",
    "azure": "the permission to list (sp=l) on containers (srt=c)",
}
"""What the credentials have to permit, by kind."""


def listed(place: Address, prefix: str, environment: Environment) -> Iterator[str]:
    """The keys that begin with a prefix, which is of the bucket or container. Raises Unreadable."""
    yield from _LISTED[place.kind](place, prefix, environment)


def _s3(place: Address, prefix: str, environment: Environment) -> Iterator[str]:
    client = s3_client(place, environment)
    with s3_refusals():
        for page in client.get_paginator("list_objects_v2").paginate(Bucket=place.host, Prefix=prefix):
            yield from (each["Key"] for each in page.get("Contents", ()))


def _gcs(place: Address, prefix: str, environment: Environment) -> Iterator[str]:
    token = ""
    while True:
        query = urlencode({"prefix": prefix, "pageToken": token, "fields": "items(name),nextPageToken"})
        with _readable("Google Cloud Storage"):
            page = json.loads(google(f"/storage/v1/b/{quote(place.host)}/o?{query}", environment))
        yield from (each["name"] for each in page.get("items", ()))
        token = page.get("nextPageToken", "")
        if not token:
            return


def _azure(place: Address, prefix: str, environment: Environment) -> Iterator[str]:
    marker = ""
    while True:
        query = urlencode({"restype": "container", "comp": "list", "prefix": prefix, "marker": marker})
        with _readable("Azure"):
            page = ElementTree.fromstring(azure(place, f"{container_of(place)}?{query}", environment))  # noqa: S314
        yield from (each.text or "" for each in page.iterfind(".//Blob/Name"))
        marker = page.findtext("NextMarker") or ""
        if not marker:
            return


@contextmanager
def _readable(vendor: str) -> Iterator[None]:
    try:
        yield
    except (ValueError, ElementTree.ParseError) as error:
        raise Unreadable(f"{vendor} does not answer as documented") from error


_LISTED: Mapping[str, Callable[[Address, str, Environment], Iterator[str]]] = {"s3": _s3, "gs": _gcs, "azure": _azure}
