from __future__ import annotations

from firedrill.components import names


def test_a_page_of_datadog_is_on_the_stacks_site() -> None:
    assert names.datadog_url("us5.datadoghq.com", "logs", query="a b") == "https://us5.datadoghq.com/logs?query=a+b"


def test_a_namespace_without_an_id_leads_to_the_list_of_all() -> None:
    assert names.durable_object_url("acc", "") == "https://dash.cloudflare.com/acc/workers/durable-objects"
    assert names.durable_object_url("acc", "ns").endswith("/durable-objects/view/ns")


def test_dashes_are_underscores_in_names_of_metrics() -> None:
    assert names.metric_prefix("my-service", "pre-prod") == "my_service.pre_prod."


def test_a_runbooks_address_follows_from_the_monitors_id() -> None:
    assert names.runbook_url("https://x.example/docs", "do-errors") == "https://x.example/docs/runbooks/do-errors.md"
