"""Streams of Amazon Kinesis, as moto serves them.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations/kinesis
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

from firedrill.sinks.buckets import client, refusals
from firedrill.sinks.sink import Refused
from firedrill.vendors.cloudflare.rules.destinations.address import ROLE, Address
from firedrill.vendors.cloudflare.uploads import Upload


class Stream:
    """A stream that has been made for an address."""

    def __init__(self, address: Address, endpoint: str) -> None:
        self._name, self._endpoint, self._address = address.host.strip("[]"), endpoint, address
        self._owner = client("kinesis", endpoint)
        self._names: set[str] = set()
        if self._name not in self._owner.list_streams()["StreamNames"]:
            self._owner.create_stream(StreamName=self._name, ShardCount=1)

    @property
    def place(self) -> str:
        """The stream, and how to see its shards."""
        return (
            f"stream {self._name}: aws --endpoint-url {self._endpoint} kinesis list-shards --stream-name {self._name}"
        )

    def test(self) -> None:
        """Nothing: a test record is undocumented."""

    def put(self, upload: Upload) -> None:
        """One record, which is the whole batch as gzip; its partition key is undocumented."""
        self._names.add(upload.name)
        with refusals():
            told = self._uploader().put_record(StreamName=self._name, Data=upload.body, PartitionKey=upload.name)
        if "SequenceNumber" not in told:  # as moto answers to a key's id with a slash, which Amazon never makes
            raise Refused("an answer without a sequence number")

    def arrived(self) -> Iterator[bytes]:
        """Every record of this job, in their order: other jobs may share the stream."""
        (shard,) = self._owner.list_shards(StreamName=self._name)["Shards"]
        place = {"StreamName": self._name, "ShardId": shard["ShardId"]}
        after = self._owner.get_shard_iterator(**place, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while True:
            page = self._owner.get_records(ShardIterator=after)
            ours = (each["Data"] for each in page["Records"] if each["PartitionKey"] in self._names)
            yield from map(gzip.decompress, ours)
            after = page["NextShardIterator"]
            if not page["Records"]:
                return

    def _uploader(self) -> Any:
        """With the address's keys, or those that Cloudflare gets by assuming the address's role."""
        role = self._address.get(ROLE)
        if not role:
            return client("kinesis", self._endpoint, self._address)
        external = self._address.get("sts-external-id")
        more = {"ExternalId": external} if external else {}
        sts = client("sts", self._endpoint, self._address)
        assumed = sts.assume_role(RoleArn=role, RoleSessionName="logpush", **more)["Credentials"]
        return client("kinesis", self._endpoint, keys=(assumed["AccessKeyId"], assumed["SecretAccessKey"]))
