"""SLOs, the monitors on them and dashboards in the local cloud."""

from __future__ import annotations

import json
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud, Difference
from firedrill.resources import DASHBOARD_JSON, MONITOR, SERVICE_LEVEL_OBJECTIVE
from tests.cloud.conftest import refusal

Json = dict[str, Any]
RATIO = {"numerator": "sum:a{b:c}.as_count()", "denominator": "sum:a{*}.as_count()"}


def slo(**changes: Any) -> Json:
    thresholds = [{"timeframe": "30d", "target": 99.9}]
    return {
        "name": "shop",
        "type": "metric",
        "thresholds": thresholds,
        "query": RATIO,
        "tags": ["a:b", "c:d"],
        **changes,
    }


def burn(id_: str, rate: str = "14.4") -> Json:
    return {
        "name": "shop burns",
        "type": "slo alert",
        "query": f'burn_rate("{id_}").over("30d").long_window("1h").short_window("5m") > {rate}',
        "message": "Burns. @team",
        "monitorThresholds": {"critical": rate},
        "requireFullWindow": False,
    }


def dashboard(id_: str, **changes: Any) -> Json:
    widget = {"definition": {"type": "slo", "slo_id": id_, "view_type": "detail", "time_windows": ["30d"]}}
    return {"dashboard": json.dumps({"title": "Shop", "layout_type": "ordered", "widgets": [widget], **changes})}


@pytest.fixture
def id_(cloud: Cloud) -> str:
    """The id of an SLO that is there."""
    return cloud.create(SERVICE_LEVEL_OBJECTIVE, slo())[0]


def test_an_slo_is_changed_in_place_and_its_kind_by_a_new_one(cloud: Cloud) -> None:
    changed = slo(thresholds=[{"timeframe": "30d", "target": 99.5}], tags=["c:d", "a:b"])
    assert cloud.diff(SERVICE_LEVEL_OBJECTIVE, slo(), changed) == Difference(["thresholds"], [])
    assert cloud.diff(SERVICE_LEVEL_OBJECTIVE, slo(), slo(type="time_slice")) == Difference(["type"], ["type"])


def test_an_slo_that_datadog_would_not_take_is_refused_at_preview(cloud: Cloud) -> None:
    (problem,) = cloud.check(SERVICE_LEVEL_OBJECTIVE, slo(thresholds=[{"timeframe": "31d", "target": 99.9}])).problems
    assert problem == "SLO 'shop': thresholds[0].timeframe is '31d'; allowed: one of 7d, 30d, 90d."


def test_an_alert_is_of_an_slo_that_is_there(cloud: Cloud, id_: str) -> None:
    assert cloud.create(MONITOR, burn(id_))
    assert "the query names SLO 'another', which is not declared" in refusal(
        lambda: cloud.create(MONITOR, burn("another"))
    )


def test_a_burn_rate_that_the_target_cannot_reach_is_refused(cloud: Cloud, id_: str) -> None:
    told = refusal(lambda: cloud.create(MONITOR, burn(id_, "1001")))
    assert "a burn rate above 1001; allowed: at most 1000, which a target of 99.9 % burns" in told


@pytest.mark.parametrize("user", ["monitor", "dashboard"])
def test_an_slo_that_is_used_is_deleted_after_its_user(cloud: Cloud, id_: str, user: str) -> None:
    token, inputs = {"monitor": (MONITOR, burn(id_)), "dashboard": (DASHBOARD_JSON, dashboard(id_))}[user]
    using, outputs = cloud.create(token, inputs)
    told = refusal(lambda: cloud.delete(SERVICE_LEVEL_OBJECTIVE, id_, slo()))
    assert told == f"SLO 'shop': SLO [{id_}] is used in {user} {using}; delete those first, or set forceDelete."
    cloud.delete(token, using, outputs)
    cloud.delete(SERVICE_LEVEL_OBJECTIVE, id_, slo())


def test_a_used_slo_is_deleted_by_force(cloud: Cloud) -> None:
    forced = slo(forceDelete=True)
    id_, _ = cloud.create(SERVICE_LEVEL_OBJECTIVE, forced)
    cloud.create(DASHBOARD_JSON, dashboard(id_))
    cloud.delete(SERVICE_LEVEL_OBJECTIVE, id_, forced)


def test_a_dashboard_is_compared_as_what_it_says(cloud: Cloud) -> None:
    spaced = {"dashboard": json.dumps(json.loads(dashboard("x")["dashboard"]), indent=2, sort_keys=True)}
    assert cloud.diff(DASHBOARD_JSON, dashboard("x"), spaced) == Difference([], [])
    assert cloud.diff(DASHBOARD_JSON, dashboard("x"), dashboard("y")) == Difference(["dashboard"], [])


def test_a_dashboard_shows_slos_and_monitors_that_are_there(cloud: Cloud) -> None:
    told = refusal(lambda: cloud.create(DASHBOARD_JSON, dashboard("gone")))
    assert told == "dashboard 'Shop': there is no SLO gone; give the ids of those that are there."


def test_a_dashboard_that_datadog_would_not_take_is_refused_at_preview(cloud: Cloud) -> None:
    (problem,) = cloud.check(DASHBOARD_JSON, dashboard("x", layout_type="loose")).problems
    assert problem == "dashboard 'Shop': layout_type is 'loose'; allowed: one of ordered, free."
