"""The config and the emulator answer a monitor that Datadog would refuse with the same value and the same words."""

from __future__ import annotations

import pytest

from components.monitor_settings import MonitorSettings, breaches
from components.monitors.queries import Count
from firedrill.vendors.datadog.monitors import check_monitors

QUERY = Count("m.n")


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"window": "last_2d", "recovery": 5}, []),
        ({"recovery": 6}, ["6; allowed: at most critical (5)"]),
        ({"warning": 5}, ["5; allowed: below critical (5)"]),
        ({"warningRecovery": 1}, ["1; allowed: only together with warning"]),
        ({"warning": 3, "warningRecovery": 4}, ["4; allowed: at most warning (3)"]),
    ],
)
def test_config_and_emulator_answer_alike(given: dict[str, object], refused: list[str]) -> None:
    settings = MonitorSettings.model_validate({"window": "last_5m", "critical": 5, **given})
    options = {
        "thresholds": {
            "critical_recovery": settings.recovery,
            "warning": settings.warning,
            "warning_recovery": settings.warning_recovery,
        }
    }
    api = {"name": "n", "type": "query alert", "query": QUERY.text("p.", settings.window, settings.critical)}
    of_config = [str(breach) for breach in breaches(QUERY.comparator, settings)]
    of_emulator = [problem.text for problem in check_monitors([api | {"options": options}])[1]]

    assert [text.partition(" is ")[2] for text in of_config] == refused
    assert [text.partition(" is ")[2] for text in of_emulator] == refused
