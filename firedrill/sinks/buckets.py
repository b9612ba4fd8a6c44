"""Buckets behind S3's API: Amazon's, R2's and compatible ones, as moto serves them.

Sources: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations (aws-s3, r2, s3-compatible-endpoints),
docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from firedrill.sinks.sink import TIMEOUT_S, Refused
from firedrill.vendors.cloudflare.rules.destinations.address import KEYS, Address
from firedrill.vendors.cloudflare.uploads import TEST_OBJECT, Upload

PART = 8 << 20
"""Bytes of each part of a multipart upload but the last; S3 takes no less than 5 MiB. Logpush's own is undocumented."""
_ANY_REGION = "us-east-1"
OWNER = ("owner", "owner")
"""The access key, its id first, of who has made every bucket here."""


class Bucket:
    """A bucket that has been made for an address."""

    def __init__(self, address: Address, endpoint: str) -> None:
        self.name, self._path, self._endpoint = bucket_name(address.host), address.path, endpoint
        self._options: dict[str, str] = {}
        self._keys: set[str] = set()
        if address.kind == "s3" and not address.get("endpoint"):
            self._options["ACL"] = "bucket-owner-full-control"
        if address.get("sse"):
            self._options["ServerSideEncryption"] = address.get("sse")
        self._client, self._owner = client("s3", endpoint, address), client("s3", endpoint)
        self._owner.create_bucket(Bucket=self.name)

    @property
    def place(self) -> str:
        """The bucket, and how to list it."""
        return f"bucket {self.name}: aws --endpoint-url {self._endpoint} s3 ls --recursive s3://{self.name}"

    def test(self) -> None:
        """The test object."""
        self.put(TEST_OBJECT)

    def put(self, upload: Upload) -> None:
        """A multipart upload, which is aborted when a part of it fails."""
        target = {"Bucket": self.name, "Key": upload.key(self._path)}
        self._keys.add(target["Key"])
        with refusals():
            began = self._client.create_multipart_upload(**target, ContentType="application/gzip", **self._options)
            part_of = {**target, "UploadId": began["UploadId"]}
            try:
                parts = [self._part(part_of, upload.body, at) for at in range(0, len(upload.body), PART)]
                self._client.complete_multipart_upload(**part_of, MultipartUpload={"Parts": parts})
            except BaseException:
                self._client.abort_multipart_upload(**part_of)
                raise

    def keep(self, key: str, text: bytes) -> None:
        """An object."""
        with refusals():
            self._client.put_object(Bucket=self.name, Key=key, Body=text, **self._options)

    def arrived(self) -> Iterator[bytes]:
        """Every object of this job, by its key: other jobs may share the bucket."""
        for page in self._owner.get_paginator("list_objects_v2").paginate(Bucket=self.name):
            for each in page.get("Contents", ()):
                if each["Key"] in self._keys:
                    yield gzip.decompress(self._owner.get_object(Bucket=self.name, Key=each["Key"])["Body"].read())

    def stored(self) -> set[str]:
        """The keys of all objects of this job that are there."""
        pages = self._owner.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        return self._keys & {each["Key"] for page in pages for each in page.get("Contents", ())}

    def unfinished(self) -> int:
        """How many multipart uploads were begun and neither completed nor aborted."""
        return len(self._owner.list_multipart_uploads(Bucket=self.name).get("Uploads", ()))

    def _part(self, part_of: dict[str, str], body: bytes, at: int) -> dict[str, Any]:
        number = at // PART + 1
        sent = self._client.upload_part(**part_of, PartNumber=number, Body=body[at : at + PART])
        return {"PartNumber": number, "ETag": sent["ETag"]}


def bucket_name(host: str) -> str:
    """The bucket's name; one of ours where the address is masked as a whole."""
    return host if host.replace("-", "").replace(".", "").replace("_", "").isalnum() else "trace-events"


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what botocore raises into Refused."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except ClientError as error:
        answer = error.response
        raise Refused(f"HTTP {answer['ResponseMetadata']['HTTPStatusCode']} {answer['Error']['Code']}") from error
    except BotoCoreError as error:
        raise Refused(type(error).__name__) from error


def client(service: str, endpoint: str, address: Address | None = None, keys: Sequence[str] = OWNER) -> Any:
    """A client of one of Amazon's services, with the keys of an address, or those given: by default its owner's.

    botocore signs and reads Amazon's answers, which would be much code of ours; it retries nothing by itself.
    """
    from botocore.config import Config
    from botocore.session import Session

    config = Config(
        connect_timeout=TIMEOUT_S,
        read_timeout=TIMEOUT_S,
        retries={"max_attempts": 0},
        proxies={},
        s3={"addressing_style": "path"},
    )
    key_id, key = (address.get(name) or "logpush" for name in KEYS) if address else keys
    return Session().create_client(
        service,
        region_name=_ANY_REGION,
        endpoint_url=endpoint,
        aws_access_key_id=key_id,
        aws_secret_access_key=key,
        config=config,
    )
