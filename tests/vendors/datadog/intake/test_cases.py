"""The intake against cases from the vendor's pages.

Given are the `entry` as sent and the URL's `params`; expected are fields of the log.
"""

from __future__ import annotations

from pathlib import Path

from firedrill.vendors.datadog.intake import receive
from tests.cases import Case, each, load

CASES = load(Path(__file__).parent)
GROUPS = {"date", "fields", "host", "message", "service", "status", "trace_id"}
RECEIVED_MS = 1_700_000_000_000


@each(CASES)
def test_an_entry_becomes_the_log_that_the_page_says(case: Case) -> None:
    (log,) = receive([case.given["entry"]], params=case.given.get("params", {}), received_ms=RECEIVED_MS).logs
    assert {field: getattr(log, field) for field in case.expected} == case.expected


def test_every_group_of_rules_has_cases() -> None:
    assert {case.group for case in CASES} == GROUPS
