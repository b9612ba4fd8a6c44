from __future__ import annotations

import pytest

from firedrill.vendors.datadog.rules.slo_alerts import query_breaches

BURN = 'burn_rate("abc").over("30d").long_window("1h").short_window("5m") > 14.4'


@pytest.mark.parametrize(
    "query",
    [
        BURN,
        BURN.replace("14.4", "1"),
        BURN.replace(">", ">="),
        BURN.replace("1h", "48h").replace("5m", "4h"),
        BURN.replace('.over("30d").long_window("1h")', '.long_window("1h").over("30d")'),
        ' error_budget( "abc" ).over("90d") > 75.5 ',
    ],
)
def test_a_documented_query_is_accepted(query: str) -> None:
    assert list(query_breaches(query)) == []


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("error_budget('abc').over('7d') > 75", 'allowed: error_budget("<SLO id>").over("7d") > 75'),
        ('error_budget("abc").over("7d")', "query is"),
        ('error_budgett("abc").over("7d") > 75', "the function 'error_budgett' (did you mean 'error_budget'?)"),
        ('error_budget("abc").over("8d") > 75', "query.over is '8d'; allowed: one of 7d, 30d, 90d"),
        ('error_budget("abc") > 75', "query is no method; allowed: .over(), each once, after error_budget()"),
        ('error_budget("").over("7d") > 75', "the id of an SLO in error_budget()"),
        ('error_budget("abc").over("7d") > 0', "query is the threshold 0; allowed: a number above 0"),
        (BURN.replace('.short_window("5m")', ""), "allowed: .over(), .long_window(), .short_window(), each once"),
        (BURN.replace("1h", "90h"), "query.long_window is '90h'; allowed: from 1h to 48h"),
        (BURN.replace("1h", "30m"), "query.long_window is '30m'; allowed: from 1h to 48h"),
        (BURN.replace("5m", "2h"), "query.short_window is '2h'; allowed: shorter than the long window ('1h')"),
        (BURN.replace("5m", "soon"), "query.short_window is 'soon'; allowed: a time such as 5m or 1h"),
    ],
)
def test_what_datadog_would_not_take_is_named(query: str, said: str) -> None:
    assert any(said in str(breach) for breach in query_breaches(query))
