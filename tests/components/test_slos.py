"""The objectives of a Worker, their alerts and what is promised of these."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from firedrill.components.slo_settings import ObjectiveSettings, SloSettings
from firedrill.components.slos.alerts import FAST, MEDIUM, SLOW, SloAlert, alerts_of
from firedrill.components.slos.objectives import declared_objectives
from firedrill.components.slos.promises import _sizes
from firedrill.vendors.datadog.rules.slo_alerts import query_breaches, read_alert, target_breaches

ALL: dict[str, Any] = {
    "worker-availability": {"target": 99.9, "tell": "page"},
    "worker-latency": {"target": 99, "threshold": 1000},
    "do-availability": {"target": 99.9},
    "do-latency": {"target": 99, "threshold": 400},
}


def test_burn_rates_are_those_of_datadogs_table() -> None:
    table = {each: [window.rate(each) for window in (FAST, MEDIUM, SLOW)] for each in ("7d", "30d", "90d")}
    assert table == {"7d": [16.8, 5.6, 2.8], "30d": [14.4, 6, 3], "90d": [21.6, 10.8, 4.5]}


@pytest.mark.parametrize("target", [95.9, 99.9999, 100])
def test_a_target_that_datadog_has_not_or_whose_alerts_could_not_fire_is_refused(target: float) -> None:
    with pytest.raises(ValidationError):
        ObjectiveSettings(target=target)


@pytest.mark.parametrize("timeframe", ["7d", "30d", "90d"])
@pytest.mark.parametrize("target", [96.0, 99.0, 99.99, 99.999])
def test_every_alert_that_config_allows_can_fire_and_has_a_size_on_either_side(
    service: Any, target: float, timeframe: str
) -> None:
    given = {name: {**fields, "target": target, "timeframe": timeframe} for name, fields in ALL.items()}
    for declared in declared_objectives(service(), SloSettings.model_validate(given)):
        for alert in alerts_of(declared):
            text = alert.query("id")
            read = read_alert(text)
            assert not list(query_breaches(text))
            assert read is not None
            assert not list(target_breaches(read, {timeframe: target}))
            long_m = read.long_s // 60 or int(timeframe[:-1]) * 1440
            size, quiet = _sizes(alert, long_m)
            most = 100 if alert.pace == "budget" else alert.most
            assert quiet <= alert.critical < size <= most


def test_each_class_has_objectives_of_its_own(service: Any) -> None:
    names = [each.key for each in declared_objectives(service(), SloSettings.model_validate(ALL))]
    assert names[:2] == ["worker-availability", "worker-latency"]
    assert len(names) == 2 + 2 * len(service().classes)


def test_only_a_fast_burn_pages_and_only_where_it_is_asked_for(service: Any) -> None:
    found: list[SloAlert] = [
        alert
        for each in declared_objectives(service(), SloSettings.model_validate(ALL))
        for alert in alerts_of(each)
        if alert.pages
    ]
    assert [each.key for each in found] == ["worker-availability-fast-burn"]
