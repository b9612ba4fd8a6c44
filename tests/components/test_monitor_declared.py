from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from firedrill.components.model import DeclaredWorker, ObservedClass
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.monitors import guards
from firedrill.components.monitors.declared import declared, former_keys
from firedrill.components.monitors.inputs import MonitorsArgs
from firedrill.components.monitors.messages import Handles
from firedrill.components.monitors.table import MONITORS

SETTINGS = MonitorSettings(window="last_7m", critical=11)
OF_WORKER = {spec.id: SETTINGS for spec in MONITORS if spec.has_settings and spec.scope == "worker"}
OF_CLASS = {spec.id: SETTINGS for spec in MONITORS if spec.has_settings and spec.scope == "class"}
Observed = Callable[..., ObservedClass]
Worker = Callable[..., DeclaredWorker]


def keys(service: DeclaredWorker, *, reporter: bool = False, collector: bool = False) -> list[str]:
    return [monitor.key for monitor in declared(service, reporter=reporter, collector=collector)]


def without(settings: dict[str, MonitorSettings], *names: str) -> dict[str, MonitorSettings]:
    return {name: value for name, value in settings.items() if name not in names}


def test_a_worker_has_its_own_monitors_and_each_class_has_its_own(service: Worker, observed: Observed) -> None:
    classes = (observed(monitors=OF_CLASS), observed("Room", monitors={"do-latency": SETTINGS}))
    found = keys(service(monitors=OF_WORKER, classes=classes), collector=True)
    assert len(found) == len(set(found)) == len(MONITORS) - 2 + 1, "without reporter and heartbeat, with Room's latency"
    assert {"worker-5xx", "classa-do-latency", "room-do-latency", "classa-do-error-rate"} <= set(found)
    assert found.index("classa-do-low-traffic") < found.index("classa-do-error-rate")


def test_a_monitor_without_settings_is_not_declared(service: Worker, observed: Observed) -> None:
    monitors = without(OF_CLASS, "cleanup-failures")
    assert "classa-cleanup-failures" not in keys(service(monitors=OF_WORKER, classes=(observed(monitors=monitors),)))


def test_the_reporter_is_watched_where_there_is_one(service: Worker) -> None:
    assert "reporter-failing" in keys(service(monitors=OF_WORKER), reporter=True)
    assert "reporter-failing" not in keys(service(monitors=OF_WORKER))


def test_a_heartbeat_is_watched_where_one_is_sent(service: Worker) -> None:
    assert "heartbeat" in keys(service(monitors=OF_WORKER, heartbeat="https://chat.example"))
    assert "heartbeat" not in keys(service(monitors=OF_WORKER))


def test_what_cloudflare_bills_is_watched_where_a_collector_brings_it(service: Worker, observed: Observed) -> None:
    worker = service(monitors=OF_WORKER, classes=(observed(monitors=OF_CLASS),))
    billed = {"classa-billed-invocations", "classa-billed-duration", "classa-billed-rows", "collector-silent"}
    assert billed <= set(keys(worker, collector=True))
    assert not billed & set(keys(worker))


def test_a_composite_goes_with_a_part(service: Worker, observed: Observed) -> None:
    classes = (observed(monitors=without(OF_CLASS, "do-error-ratio")),)
    assert "classa-do-error-rate" not in keys(service(monitors=OF_WORKER, classes=classes))


def test_a_part_goes_with_the_last_composite_since_it_tells_nobody(service: Worker, observed: Observed) -> None:
    monitors = without(OF_WORKER, "worker-5xx-rate", "client-error-ratio")
    assert "low-traffic" not in keys(service(monitors=monitors, classes=(observed(monitors=OF_CLASS),)))
    assert "worker-5xx-rate" not in keys(service(monitors=without(OF_WORKER, "low-traffic")))


def test_a_renamed_class_keeps_its_monitors(service: Worker, observed: Observed) -> None:
    classes = (observed("Hall", monitors={"do-latency": SETTINGS}, renamed_from="ChatRoom"),)
    (monitor,) = declared(service(classes=classes), reporter=False)
    assert former_keys(monitor, "") == ["chatroom-do-latency"]


