"""Uploads by POST, and what receivers answer that know how their vendors do."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from firedrill.sinks import answers
from firedrill.sinks.post import Posted, target
from firedrill.sinks.push import push
from firedrill.sinks.receiver import Answer, Receiver, Request, Schedule, Trouble
from firedrill.sinks.sink import Refused
from firedrill.vendors.cloudflare.output import compile_output
from firedrill.vendors.cloudflare.rules.destinations.address import address
from firedrill.vendors.cloudflare.rules.destinations.check import destination_breaches
from firedrill.vendors.cloudflare.rules.outputs import ARRAY
from firedrill.vendors.cloudflare.uploads import Upload, records_in

Batch = Callable[..., Upload]
CHANNEL = "01234567-89ab-cdef-0123-456789abcdef"
HEC = f"splunk://hec.example:8088/services/collector/raw?channel={CHANNEL}&header_Authorization=Splunk%20"
INTAKE = "datadog://http-intake.logs.datadoghq.eu/api/v2/logs?ddsource=own&ddtags=a%3Ab%2Cc%3Ad&header_DD-API-KEY="
HOSTILE = '+ & = % # ? " \\ / : , é =='
ESCAPED = "%2B%20%26%20%3D%20%25%20%23%20%3F%20%22%20%5C%20%2F%20%3A%20%2C%20%C3%A9%20%3D%3D"
CONFS = {
    "splunk": HEC + "token",
    "datadog": INTAKE + "key",
    "sumo": "sumo://endpoint1.sumologic.com/receiver/v1/http/code%2B1",
    "sumo, masked": "sumo://endpoint1.sumologic.com/receiver/v1/http/[secret]",
    "sentinelone": "sentinelone://a.example/services/collector/raw?header_Authorization=Bearer%20key",
    "new-relic": "https://log-api.newrelic.com/log/v1?Api-Key=key&format=cloudflare",
    "https": f"https://logs.example/in/here?team={ESCAPED}&header_X-Key={ESCAPED}",
}
TIMEOUT_S = 0.2


@pytest.fixture
def open_sink(tmp_path: Path) -> Iterator[Callable[..., Posted]]:
    """A sink of a conf, whose receiver knows another one where it is given, and gets into trouble as scheduled."""
    with ExitStack() as ends:

        def make(conf: str, known: str = "", schedule: Schedule = lambda _: None) -> Posted:
            parts = address(conf)
            rule = answers.KINDS[parts.kind](address(known or conf))
            receiver = Receiver(rule, tmp_path / "kept", schedule)
            return Posted(parts, ends.enter_context(receiver.serving()), receiver, TIMEOUT_S)

        yield make


Open = Callable[..., Posted]


@pytest.mark.parametrize("kind", CONFS)
def test_uploads_are_kept_as_they_were_sent_and_the_test_object_is_not(
    kind: str, open_sink: Open, batch: Batch
) -> None:
    assert not [*destination_breaches(CONFS[kind])]
    sink = open_sink(CONFS[kind])
    if kind != "datadog":  # its intake wants logs; no test object is documented
        sink.test()
    for number in range(3):
        sink.put(batch(4, number))
    assert b"".join(sink.arrived()) == b"".join(batch(4, number).lines for number in range(3))


def test_values_are_decoded_once_for_headers_and_kept_encoded_in_the_query() -> None:
    path, headers = target(address(CONFS["https"]))
    assert headers == {"X-Key": HOSTILE}
    query = path.partition("?")[2]
    assert query == "team=%2B+%26+%3D+%25+%23+%3F+%22+%5C+%2F+%3A+%2C+%C3%A9+%3D%3D"


IBM = "ibmcl://a-1.ingress.eu-de.logs.cloud.ibm.com/logs/v1/singles?ibm_api_key="


@pytest.mark.parametrize(
    ("written", "sent"),
    [("é/日本", "/%C3%A9/%E6%97%A5%E6%9C%AC"), ("a%20b%2F%7Bc", "/a%20b%2F%7Bc"), ('"a"\\b', "/%22a%22%5Cb")],
)
def test_a_path_is_sent_as_http_has_it(written: str, sent: str) -> None:
    assert target(address(f"https://logs.example/{written}?header_X=y")).path == sent


def test_a_header_of_any_letters_arrives_as_it_was_meant(open_sink: Open, batch: Batch) -> None:
    sink = open_sink("https://logs.example/é?header_X-Key=%E2%9C%93%20%E6%97%A5%C3%A9")
    sink.put(batch(2))
    assert b"".join(sink.arrived()) == batch(2).lines


@pytest.mark.parametrize(
    "conf",
    [
        "https://logs.example/in?header_Authorization=Bearer%20PLANTED%2B1",
        "https://logs.example/in?token=PLANTED%2B1",
        "splunk://hec.example:8088/services/collector/raw?channel=c&header_Authorization=Splunk%20PLANTED%2B1",
        "sumo://endpoint1.sumologic.com/receiver/v1/http/PLANTED%2B1",
    ],
)
def test_a_server_that_repeats_what_it_was_sent_gives_no_credential_away(
    conf: str, tmp_path: Path, batch: Batch
) -> None:
    def repeating(request: Request) -> Answer:
        return Answer(
            500, f"{request.path} {request.query} {request.headers.get('authorization')} PLANTED+1 PLANTED%2B1"
        )

    receiver = Receiver(repeating, tmp_path / "kept")
    with receiver.serving() as server, pytest.raises(Refused) as refused:
        Posted(address(conf), server).put(batch(1))
    assert str(refused.value).startswith("HTTP 500 ")
    assert "PLANTED" not in str(refused.value)


def test_ibm_gets_arrays_within_its_limit(open_sink: Open) -> None:
    sink = open_sink(IBM + "key")
    sink.test()
    output = compile_output({"field_names": ["WallTimeMs", "Outcome"], **ARRAY}, "job")
    records = [{"WallTimeMs": number, "Outcome": HOSTILE} for number in range(3)]
    sink.put(Upload("name", "20260105", output.batch(records).encode(), 3))
    assert [*records_in(b"".join(sink.arrived()))] == records
    with pytest.raises(Refused, match="HTTP 400"):
        sink.put(Upload("name", "20260105", b'{"WallTimeMs":1}\n', 1))
    with pytest.raises(Refused, match="HTTP 413"):
        sink.put(Upload("name", "20260105", b'["' + b"x" * 2_000_000 + b'"]', 1))


@pytest.mark.parametrize(
    ("conf", "known", "told"),
    [
        (IBM + "wrong", IBM + "key", 'HTTP 401 {"errors": ["Unauthorized"]}'),
        (CONFS["new-relic"].replace("=key", "=wrong"), CONFS["new-relic"], "HTTP 403 {}"),
        (CONFS["new-relic"].replace("v1", "v2"), CONFS["new-relic"], "HTTP 400 {}"),
        (CONFS["sentinelone"].replace("key", "wrong"), CONFS["sentinelone"], "HTTP 403 "),
        (CONFS["sentinelone"].replace("raw", "event"), CONFS["sentinelone"], "HTTP 404 "),
        (CONFS["sumo"].replace("code", "other"), CONFS["sumo"], "HTTP 401"),
        (HEC + "wrong", HEC + "token", 'HTTP 403 {"text": "Invalid token", "code": 4}'),
        (
            HEC.replace("Splunk%20", "Bearer%20") + "token",
            HEC + "token",
            'HTTP 401 {"text": "Invalid authorization", "code": 3}',
        ),
        (HEC.partition("&")[0], HEC + "token", 'HTTP 401 {"text": "Token is required", "code": 2}'),
        (HEC.replace(CHANNEL, "") + "token", HEC + "token", 'HTTP 400 {"text": "Data channel is missing", "code": 10}'),
        (HEC.replace("raw", "event") + "token", HEC + "token", "HTTP 404 "),
        (INTAKE + "wrong", INTAKE + "key", 'HTTP 403 {"errors": ["Forbidden"]}'),
        ("https://logs.example/?header_X=1", "https://logs.example/?header_X=2", "HTTP 401 wrong X"),
    ],
)
def test_a_wrong_credential_or_address_is_refused_in_the_vendors_words(
    conf: str, known: str, told: str, open_sink: Open, batch: Batch
) -> None:
    sink = open_sink(conf, known)
    with pytest.raises(Refused) as refused:
        sink.put(batch(1))
    assert str(refused.value).startswith(told)
    assert b"".join(sink.arrived()) == b""


def test_more_than_datadog_takes_at_once_is_refused(open_sink: Open, batch: Batch) -> None:
    sink = open_sink(INTAKE + "key")
    with pytest.raises(Refused, match="HTTP 413"):
        sink.put(batch(1_001))
    with pytest.raises(Refused, match="HTTP 413"):
        sink.put(batch(2, text="x" * 2_500_001))
    sink.put(batch(1_000))


@pytest.mark.parametrize(("lines", "status"), [(b"not json\n", 400), (b"[1]\n", 400), (b'{"a":1}\n', 202)])
def test_datadog_takes_objects_only(lines: bytes, status: int) -> None:
    answer = answers.datadog(address(INTAKE + "key"))
    given = answer(Request("/api/v2/logs", {}, {"dd-api-key": "key"}, lines))
    assert given.status == status


def first(trouble: Trouble) -> Schedule:
    return lambda number: trouble if number == 0 else None


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (Trouble(429, {"Retry-After": "60"}), "HTTP 429"),
        (Trouble(500), "HTTP 500"),
        (Trouble(413), "HTTP 413"),
        (Trouble(301, {"Location": "http://127.0.0.1:1/"}), "HTTP 301"),
        (Trouble(), "ConnectionResetError"),
        (Trouble(silent=True), "TimeoutError"),
    ],
)
def test_whatever_goes_wrong_once_is_tried_again_and_arrives_once(
    trouble: Trouble, told: str, open_sink: Open, batch: Batch
) -> None:
    sink, waited = open_sink(CONFS["https"], schedule=first(trouble)), list[int]()
    assert push(sink, batch(2), waited.append) == (True, (told,))
    assert (waited, b"".join(sink.arrived())) == ([60_000], batch(2).lines)


@pytest.mark.parametrize("trouble", [Trouble(keeps=True), Trouble(silent=True, keeps=True), Trouble(500, keeps=True)])
def test_an_upload_that_is_kept_but_not_confirmed_arrives_twice(
    trouble: Trouble, open_sink: Open, batch: Batch
) -> None:
    sink = open_sink(CONFS["https"], schedule=first(trouble))
    assert push(sink, batch(2), lambda _: None).confirmed
    assert b"".join(sink.arrived()) == 2 * batch(2).lines


def test_after_six_attempts_an_upload_is_lost(open_sink: Open, batch: Batch) -> None:
    sink = open_sink(CONFS["https"], schedule=lambda _: Trouble(500))
    assert push(sink, batch(2), lambda _: None) == (False, ("HTTP 500",) * 6)
    assert b"".join(sink.arrived()) == b""


def test_a_receiver_that_is_not_there_yet_gets_what_is_sent_later(tmp_path: Path, batch: Batch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    receiver = Receiver(lambda _: Answer(200), tmp_path / "kept")
    sink = Posted(address(CONFS["https"]), f"http://127.0.0.1:{port}", receiver)
    with ExitStack() as ends:
        tried = push(sink, batch(1), lambda _: ends.enter_context(receiver.serving(port)))
    assert tried == (True, ("ConnectionRefusedError",))
    assert [*receiver.kept()] == [batch(1).lines]


def test_a_body_that_is_no_gzip_is_refused(open_sink: Open) -> None:
    sink = open_sink(CONFS["https"])
    spoilt = Upload("name", "20260105", b"{}\n", 1)
    object.__setattr__(spoilt, "body", b"no gzip")
    with pytest.raises(Refused, match="HTTP 400 the body is no gzip"):
        sink.put(spoilt)
