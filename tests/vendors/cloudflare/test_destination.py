from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.cloudflare.destination import Destination, datadog_destination
from firedrill.vendors.cloudflare.rules.destinations.address import credentials_in
from firedrill.vendors.cloudflare.rules.destinations.check import KINDS, destination_breaches
from firedrill.vendors.errors import FiredrillError, refuse

INTAKE = "datadog://http-intake.logs.datadoghq.eu/api/v2/logs"


def refusal(conf: str) -> str:
    with pytest.raises(FiredrillError) as raised:
        refuse("job", destination_breaches(conf))
    return str(raised.value)


def test_the_parameters_of_a_datadog_destination_are_decoded() -> None:
    conf = f"{INTAKE}?header_DD-API-KEY=[secret]&ddsource=workers&service=shop&ddtags=env%3Adev%2Cteam%3Ax"
    parameters = {"ddsource": "workers", "service": "shop", "ddtags": "env:dev,team:x"}
    assert datadog_destination(conf) == Destination("datadoghq.eu", parameters)
    assert not [*destination_breaches(conf)]


@pytest.mark.parametrize("name", ["host", "hostname"])
def test_both_spellings_of_the_host_are_the_intakes_hostname(name: str) -> None:
    assert datadog_destination(f"{INTAKE}?header_DD-API-KEY=k&{name}=edge").parameters == {"hostname": "edge"}


def test_the_first_version_of_the_intake_is_accepted() -> None:
    conf = "datadog://http-intake.logs.datadoghq.com/v1/input/?header_DD-API-KEY=k"
    assert not [*destination_breaches(conf)]
    assert datadog_destination(conf).site == "datadoghq.com"


def test_a_destination_never_shows_its_key() -> None:
    assert "planted-key" not in repr(datadog_destination(f"{INTAKE}?header_DD-API-KEY=planted-key&ddsource=a"))


@pytest.mark.parametrize(
    ("conf", "error"),
    [
        (
            f"{INTAKE}?ddsource=a",
            "job: destination_conf.header_DD-API-KEY is missing; allowed: an API key, since Datadog refuses logs "
            "without one; add the parameter.",
        ),
        (
            f"{INTAKE}?header_DD-API-KEY=planted-key&tags=a",
            "job: destination_conf.tags is not a parameter of Datadog's log intake; allowed: one of ddsource, service,"
            " ddtags, host, hostname; remove it.",
        ),
        (
            "datadog://user:planted@logs.example.com/v2?header_DD-API-KEY=planted-key",
            "job: destination_conf.address is 'logs.example.com/v2'; allowed: http-intake.logs.<site>/api/v2/logs,"
            " Datadog's log intake.",
        ),
        (
            "datadog://user:planted@[/?header_DD-API-KEY=planted-key",
            "job: destination_conf.address is '[/'; allowed: http-intake.logs.<site>/api/v2/logs, Datadog's log"
            " intake.",
        ),
        (
            "[secret]",
            "job: destination_conf is not the address of a destination; allowed: an address that begins with one of"
            f" {', '.join(f'{kind}://' for kind in KINDS)}.",
        ),
        (
            "datadog://[secret]",
            "job: destination_conf is a secret as a whole; allowed: an address in which only the values of secret"
            " parameters are masked; make a secret of the API key alone.",
        ),
        (
            "r2://logs?account-id=a&access-key-id=&secret-access-key=planted",
            "job: destination_conf.access-key-id is missing; allowed: an access key of R2 that may write objects; add"
            " the parameter.",
        ),
        (
            "sumo://endpoint.example/other/planted",
            "job: destination_conf.path is not that of a hosted HTTP collector; allowed: /receiver/v1/http/<code>.",
        ),
        (
            "https://user:planted@/in",
            "job: destination_conf.host is missing; allowed: a host name of letters, digits, dots and dashes, with"
            " :port if it is not 443.",
        ),
        (
            f"https://logs.example/{'x' * 4_096}",
            "job: destination_conf is 4117 characters long; allowed: at most 4096 characters.",
        ),
    ],
)
def test_a_wrong_destination_is_refused_without_its_secret(conf: str, error: str) -> None:
    assert refusal(conf) == error
    assert "planted" not in error.replace(conf, "")


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "datadog"])
def test_what_is_masked_is_not_judged(kind: str) -> None:
    assert not [*destination_breaches(f"{kind}://[secret]")]


@pytest.mark.parametrize(
    ("conf", "found"),
    [
        (f"{INTAKE}?header_DD-API-KEY=k&ddsource=a&ddtags=b", ["k"]),
        ("r2://b/f?account-id=a&access-key-id=i&secret-access-key=k", ["i", "k"]),
        ("https://user:pass@logs.example?header_X-Any-Name=v&format=cloudflare", ["user:pass", "v", "cloudflare"]),
        ("sumo://endpoint.example/receiver/v1/http/code", ["code"]),
        (
            "splunk://h/p?channel=c&insecure-skip-verify=false&sourcetype=s&header_Authorization=Splunk%20t",
            ["Splunk%20t"],
        ),
        ("azure://acct/c?sv=2&sig=s", ["2", "s"]),
        ("no address?x=abcd", []),
    ],
)
def test_every_part_of_a_destination_that_is_not_known_to_be_harmless_is_a_credential(
    conf: str, found: list[str]
) -> None:
    assert [*credentials_in(conf)] == found


@given(st.sampled_from([*KINDS]), st.text())
def test_any_text_is_taken_or_refused(kind: str, text: str) -> None:
    with contextlib.suppress(FiredrillError):
        refuse("job", destination_breaches(f"{kind}://{text}"))
