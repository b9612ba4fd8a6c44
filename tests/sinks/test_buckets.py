"""Uploads to buckets, read back from a real server of S3."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from firedrill.sinks.buckets import PART, Bucket, client
from firedrill.sinks.programs import Programs
from firedrill.sinks.sink import Refused, Sink
from firedrill.vendors.cloudflare.rules.destinations.address import address
from firedrill.vendors.cloudflare.uploads import Upload

Batch = Callable[..., Upload]
SinkOf = Callable[..., Sink]
CONFS = {
    "s3": "s3://{bucket}/logs/{{DATE}}?region=eu-west-1&sse=AES256",
    "s3-compatible": "s3://{bucket}/logs/{{DATE}}?region=auto&access-key-id=id%2F1&secret-access-key=k%2B2&endpoint=s3.example",
    "r2": "r2://{bucket}/logs/{{DATE}}?account-id=acc&access-key-id=id&secret-access-key=%5Bsecret%5D",
}


def s3(programs: Programs) -> Any:
    return client("s3", programs.aws)


@pytest.mark.parametrize("kind", CONFS)
def test_uploads_are_read_back_as_they_were_sent(sink_of: SinkOf, kind: str, programs: Programs, batch: Batch) -> None:
    sink = sink_of(CONFS[kind].format(bucket=f"read-back-{kind}"))
    uploads = [batch(5, number) for number in range(3)]
    for each in uploads:
        sink.put(each)
    assert sorted(sink.arrived()) == sorted(each.lines for each in uploads)


def test_a_test_upload_is_an_object_in_a_folder_of_its_own(sink_of: SinkOf, programs: Programs, batch: Batch) -> None:
    sink = sink_of(CONFS["s3"].format(bucket="tested"))
    sink.test()
    sink.put(batch(1))
    found = [each["Key"] for each in s3(programs).list_objects_v2(Bucket="tested")["Contents"]]
    assert found[0] == "logs/00010101/test.txt.gz"
    assert [*sink.arrived()] == [b'{"content":"tests"}', batch(1).lines]


def test_an_object_lies_in_the_folder_of_its_day_as_gzip_encrypted_and_owned_as_documented(
    sink_of: SinkOf, programs: Programs, batch: Batch
) -> None:
    sink_of(CONFS["s3"].format(bucket="one-object")).put(batch(1))
    (found,) = s3(programs).list_objects_v2(Bucket="one-object")["Contents"]
    assert found["Key"].startswith("logs/20260105/20260105T000000Z_20260105T000030Z_")
    assert found["Key"].endswith(".log.gz")
    held = s3(programs).get_object(Bucket="one-object", Key=found["Key"])
    assert (held["ContentType"], held["ServerSideEncryption"]) == ("application/gzip", "AES256")
    assert held["Body"].read()[:2] == b"\x1f\x8b"


def test_a_batch_of_many_megabytes_goes_up_in_parts(sink_of: SinkOf, programs: Programs) -> None:
    lines = Random(1).randbytes(PART + 1)  # noqa: S311 - repeatable, not secret
    sink = sink_of(CONFS["s3"].format(bucket="in-parts"))
    sink.put(Upload("large.log.gz", "20260105", lines, 1))
    assert [*sink.arrived()] == [lines]
    (found,) = s3(programs).list_objects_v2(Bucket="in-parts")["Contents"]
    assert found["ETag"].endswith('-2"')


def test_a_part_that_fails_leaves_no_upload_unfinished(
    programs: Programs, batch: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = Bucket(address("s3://aborted/logs?region=eu-west-1"), programs.aws)
    monkeypatch.setattr("firedrill.sinks.buckets.PART", 1)  # parts that S3 takes for too small
    with pytest.raises(Refused, match="HTTP 400 EntityTooSmall"):
        bucket.put(batch(1))
    assert ([*bucket.arrived()], bucket.unfinished()) == ([], 0)


def test_a_bucket_that_is_gone_refuses_the_upload(sink_of: SinkOf, programs: Programs, batch: Batch) -> None:
    sink = sink_of("s3://gone-bucket/logs?region=eu-west-1")
    s3(programs).delete_bucket(Bucket="gone-bucket")
    with pytest.raises(Refused, match="HTTP 404 NoSuchBucket"):
        sink.put(batch(1))


def test_a_server_that_does_not_listen_refuses_the_upload(programs: Programs, batch: Batch) -> None:
    bucket = Bucket(address("s3://unreachable/logs?region=eu-west-1"), programs.aws)
    bucket._client = client("s3", "http://127.0.0.1:1")
    with pytest.raises(Refused, match="EndpointConnectionError"):
        bucket.put(batch(1))


def test_a_destination_whose_address_is_masked_has_a_bucket_all_the_same(
    sink_of: SinkOf, programs: Programs, batch: Batch
) -> None:
    sink = sink_of("s3://[secret]")
    sink.put(batch(2))
    assert batch(2).lines in [*sink.arrived()]
    assert "bucket trace-events: aws --endpoint-url http://127.0.0.1:" in sink.place
