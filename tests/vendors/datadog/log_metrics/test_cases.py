"""Log-based metrics against cases from the vendor's page.

Given are the `metric` and a `log` dated `age_s` before its receipt; expected are the `points` as (tags, value).
"""

from __future__ import annotations

from pathlib import Path

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.log_metrics import compile_metrics
from firedrill.vendors.datadog.queries.store import Point
from firedrill.vendors.datadog.undocumented import Undocumented
from tests.cases import Case, each, load

CASES = load(Path(__file__).parent)
RECEIVED_MS = 1_700_000_000_000


@each(CASES)
def test_a_log_makes_the_points_that_the_page_says(case: Case) -> None:
    metric, undocumented = case.given["metric"], Undocumented(**case.given.get("undocumented", {}))
    metrics = compile_metrics([{"id": "m", **metric}], undocumented)
    date = RECEIVED_MS - 1000 * case.given.get("age_s", 5)
    points = metrics.points(Log(**{"timestamp": date, "attributes": {}, **case.given["log"]}), RECEIVED_MS)
    kind = metric["compute"]["aggregation_type"]
    assert list(points) == [
        Point("m", kind, tuple(tags), date, RECEIVED_MS, value) for tags, value in case.expected["points"]
    ]


def test_every_group_of_rules_has_cases() -> None:
    assert {case.group for case in CASES} == {"count", "distribution", "group_by", "window"}
