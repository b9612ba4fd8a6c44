from __future__ import annotations

from components import catalogue, config
from components.metrics import METRICS
from components.monitors.table import MONITORS
from components.telemetry import FIELDS


def rows(page: str) -> list[str]:
    return [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| ---")]


def test_there_is_a_row_per_monitor_that_links_to_its_runbook() -> None:
    page = catalogue.monitors_markdown()
    assert len(rows(page)) == 1 + len(MONITORS)
    assert "| [do-latency](runbooks/do-latency.md) | Durable Object latency p95 | `percentile(last_5m):p95:" in page
    assert "critical 500, recovery 400, warning 300, warningRecovery 250" in page


def test_there_is_a_row_per_metric_and_per_field() -> None:
    assert len(rows(catalogue.metrics_markdown())) == 2 + len(METRICS) + len(FIELDS)


def test_there_is_a_row_per_config_key_with_its_default_or_that_it_is_required() -> None:
    page = catalogue.config_markdown()
    assert len(rows(page)) == 1 + len(config.declared_keys(catalogue.PROJECT))
    assert "| `protect` | boolean | `false` |" in page
    assert "| `accountId` | string | required |" in page
    assert "| `datadogApiKey` | string | required, secret |" in page


def test_a_bar_in_a_cell_does_not_end_the_cell() -> None:
    for page in (catalogue.monitors_markdown(), catalogue.metrics_markdown(), catalogue.config_markdown()):
        tables = [block for block in page.split("\n\n") if block.startswith("|")]
        for table in tables:
            assert len({line.replace("\\|", "").count("|") for line in table.splitlines()}) == 1
