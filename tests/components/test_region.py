"""A stack of the region eu keeps what it holds there."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.components import config
from firedrill.components.problems import DeclarationError
from tests.components.test_config import ENCRYPTED, SHIPPED, given

EU = {"region": "eu", "datadogSite": "datadoghq.eu"}
R2 = ".r2.cloudflarestorage.com"
KEYS = {"accessKeyId": "keyId", "secretAccessKey": "key"}
SECRETS = {"keyId": "id-15", "key": "key-16", "token": "token-17", "challenge": "challenge-18"}


THERE = {
    "a": {"type": "https", "url": "https://in.example.com", "headerValue": "token", "residency": "eu"},
    "b": {"type": "s3", "bucket": "logs", "region": "eu-west-1", "ownershipChallenge": "challenge"},
    "c": {"type": "s3-compatible", "bucket": "b12", "region": "auto", "endpoint": f"0.eu{R2}", **KEYS},
}
"""They use each of the secrets."""


def load(**changes: Any) -> Any:
    encrypted = [*ENCRYPTED, *(f"firedrill:{name}" for name in SECRETS)]
    return config.load(given(**{**SECRETS, **changes}), encrypted.__contains__, "test", SHIPPED)


def refusal(destination: dict[str, Any] | None = None, **changes: Any) -> str:
    """What is said of a stack of the region eu, with a destination besides those that lie there."""
    destinations = {**THERE, **({"d": destination} if destination else {})}
    try:
        load(**{**EU, "destinations": destinations, **changes})
    except DeclarationError as refused:
        return str(refused)
    return ""


def test_what_lies_in_the_european_union_is_taken() -> None:
    assert refusal() == ""


def test_without_a_region_everything_may_lie_anywhere() -> None:
    assert refusal({"type": "r2", "bucket": "logs", **KEYS}, region="any", datadogSite="datadoghq.com") == ""


def test_a_datadog_site_elsewhere_is_refused() -> None:
    assert "firedrill:datadogSite is 'us5.datadoghq.com'\n  allowed: datadoghq.eu, since region is eu" in refusal(
        datadogSite="us5.datadoghq.com"
    )


@pytest.mark.parametrize(
    ("destination", "told"),
    [
        (
            {"type": "s3", "bucket": "logs", "region": "us-east-1", "ownershipChallenge": "challenge"},
            "destinations.d.region is 'us-east-1'\n  allowed: one in the European Union, since region is eu",
        ),
        (
            {
                "type": "s3-compatible",
                "bucket": "b12",
                "region": "auto",
                "endpoint": f"0{R2}",
                **KEYS,
            },
            "destinations.d.endpoint is '0.r2.cloudflarestorage.com'\n  allowed: one in the European Union",
        ),
        (
            {"type": "r2", "bucket": "logs", **KEYS},
            "destinations.d.type is 'r2', whose bucket may lie anywhere\n  allowed: r2-managed, or s3-compatible",
        ),
        (
            {"type": "r2-managed", "bucket": "logs", "jurisdiction": "us"},
            "destinations.d.jurisdiction is 'us'\n  allowed: one in the European Union, since region is eu",
        ),
        (
            {"type": "gcs", "bucket": "logs", "ownershipChallenge": "challenge"},
            "destinations.d.residency is missing\n  allowed: eu where it lies there, as its address does not tell",
        ),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_a_destination_elsewhere_or_nobody_knows_where_is_refused(destination: dict[str, Any], told: str) -> None:
    assert f"firedrill:{told}" in refusal(destination)


def test_a_destination_whose_address_tells_nothing_may_say_where_it_lies() -> None:
    told = refusal({"type": "gcs", "bucket": "logs", "ownershipChallenge": "challenge", "residency": "eu"})
    assert "residency" not in told


def test_a_bucket_of_the_stack_gets_the_jurisdiction() -> None:
    bucket = {"d": {"type": "r2-managed", "bucket": "logs"}}
    unused = dict.fromkeys(SECRETS)
    for region, jurisdiction in (("eu", "eu"), ("any", "default")):
        settings = load(**{**EU, "region": region, "destinations": bucket, **unused})[0]
        assert settings.destinations["d"].jurisdiction == jurisdiction


def test_code_that_pulumi_uploads_is_told_of_the_jurisdiction_of_its_objects() -> None:
    def variables(**changes: Any) -> dict[str, str]:
        (service,) = load(destinations={}, **changes)[1]
        return dict(service.script.variables)

    unused = dict.fromkeys(SECRETS)
    assert variables(**EU, **unused)["JURISDICTION"] == "eu"
    assert "JURISDICTION" not in variables(**unused)
