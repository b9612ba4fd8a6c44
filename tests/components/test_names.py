from __future__ import annotations

import pytest

from components import names


@pytest.mark.parametrize(
    ("site", "host"),
    [
        ("datadoghq.com", "app.datadoghq.com"),
        ("datadoghq.eu", "app.datadoghq.eu"),
        ("ddog-gov.com", "app.ddog-gov.com"),
        ("us5.datadoghq.com", "us5.datadoghq.com"),
    ],
)
def test_each_datadog_site_has_its_own_web_address(site: str, host: str) -> None:
    assert names.datadog_url(site, "logs") == f"https://{host}/logs"


def test_a_namespace_without_an_id_leads_to_the_list_of_all() -> None:
    assert names.durable_object_url("acc", "") == "https://dash.cloudflare.com/acc/workers/durable-objects"
    assert names.durable_object_url("acc", "ns").endswith("/durable-objects/view/ns")


def test_dashes_are_underscores_in_names_of_metrics() -> None:
    assert names.metric_prefix("my-service", "pre-prod") == "my_service.pre_prod."


def test_a_runbooks_address_follows_from_the_monitors_id() -> None:
    assert names.runbook_url("https://x.example/docs", "do-errors") == "https://x.example/docs/runbooks/do-errors.md"
