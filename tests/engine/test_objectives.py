"""SLOs, dashboards and notification rules by the real engine: changed, replaced, renamed, and nothing left over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from firedrill.cloud.values import revealed
from firedrill.resources import DASHBOARD_JSON, MONITOR, MONITOR_NOTIFICATION_RULE, SERVICE_LEVEL_OBJECTIVE

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = pytest.mark.engine

PROJECT = Path(__file__).parent / "objectives"


@pytest.fixture
def stack(of: Callable[[Path, str, Path], Local], tmp_path: Path) -> Local:
    return of(PROJECT, "dev", tmp_path)


def held(local: Local, token: str) -> dict[str, dict[str, Any]]:
    """What the cloud holds of a type, by its ids."""
    return {entry.id: revealed(entry.inputs) for kind, entry in local.entries() if kind == token}


def up(local: Local, **declared: Any) -> dict[str, int]:
    """Deploy what is declared, after which Pulumi and the cloud hold the same and another run changes nothing."""
    local.configure(declared=declared)
    done = local.did("up")
    assert local.agrees()
    return done


def is_used(local: Local, slo: str) -> bool:
    """Whether the alert and the dashboard are of this SLO and of no other one."""
    (alert,) = held(local, MONITOR).values()
    (shown,) = held(local, DASHBOARD_JSON).values()
    return f'"{slo}"' in alert["query"] and f'"{slo}"' in shown["dashboard"] and len(held(local, MONITOR)) == 1


def test_an_slo_with_another_title_stays_the_one_that_its_alert_and_dashboard_use(stack: Local) -> None:
    up(stack, slo={}, dashboard={})
    (slo,) = held(stack, SERVICE_LEVEL_OBJECTIVE)
    assert is_used(stack, slo)
    assert up(stack, slo={"title": "Requests that succeed"}, dashboard={}) == {"update": 1}
    assert {id_: each["name"] for id_, each in held(stack, SERVICE_LEVEL_OBJECTIVE).items()} == {
        slo: "Requests that succeed"
    }
    assert is_used(stack, slo)


@pytest.mark.parametrize("changed", [{"sliced": True}, {"as": "availability"}], ids=["another type", "another name"])
def test_an_slo_that_is_made_anew_is_deleted_after_its_users_have_the_new_one(
    stack: Local, changed: dict[str, Any]
) -> None:
    up(stack, slo={}, dashboard={})
    (before,) = held(stack, SERVICE_LEVEL_OBJECTIVE)
    done = up(stack, slo=changed, dashboard={})
    assert done["update"] == 2  # the alert and the dashboard
    (after,) = held(stack, SERVICE_LEVEL_OBJECTIVE)
    assert after != before
    assert is_used(stack, after)
    stack.did("destroy")
    assert not stack.entries()


def test_a_dashboard_goes_before_the_slo_that_it_shows_and_stands_alone_too(stack: Local) -> None:
    up(stack, slo={}, dashboard={})
    assert up(stack, dashboard={}) == {"update": 1, "delete": 2}
    assert [each["dashboard"].count("slo_id") for each in held(stack, DASHBOARD_JSON).values()] == [0]
    (board,) = held(stack, DASHBOARD_JSON)
    assert up(stack, dashboard={"title": "The shop"}) == {"update": 1}
    assert [*held(stack, DASHBOARD_JSON)] == [board]
    up(stack, dashboard={"as": "board"})
    assert len(held(stack, DASHBOARD_JSON)) == 1
    stack.did("destroy")
    assert not stack.entries()


def test_a_notification_rule_is_changed_in_place_renamed_and_deleted(stack: Local) -> None:
    up(stack, rule={})
    (rule,) = held(stack, MONITOR_NOTIFICATION_RULE)
    assert up(stack, rule={"title": "Everybody", "to": ["slack-shop", "pagerduty-shop"]}) == {"update": 1}
    ((id_, inputs),) = held(stack, MONITOR_NOTIFICATION_RULE).items()
    assert (id_, inputs["name"]) == (rule, "Everybody")
    up(stack, rule={"as": "everybody"})
    assert len(held(stack, MONITOR_NOTIFICATION_RULE)) == 1
    assert up(stack)["delete"] == 1
    assert not stack.entries()
