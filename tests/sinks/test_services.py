"""Google's, Azure's and Amazon's other services, and BigQuery: what they take, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from firedrill.errors import CannotRun
from firedrill.sinks import programs as programs_of_ours
from firedrill.sinks.bigquery import MAX_ROWS, bigquery
from firedrill.sinks.buckets import client
from firedrill.sinks.programs import Programs
from firedrill.sinks.receiver import Request
from firedrill.sinks.sink import Refused, Sink
from firedrill.vendors.cloudflare.rules.destinations.address import address
from firedrill.vendors.cloudflare.uploads import Upload, is_test, records_in, upload

BEGAN_MS = 1_767_571_200_000
Batch = Callable[..., Upload]
SinkOf = Callable[..., Sink]
SAS = {"sv": "2022-11-02", "ss": "b", "srt": "o", "sp": "wc", "se": "2099-01-01T00:00:00Z", "sig": "of Azure's own key"}
TABLE = "bq://projects/project-1/datasets/logs/tables/events?credentials=base64:e30="
ROLE = "arn:aws:iam::123456789012:role/logpush"


def azure(**fields: str) -> str:
    container = fields.pop("container", "logs")
    return f"azure://account1.blob.core.windows.net/{container}/a/{{DATE}}?{urlencode({**SAS, **fields})}"


CONFS = {
    "gs": "gs://read-back/logs/{DATE}",
    "azure": azure(container="read-back"),
    "azure with a made-up signature": "azure://account2.blob.core.windows.net/logs/a?sig=0123",
    "azure, masked": "azure://account3.blob.core.windows.net/logs/a/{DATE}?[secret]",
    "kinesis": "kinesis://read-back?region=eu-west-1&access-key-id=a&secret-access-key=b",
    "kinesis by a role": f"kinesis://by-role?region=eu-west-1&sts-assume-role-arn={ROLE}&sts-external-id=ext-1",
    "bq": TABLE,
}


def sorted_lines(uploads: list[bytes]) -> list[Any]:
    return sorted(map(str, (json.loads(line) for lines in uploads for line in lines.splitlines())))


@pytest.mark.parametrize("kind", CONFS)
def test_uploads_are_read_back_as_they_were_sent(sink_of: SinkOf, kind: str, programs: Programs, batch: Batch) -> None:
    sink = sink_of(CONFS[kind], kind)
    uploads = [batch(5, number, 'é "+&=%#?\\/:,') for number in range(3)]
    for each in uploads:
        sink.put(each)
    assert sorted_lines([*sink.arrived()]) == sorted_lines([each.lines for each in uploads])


OVERLAPPING = ((0, 30), (20, 49), (20, 49), (10, 40))
"""Windows of uploads in seconds, in the order in which they come: none is before the other, and two are one."""


@pytest.mark.parametrize(
    "conf", ["s3://overlap/a/{DATE}?region=eu-west-1", "gs://overlap/{DATE}", azure(container="overlap")]
)
def test_objects_whose_windows_overlap_are_each_there_beside_the_test_object(
    sink_of: SinkOf, conf: str, programs: Programs
) -> None:
    sink = sink_of(conf)
    sink.test()
    for number, (began, ended) in enumerate(OVERLAPPING):
        window = (BEGAN_MS + 1000 * began, BEGAN_MS + 1000 * ended)
        sink.put(upload("job", number, f'{{"WallTimeMs":{number}}}\n', 1, *window))
    found = [record for lines in sink.arrived() for record in records_in(lines)]
    assert sorted(record["WallTimeMs"] for record in found if not is_test(record)) == [0, 1, 2, 3]
    assert len(found) == 5


@pytest.mark.parametrize(
    "conf",
    [
        "s3://shared/logs/{DATE}?region=eu-west-1",
        "gs://shared/logs/{DATE}",
        azure(container="shared"),
        "kinesis://shared?region=eu-west-1&access-key-id=a&secret-access-key=b",
    ],
)
def test_two_jobs_may_share_a_destination_and_each_finds_its_own(
    sink_of: SinkOf, conf: str, programs: Programs
) -> None:
    uploads = {
        job: upload(job, 0, f'{{"WallTimeMs":{number}}}\n', 1, BEGAN_MS, BEGAN_MS)
        for number, job in enumerate(("one", "two"))
    }
    sinks = {job: sink_of(conf, job) for job in uploads}
    for job, sink in sinks.items():
        sink.put(uploads[job])
    assert {job: [*sink.arrived()] for job, sink in sinks.items()} == {
        job: [each.lines] for job, each in uploads.items()
    }


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"se": "2020-01-01T00:00:00Z"}, "HTTP 403 .*AuthorizationFailure"),
        ({"sp": "r"}, "HTTP 403 .*AuthorizationPermissionMismatch"),
        ({"srt": "c"}, "HTTP 403 .*AuthorizationResourceTypeMismatch"),
        ({"ss": "q"}, "HTTP 403 .*AuthorizationServiceMismatch"),
    ],
)
def test_a_signature_that_does_not_permit_to_write_objects_is_refused(
    sink_of: SinkOf, fields: dict[str, str], told: str, programs: Programs, batch: Batch
) -> None:
    with pytest.raises(Refused, match=told):
        sink_of(azure(**fields)).put(batch(1))


def test_a_bucket_of_google_that_is_not_there_refuses(sink_of: SinkOf, programs: Programs, batch: Batch) -> None:
    sink = sink_of("gs://somewhere/logs")
    object.__setattr__(sink, "_name", "nowhere")
    with pytest.raises(Refused, match="HTTP 404"):
        sink.put(batch(1))


def test_a_stream_that_is_gone_refuses(sink_of: SinkOf, programs: Programs, batch: Batch) -> None:
    sink = sink_of("kinesis://gone?region=eu-west-1&access-key-id=a&secret-access-key=b")
    client("kinesis", programs.aws).delete_stream(StreamName="gone")
    with pytest.raises(Refused, match="HTTP 400 ResourceNotFoundException"):
        sink.put(batch(1))


def test_a_record_that_kinesis_has_not_numbered_is_refused(sink_of: SinkOf, programs: Programs, batch: Batch) -> None:
    sink = sink_of("kinesis://numbered?region=eu-west-1&access-key-id=a%2Fb&secret-access-key=b")
    with pytest.raises(Refused, match="an answer without a sequence number"):
        sink.put(batch(1))


def test_the_test_upload_of_a_table_is_an_empty_row(sink_of: SinkOf, programs: Programs) -> None:
    sink = sink_of(TABLE, "empty")
    sink.test()
    assert [*sink.arrived()] == [b"{}\n"]


def test_one_invalid_row_keeps_all_rows_out(sink_of: SinkOf, programs: Programs, batch: Batch) -> None:
    sink = sink_of(TABLE, "invalid")
    lines = batch(1).lines + b"1\n"
    with pytest.raises(Refused, match=r'HTTP 200 with 2 insertErrors, the first one .*"stopped"'):
        sink.put(Upload("name", "20260105", lines, 2))
    assert [*sink.arrived()] == [b""]


def inserted(
    rows: list[Any], path: str = "/bigquery/v2/projects/project-1/datasets/logs/tables/events/insertAll"
) -> int:
    body = json.dumps({"rows": [{"json": row} for row in rows]}).encode()
    return bigquery(address(TABLE))(Request(path, {}, {}, body)).status


def test_a_table_takes_so_many_rows_and_bytes_at_once() -> None:
    assert inserted([{}] * MAX_ROWS) == 200
    assert inserted([{}] * (MAX_ROWS + 1)) == 400
    assert inserted([]) == 400
    assert inserted([{"a": "x" * 10_000_000}]) == 413
    assert inserted([{}], "/bigquery/v2/projects/other/datasets/logs/tables/events/insertAll") == 404
    assert bigquery(address(TABLE))(Request("/" + TABLE[5:], {}, {}, b"{}")).status == 404


def test_a_program_that_is_not_there_is_named_with_what_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, programs: Programs
) -> None:
    monkeypatch.setattr(programs_of_ours, "PACKAGES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    alone = Programs(tmp_path, programs.ends, tmp_path)
    with pytest.raises(CannotRun, match="fake-gcs-server is not on this machine; to install it: make sinks"):
        _ = alone.gcs
    with pytest.raises(CannotRun, match="Azurite is not on this machine"):
        alone.azure("account1", "a2V5")
