from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.cloudflare.destination import Destination, parse_destination, scheme
from firedrill.vendors.errors import FiredrillError, Unsupported

UNREADABLE = (
    "job: destination_conf is not a destination that render left readable; it has to begin with one of datadog://, r2://,"
    " s3://, gs://, azure://, sumo://, splunk://, https://, and only the value of a secret parameter may be masked"
)
INTAKE = "datadog://http-intake.logs.datadoghq.eu/api/v2/logs"


def test_the_parameters_of_a_datadog_destination_are_decoded() -> None:
    conf = f"{INTAKE}?header_DD-API-KEY=[secret]&ddsource=workers&service=shop&ddtags=env%3Adev%2Cteam%3Ax"
    parameters = {"ddsource": "workers", "service": "shop", "ddtags": "env:dev,team:x"}
    assert parse_destination(conf, "job") == Destination("datadoghq.eu", parameters)


@pytest.mark.parametrize("name", ["host", "hostname"])
def test_both_spellings_of_the_host_are_the_intakes_hostname(name: str) -> None:
    destination = parse_destination(f"{INTAKE}?header_DD-API-KEY=k&{name}=edge", "job")
    assert destination.parameters == {"hostname": "edge"}


def test_the_first_version_of_the_intake_is_accepted() -> None:
    conf = "datadog://http-intake.logs.datadoghq.com/v1/input?header_DD-API-KEY=k"
    assert parse_destination(conf, "job").site == "datadoghq.com"


def test_a_destination_never_shows_its_key() -> None:
    destination = parse_destination(f"{INTAKE}?header_DD-API-KEY=planted-key&ddsource=a", "job")
    assert "planted-key" not in repr(destination)


@pytest.mark.parametrize(
    ("conf", "error"),
    [
        (
            f"{INTAKE}?ddsource=a",
            "job: destination_conf has no header_DD-API-KEY; Datadog refuses what comes without an API key",
        ),
        (
            f"{INTAKE}?header_DD-API-KEY=planted-key&tags=a",
            "job: destination_conf has the parameter 'tags'; Datadog knows ddsource, service, ddtags, host, hostname",
        ),
        (
            "datadog://logs.example.com/v2?header_DD-API-KEY=planted-key",
            "job: destination_conf goes to 'logs.example.com/v2', which is no log intake of Datadog;"
            " use http-intake.logs.<site>/api/v2/logs",
        ),
        (
            "datadog://user:planted@[/?header_DD-API-KEY=planted-key",
            "job: destination_conf is no URL (Invalid IPv6 URL)",
        ),
        ("[secret]", UNREADABLE),
        ("datadog://[secret]", UNREADABLE),
    ],
)
def test_a_wrong_destination_is_refused_without_its_secret(conf: str, error: str) -> None:
    with pytest.raises(FiredrillError) as raised:
        parse_destination(conf, "job")
    assert str(raised.value) == error


@pytest.mark.parametrize("kind", ["r2", "s3", "gs", "azure", "sumo", "splunk", "https"])
def test_other_destinations_are_known_and_refused_by_name(kind: str) -> None:
    conf = f"{kind}://planted-secret"
    assert scheme(conf, "job") == kind
    with pytest.raises(Unsupported) as raised:
        parse_destination(conf, "job")
    expected = f"job: Logpush destination {kind}:// is not supported by the emulator; see docs/support.md for what is."
    assert str(raised.value) == expected


@given(st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    with contextlib.suppress(FiredrillError):
        parse_destination(f"datadog://{text}", "job")
