"""Where a destination lies, by its address."""

from __future__ import annotations

import pytest

from firedrill.vendors.cloudflare.rules.destinations.places import place_of


@pytest.mark.parametrize(
    ("conf", "place"),
    [
        ("datadog://http-intake.logs.datadoghq.eu/api/v2/logs?ddsource=w", "eu"),
        ("datadog://http-intake.logs.datadoghq.com/api/v2/logs?ddsource=w", "elsewhere"),
        ("https://http-intake.logs.us3.datadoghq.com/api/v2/logs", "elsewhere"),
        ("s3://logs/{DATE}?region=eu-central-1", "eu"),
        ("s3://logs/{DATE}?region=us-east-1", "elsewhere"),
        ("s3://logs/{DATE}?region=eu-west-2", "elsewhere"),  # London
        ("s3://logs?region=auto&endpoint=0123.eu.r2.cloudflarestorage.com", "eu"),
        ("s3://logs?region=auto&endpoint=0123.r2.cloudflarestorage.com", "elsewhere"),
        ("s3://logs?region=eu-central-1&endpoint=objects.example.com", ""),
        ("r2://logs/{DATE}?account-id=0123", "elsewhere"),
        ("kinesis://stream?region=eu-west-1", "eu"),
        ("kinesis://stream?region=ap-south-1", "elsewhere"),
        ("ibmcl://id.ingress.eu-de.logs.cloud.ibm.com/logs/v1/singles", "eu"),
        ("ibmcl://id.ingress.eu-gb.logs.cloud.ibm.com/logs/v1/singles", "elsewhere"),
        ("https://log-api.eu.newrelic.com/log/v1?format=cloudflare", "eu"),
        ("https://log-api.newrelic.com/log/v1?format=cloudflare", "elsewhere"),
        ("https://logs.example.com/in", ""),
        ("gs://logs/{DATE}", ""),
        ("azure://acct.blob.core.windows.net/logs", ""),
        ("sumo://endpoint4.collection.eu.sumologic.com/receiver/v1/http/c", ""),
        ("splunk://splunk.example.com:8088/services/collector/raw", ""),
        ("bq://projects/p/datasets/d/tables/t", ""),
        ("", ""),
    ],
)
def test_a_destination_lies_where_its_address_tells(conf: str, place: str) -> None:
    assert place_of(conf) == place
