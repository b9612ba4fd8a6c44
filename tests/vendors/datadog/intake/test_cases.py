"""The intake against cases from the vendor's pages, one file each.

A case holds its `page`, the `entry` as sent, the URL's `params`, and in `expected` the fields of the log.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from firedrill.vendors.datadog.intake import receive

CASES = sorted(Path(__file__).parent.glob("cases/*/*.json"))
RECEIVED_MS = 1_700_000_000_000


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_an_entry_becomes_the_log_that_the_page_says(path: Path) -> None:
    case = json.loads(path.read_text())
    (log,) = receive([case["entry"]], params=case.get("params", {}), received_ms=RECEIVED_MS).logs
    assert {field: getattr(log, field) for field in case["expected"]} == case["expected"]
    assert case["page"].startswith(("docs.datadoghq.com/", "github.com/DataDog/"))


def test_every_group_of_rules_has_cases() -> None:
    assert {path.parent.name for path in CASES} == {
        "date",
        "fields",
        "host",
        "message",
        "service",
        "status",
        "trace_id",
    }
