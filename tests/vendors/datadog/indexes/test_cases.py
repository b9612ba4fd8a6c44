"""Indexes against cases from the vendor's page.

Given are the `indexes` in order and the `logs`, received `at_h` hours after midnight UTC; expected is where each log is
`placed` as [index, stored, reason].
"""

from __future__ import annotations

from pathlib import Path

from firedrill.vendors.datadog.indexes import Placement, compile_indexes
from firedrill.vendors.datadog.log import Log
from tests.cases import Case, each, load

CASES = load(Path(__file__).parent)
MIDNIGHT_MS = 1_699_920_000_000


@each(CASES)
def test_logs_are_placed_as_the_page_says(case: Case) -> None:
    indexes = compile_indexes(case.given["indexes"])
    placed = []
    for entry in case.given["logs"]:
        received_ms = MIDNIGHT_MS + int(entry.get("at_h", 0) * 3_600_000)
        fields = {name: value for name, value in entry.items() if name != "at_h"}
        placed.append(indexes.store(Log(**{"attributes": {}, "timestamp": received_ms, **fields}), received_ms))
    assert placed == [Placement(*expected) for expected in case.expected["placed"]]


def test_every_group_of_rules_has_cases() -> None:
    assert {case.group for case in CASES} == {"exclusion", "filter", "quota", "sampling"}
