"""Indexes against cases from the vendor's page, one file each.

A case holds its `page`, the `indexes` in order, the `logs` (received `at_h` hours after midnight UTC), and where each
is placed as [index, stored, reason].
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from firedrill.vendors.datadog.indexes import Placement, compile_indexes
from firedrill.vendors.datadog.log import Log

CASES = sorted(Path(__file__).parent.glob("cases/*/*.json"))
MIDNIGHT_MS = 1_699_920_000_000


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_logs_are_placed_as_the_page_says(path: Path) -> None:
    case = json.loads(path.read_text())
    indexes = compile_indexes(case["indexes"])
    placed = []
    for entry in case["logs"]:
        received_ms = MIDNIGHT_MS + int(entry.pop("at_h", 0) * 3_600_000)
        placed.append(indexes.store(Log(**{"attributes": {}, "timestamp": received_ms, **entry}), received_ms))
    assert placed == [Placement(*expected) for expected in case["placed"]]
    assert case["page"].startswith("docs.datadoghq.com/")


def test_every_group_of_rules_has_cases() -> None:
    assert {path.parent.name for path in CASES} == {"exclusion", "filter", "quota", "sampling"}
