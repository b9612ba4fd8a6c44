"""Burn rates and error budgets over weeks, from slices that are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.monitors import Monitor, parse_monitors, run
from firedrill.vendors.datadog.monitors.compilers import COMPILERS
from firedrill.vendors.datadog.objectives import Recorded, Slices, SloQuery, slo_compiler
from firedrill.vendors.datadog.rules.options import read_options
from firedrill.vendors.datadog.rules.slo_alerts import read_alert
from firedrill.vendors.errors import FiredrillError, Unsupported

DAY_M = 24 * 60
BEGIN_S = 1_767_571_200
FAST = 'burn_rate("slo").over("30d").long_window("1h").short_window("5m") > 14.4'
SLOW = 'burn_rate("slo").over("30d").long_window("24h").short_window("120m") > 3'
MEDIUM = 'burn_rate("slo").over("30d").long_window("6h").short_window("30m") > 6'


def metric_slo(target: float = 99.9, **changes: object) -> dict[str, object]:
    return {
        "id": "slo",
        "name": "availability",
        "type": "metric",
        "thresholds": [{"timeframe": "30d", "target": target}],
        "query": {
            "numerator": "sum:m{*}.as_count() - sum:m{status:5xx}.as_count()",
            "denominator": "sum:m{*}.as_count()",
        },
        **changes,
    }


def compiled(text: str, slo: dict[str, object]) -> SloQuery:
    query = slo_compiler({"slo": slo})(text, read_options({})[0])
    assert isinstance(query, SloQuery)
    return query


def burning(text: str, rates: dict[tuple[int, int], float], target: float = 99.9, days: int = 30) -> SloQuery:
    """The query over so many days of 100 events a minute, that burn at `rates` between two minutes each."""
    failed = np.zeros(days * DAY_M)
    for (begin, end), rate in rates.items():
        failed[begin:end] = 100 * rate * (1 - target / 100)
    total = np.full(days * DAY_M, 100.0)
    query = compiled(text, metric_slo(target))
    alert = read_alert(text)
    assert alert is not None
    return SloQuery(alert, query.target, Recorded(Slices(BEGIN_S, 60, total - failed, total)))


def first_above(query: SloQuery, days: int = 30) -> int | None:
    """The first minute at which it is above its threshold."""
    times_s = BEGIN_S + 60 * np.arange(1, days * DAY_M + 1)
    above = np.flatnonzero(query.evaluate(None, times_s).groups[()].values > query.threshold)
    return int(above[0]) + 1 if len(above) else None


@pytest.mark.parametrize(
    ("rate", "minutes"),
    [
        # the SRE workbook, chapter 5: the time to detect is the long window times the threshold over the rate
        (1000, 1),  # an outage, at 99.9 %: 0.86 minutes of failing fill the budget of the hour
        (144, 6),
        (28.8, 30),
        (14.41, 60),
    ],
)
def test_a_burn_is_told_when_it_fills_the_long_window(rate: float, minutes: int) -> None:
    begin = 29 * DAY_M
    found = first_above(burning(FAST, {(begin, 30 * DAY_M): rate}))
    assert found is not None
    assert found - begin == pytest.approx(minutes, abs=1)


def test_a_fast_burn_is_told_by_both_and_first_by_the_fast_alert() -> None:
    burn = {(20 * DAY_M, 21 * DAY_M): 20.0}
    fast, slow = first_above(burning(FAST, burn)), first_above(burning(SLOW, burn))
    assert fast is not None
    assert slow is not None
    assert 20 * DAY_M < fast < slow < 21 * DAY_M


def test_a_burn_of_hours_is_told_by_the_medium_alert_before_the_slow_one() -> None:
    burn = {(20 * DAY_M, 21 * DAY_M): 8.0}
    assert first_above(burning(FAST, burn)) is None
    medium, slow = first_above(burning(MEDIUM, burn)), first_above(burning(SLOW, burn))
    assert medium == pytest.approx(20 * DAY_M + 4.5 * 60, abs=2)  # 6 of 8 times the 6 hours
    assert slow == pytest.approx(20 * DAY_M + 9 * 60, abs=2)


def test_a_slow_burn_is_told_by_the_slow_alert_alone() -> None:
    burn = {(20 * DAY_M, 25 * DAY_M): 4.0}
    assert first_above(burning(FAST, burn)) is None
    assert first_above(burning(MEDIUM, burn)) is None
    assert first_above(burning(SLOW, burn)) == pytest.approx(20 * DAY_M + 18 * 60, abs=2)


def test_a_burn_that_is_just_too_small_is_told_by_neither() -> None:
    burn = {(10 * DAY_M, 30 * DAY_M): 2.99}
    assert first_above(burning(FAST, burn)) is None
    assert first_above(burning(SLOW, burn)) is None


@pytest.mark.parametrize(
    ("text", "rate", "hours", "percent"),
    [
        # Datadog's table, which for 30 days is the SRE workbook's too but for the last row (1 over 3 days there)
        (FAST, 14.4, 1, 2),
        (MEDIUM, 6, 6, 5),
        (SLOW, 3, 24, 10),
        (SLOW.replace("> 3", "> 1").replace("24h", "48h"), 1, 72, 10),
    ],
)
def test_a_rate_over_its_long_window_spends_the_budget_of_the_table(
    text: str, rate: float, hours: int, percent: float
) -> None:
    spent = burning('error_budget("slo").over("30d") > 75', {(0, hours * 60): rate})
    end_s = np.array([BEGIN_S + 30 * DAY_M * 60])
    assert spent.evaluate(None, end_s).groups[()].values == pytest.approx([percent])
    assert burning(text, {(0, hours * 60): rate}).threshold == rate


def test_a_budget_is_gone_after_its_timeframe_at_a_rate_of_one() -> None:
    query = burning('error_budget("slo").over("30d") > 99', {(0, 30 * DAY_M): 1.0})
    days_s = BEGIN_S + np.array([15, 30]) * DAY_M * 60
    # what is known at half of the time is all there is: the share of it is already the target's
    assert query.evaluate(None, days_s).groups[()].values == pytest.approx([100, 100])


def test_a_short_window_ends_an_alert_soon_after_the_burn() -> None:
    begin = 20 * DAY_M
    query = burning(FAST, {(begin, begin + 60): 100.0})
    after_s = BEGIN_S + 60 * (begin + 60 + np.arange(0, 7))
    values = query.evaluate(None, after_s).groups[()].values
    assert values[0] == pytest.approx(100)
    assert values[5] == 0


def test_an_alert_that_no_target_can_reach_is_refused() -> None:
    with pytest.raises(
        FiredrillError, match=r"a burn rate above 14\.4; allowed: at most 10, which a target of 90 % burns"
    ):
        compiled(FAST, metric_slo(90))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"thresholds": []}, "thresholds is missing"),
        ({"thresholds": "x"}, "thresholds is 'x'; allowed: a list"),
        ({"thresholds": [{"timeframe": "30d", "target": 100}]}, r"thresholds\[0\].target is 100"),
        ({"thresholds": [{"timeframe": "30d", "target": "99"}]}, r"thresholds\[0\].target is '99'"),
        ({"type": "time_slice", "sli_specification": {"time_slice": 5}}, "sli_specification.time_slice is 5"),
        ({"query": None, "sli_specification": {"count": 5}}, "sli_specification.count is 5; allowed: an object"),
        (
            {"query": None, "sli_specification": {"count": {"good_events_formula": "a", "queries": [None]}}},
            r"sli_specification.count.queries\[0\] is null",
        ),
    ],
)
def test_an_alert_on_an_slo_that_datadog_refuses_says_why(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(FiredrillError, match=told):
        compiled(FAST, metric_slo(**changes))


def test_an_alert_of_another_slo_is_refused() -> None:
    with pytest.raises(FiredrillError, match="the query names SLO 'slow', which is not declared"):
        slo_compiler({"slo": metric_slo()})(FAST.replace('"slo"', '"slow"'), read_options({})[0])


@pytest.mark.parametrize(
    ("changes", "feature"),
    [
        ({"type": "monitor", "query": None, "monitor_ids": [1]}, "an SLO of monitors"),
        ({"groups": ["a:b"]}, "an SLO of groups"),
        (
            {"query": {"numerator": "sum:m{*} by {k}.as_count()", "denominator": "sum:m{*} by {k}.as_count()"}},
            "an SLO of groups",
        ),
    ],
)
def test_what_is_not_evaluated_is_refused_by_name(changes: dict[str, Any], feature: str) -> None:
    slo = {key: value for key, value in metric_slo(**changes).items() if value is not None}
    with pytest.raises(Unsupported, match=feature):
        compiled(FAST, slo)


@pytest.fixture
def monitor() -> Callable[..., Monitor]:
    def build(query: SloQuery, text: str, **thresholds: float) -> Monitor:
        compilers = {**COMPILERS, "slo alert": lambda given, options: query}
        declared = {"id": "1", "name": "burns", "type": "slo alert", "query": text, "message": "{{value}} @team"}
        (found,) = parse_monitors([{**declared, "options": {"thresholds": thresholds}}], compilers)
        return found

    return build


def test_a_monitor_alerts_tells_and_recovers(monitor: Callable[..., Monitor]) -> None:
    begin = 20 * DAY_M
    query = burning(FAST, {(begin, begin + 90): 20.0})
    times_s = BEGIN_S + 60 * np.arange(begin - 30, begin + 180)
    ran = run([monitor(query, FAST, critical=14.4)], None, times_s)
    told = [(each.kind, (each.time_s - BEGIN_S) // 60 - begin, each.handles) for each in ran.notifications]
    assert told == [("alert", 44, ("@team",)), ("recovery", 92, ("@team",))]


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=60), st.integers(1, 60))
def test_the_share_of_failures_is_that_of_the_events_in_the_window(events: list[tuple[int, int]], window: int) -> None:
    good, bad = (np.array([each[at] for each in events], float) for at in (0, 1))
    slices = Slices(0, 60, good, good + bad)
    ends = 60 * np.arange(1, len(events) + 1)
    for end, found in enumerate(slices.failed(ends, window * 60), start=1):
        seen = events[max(0, end - window) : end]
        total = sum(map(sum, seen))
        assert found == pytest.approx(sum(each[1] for each in seen) / total if total else 0)