def test_a_class_keeps_the_monitors_from_before_they_told_their_class(service: Worker, observed: Observed) -> None:
    classes = (observed(monitors={"do-latency": SETTINGS}), observed("Room", monitors={"do-latency": SETTINGS}))
    monitors = declared(service(monitors={"cpu-p99": SETTINGS}, classes=classes), reporter=False)
    former = {monitor.key: former_keys(monitor, "ClassA") for monitor in monitors}
    assert former == {"cpu-p99": [], "classa-do-latency": ["do-latency"], "room-do-latency": []}


def test_a_guard_that_is_off_while_its_ratio_is_on_is_a_problem() -> None:
    assert guards.problems({"do-error-ratio": SETTINGS, "do-low-traffic": False}) == [
        (
            "do-low-traffic",
            False,
            "a window and a critical, since it guards do-error-ratio; or false for do-error-ratio too",
        )
    ]
    assert guards.problems({"do-error-ratio": False, "do-low-traffic": False}) == []


def test_a_guard_that_lets_one_failure_alert_is_a_problem() -> None:
    ratio = MonitorSettings(window="last_5m", critical=5)
    assert guards.problems({"worker-5xx-rate": ratio, "low-traffic": SETTINGS}) == [
        ("worker-5xx-rate.window", "last_5m", "last_7m, the window of low-traffic, which guards it"),
        (
            "low-traffic.critical",
            11.0,
            "at least 40, or one failure in five minutes would exceed the 5 % of worker-5xx-rate",
        ),
    ]


def test_a_guard_that_lets_one_failure_keep_an_alert_of_a_quieter_time_is_a_problem() -> None:
    """11 % is an alert among nine while the guard holds; among eleven it is 9 %, which is no recovery."""
    ratio, guard = (
        MonitorSettings(window="last_5m", critical=10, recovery=8),
        MonitorSettings(window="last_5m", critical=11),
    )
    (problem,) = guards.problems({"worker-5xx-rate": ratio, "low-traffic": guard})
    least = "one failure in five minutes would keep an alert of worker-5xx-rate above its recovery of 8 %"
    assert problem == ("low-traffic.critical", 11.0, f"at least 13, or {least}")
    assert guards.problems({"worker-5xx-rate": ratio, "low-traffic": guard.model_copy(update={"critical": 13})}) == []


def test_a_guard_over_a_longer_window_has_to_stand_more_failures() -> None:
    ratio, guard = (MonitorSettings(window="last_15m", critical=each) for each in (10, 29))
    (problem,) = guards.problems({"do-error-ratio": ratio, "do-low-traffic": guard})
    assert problem[2] == "at least 30, or one failure in five minutes would exceed the 10 % of do-error-ratio"


@pytest.fixture
def monitors(declare: Callable[..., Any], kit: SimpleNamespace) -> Callable[..., Any]:
    """Declares the monitors of a Worker as the component that its stack calls `svc-monitors`."""

    def run(service: DeclaredWorker, **changes: Any) -> Any:
        handles = Handles("@page", "@chat")
        args = MonitorsArgs(service, 130, "https://docs.example", handles, 17, 2, **changes)
        return declare(lambda: kit.Monitors("svc-monitors", args))

    return run


def test_a_class_is_in_the_names_of_its_monitors(
    monitors: Callable[..., Any], service: Worker, observed: Observed
) -> None:
    classes = (observed(monitors=OF_CLASS), observed("Room", monitors=OF_CLASS))
    found = {resource.name for resource in monitors(service(monitors=OF_WORKER, classes=classes)).of_type("Monitor")}
    assert {"svc-monitors-worker-5xx", "svc-monitors-classa-do-errors", "svc-monitors-room-do-errors"} <= found


def test_a_guard_is_not_judged_by_a_ratio_of_other_things() -> None:
    ratio = MonitorSettings(window="last_5m", critical=5)
    assert guards.problems({"do-error-ratio": ratio, "low-traffic": SETTINGS}) == []


def test_a_composite_joins_the_ratio_of_its_class_with_the_guard_of_that_class(
    monitors: Callable[..., Any], service: Worker, observed: Observed
) -> None:
    classes = (observed(monitors=OF_CLASS), observed("Room", monitors=OF_CLASS))
    declared = {each.name: each for each in monitors(service(monitors=OF_WORKER, classes=classes)).of_type("Monitor")}
    ratio, guard = declared["svc-monitors-room-do-error-ratio"].id, declared["svc-monitors-room-do-low-traffic"].id
    assert declared["svc-monitors-room-do-error-rate"].inputs["query"] == f"{ratio} && !{guard}"
