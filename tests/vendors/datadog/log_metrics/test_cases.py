"""Log-based metrics against cases from the vendor's page, one file each.

A case holds its `page`, the `metric`, the `log` (dated `age_s` before receipt), and the `points` as (tags, value).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import compile_metrics
from firedrill.vendors.datadog.queries.store import Point
from firedrill.vendors.datadog.undocumented import Undocumented

CASES = sorted(Path(__file__).parent.glob("cases/*/*.json"))
RECEIVED_MS = 1_700_000_000_000


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_log_makes_the_points_that_the_page_says(path: Path) -> None:
    case = json.loads(path.read_text())
    metrics = compile_metrics([{"id": "m", **case["metric"]}], Undocumented(**case.get("undocumented", {})))
    date = RECEIVED_MS - 1000 * case.get("age_s", 5)
    points = metrics.points(Log(**{"timestamp": date, "attributes": {}, **case["log"]}), RECEIVED_MS)
    kind = case["metric"]["compute"]["aggregation_type"]
    assert list(points) == [Point("m", kind, tuple(tags), date, RECEIVED_MS, value) for tags, value in case["points"]]
    assert case["page"].startswith("docs.datadoghq.com/")


def test_every_group_of_rules_has_cases() -> None:
    assert {path.parent.name for path in CASES} == {"count", "distribution", "group_by", "window"}
