"""What is wrong with monitors in other spellings and places than the obvious ones: it is found all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from firedrill.config_keys import config_keys
from firedrill.policies import drills
from firedrill.policies.rule import Declared, violations
from firedrill.policies.rules import RULES

Spoilt = Callable[..., Declared]
SHOP = "urn:pulumi:prod::p::firedrill:components:ObservedService::shop"
RUNBOOK = "https://x.example/runbooks/do-latency.md"


def found(rule_id: str, declared: Declared) -> list[tuple[str, str]]:
    return [(each.item.name, each.finding) for each in violations(RULES, declared, {}) if each.rule.id == rule_id]


@pytest.mark.parametrize(
    "changes",
    [
        {"message": "{{#is_alert}}@slack-shoop{{/is_alert}} " + RUNBOOK},
        {"message": f"slow @slack-shoop. {RUNBOOK}"},
        {"escalationMessage": "still slow @slack-shoop"},
    ],
)
def test_a_handle_is_found_wherever_datadog_finds_it(spoilt: Spoilt, changes: dict[str, Any]) -> None:
    ((_, finding),) = found("monitor-handles-in-config", spoilt("latency", changes))
    assert finding.startswith("it notifies @slack-shoop")


def test_who_is_told_inside_a_block_needs_reminders_with_a_limit(spoilt: Spoilt) -> None:
    message = "{{#is_alert}}@pagerduty-shop{{/is_alert}} " + RUNBOOK
    assert found("monitor-renotify-limited", spoilt("latency", {"message": message, "renotifyInterval": None}))


def test_no_interval_in_text_is_none(spoilt: Spoilt) -> None:
    assert found("monitor-renotify-limited", spoilt("latency", {"renotifyInterval": "0"}))


def test_a_rate_that_notifies_inside_a_block_is_found(spoilt: Spoilt) -> None:
    message = "{{#is_alert}}@pagerduty-shop{{/is_alert}} " + RUNBOOK
    assert found("monitor-ratio-guarded", spoilt("rate", {"message": message}))


def test_a_rate_per_constant_is_no_ratio(spoilt: Spoilt) -> None:
    query = "sum(last_5m):sum:shop.prod.requests{*}.as_count() / 60 > 5"
    assert found("monitor-ratio-guarded", spoilt("latency", {"query": query})) == []


@pytest.mark.parametrize(("added", "guarded"), [(" + 1500", True), (" + 0", False), (" - 10", False), ("", False)])
def test_a_rate_over_a_number_added_is_guarded_by_it(spoilt: Spoilt, added: str, guarded: bool) -> None:
    total = "sum:shop.prod.requests{*}.as_count()"
    query = f"sum(last_5m):100 * sum:shop.prod.requests{{a:b}}.as_count() / ({total}{added}) > 500"
    told = [name for name, _ in found("monitor-ratio-guarded", spoilt("latency", {"query": query}))]
    assert ("latency" in told) is not guarded


def test_a_forecast_needs_no_distance_to_recover(spoilt: Spoilt) -> None:
    query = "max(next_1d):forecast(max:shop.prod.latency{*}, 'linear', 1, interval='5m', history='1h') > 500"
    change = {"query": query, "monitorThresholds": {"critical": "500"}}
    assert not found("monitor-recovery-threshold", spoilt("latency", change))


def test_a_composite_of_other_monitors_guards_no_ratio(spoilt: Spoilt) -> None:
    for parts in ((), ("latency",), ("rate",)):
        declared = spoilt("guarded", {}, depends_on=tuple(f"{SHOP}::{name}" for name in parts))
        assert found("monitor-ratio-guarded", declared) == [
            ("rate", "no composite monitor combines it with a minimum of traffic, so nobody ever hears of it")
        ]


@pytest.mark.parametrize(
    "message",
    ["slow @slack-shop {{#is_recovery}}" + RUNBOOK + "{{/is_recovery}}", "slow @slack-shop {{!-- " + RUNBOOK + " --}}"],
)
def test_a_runbook_that_is_not_shown_in_an_alert_is_none(spoilt: Spoilt, message: str) -> None:
    assert found("monitor-runbook", spoilt("latency", {"message": message}))


SHIPPED = f"{config_keys()['docsUrl']['default']}/runbooks/do-latency.md"


@pytest.mark.parametrize(
    ("link", "kept", "missing"),
    [
        (RUNBOOK, [], False),
        (RUNBOOK, ["other.md"], True),
        (RUNBOOK, ["do-latency.md"], False),
        (SHIPPED, ["other.md"], False),
    ],
)
def test_a_project_writes_the_runbooks_that_it_keeps_itself(
    spoilt: Spoilt, tmp_path: Path, link: str, kept: list[str], missing: bool
) -> None:
    for name in kept:
        (tmp_path / "docs" / "runbooks").mkdir(parents=True, exist_ok=True)
        (tmp_path / "docs" / "runbooks" / name).touch()
    declared = replace(spoilt("latency", {"message": f"slow @slack-shop. {link}"}), root=tmp_path)
    told = ("latency", "its message links to docs/runbooks/do-latency.md, which does not exist")
    assert (told in found("monitor-runbook", declared)) == missing


def test_the_env_tag_is_that_of_the_stack(spoilt: Spoilt) -> None:
    tags = ["env:dev", "monitor:do-latency", "team:till", "class:cart"]
    assert found("monitor-tag-env", spoilt("latency", {"tags": tags})) == [
        ("latency", "it has the tag env:dev, its stack is prod")
    ]


def test_a_tag_without_a_value_is_none(spoilt: Spoilt) -> None:
    assert found("monitor-tag-team", spoilt("latency", {"tags": ["env:prod", "team: "]})) == [
        ("latency", "it has no tag team:")
    ]


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        (["env:prod", "service:shop", "team:till"], []),
        (["env:prod", "service:shop", "team:tills"], ["it has the tag team:tills, its logs have team:till"]),
        (["env:prod", "service:shops", "team:till"], ["it has the tag service:shops, its logs have service:shop"]),
        (["env:prod", "team:till"], ["it has no tag service:"]),
        (["env:prod", "team:", "service:shop"], ["it has no tag team:"]),
    ],
)
def test_a_monitor_is_of_the_team_and_service_of_its_logs(spoilt: Spoilt, tags: list[str], told: list[str]) -> None:
    conf = "datadog://http-intake.logs.datadoghq.eu/api/v2/logs?header_DD-API-KEY=[secret]&ddsource=shop-events"
    declared = spoilt("job", {"destinationConf": f"{conf}&ddtags=env%3Aprod%2Cservice%3Ashop%2Cteam%3Atill"})
    items = [
        each if each.name != "latency" else replace(each, inputs={**each.inputs, "tags": tags})
        for each in declared.items
    ]
    assert [text for _, text in found("monitor-tag-team", replace(declared, items=tuple(items)))] == told


@pytest.mark.parametrize("value", [None, ""])
def test_missing_data_is_not_stated_by_nothing(spoilt: Spoilt, value: object) -> None:
    declared = spoilt("latency", {})
    latency = next(each for each in declared.items if each.name == "latency")
    rest = [each for each in declared.items if each is not latency]
    latency = replace(latency, inputs={**latency.inputs, "onMissingData": value})
    assert found("monitor-missing-data-stated", Declared([*rest, latency]))


def test_a_recovery_at_the_threshold_is_no_distance(spoilt: Spoilt) -> None:
    thresholds = {"critical": "500", "criticalRecovery": "500.0"}
    assert found("monitor-recovery-threshold", spoilt("latency", {"monitorThresholds": thresholds})) == [
        ("latency", "it recovers at 500.0, where it alerts: a value that hovers there alerts again and again")
    ]


@pytest.mark.parametrize("again", [{}, {"warningRecovery": "300.0"}])
def test_a_warning_needs_a_distance_to_recover_too(spoilt: Spoilt, again: dict[str, str]) -> None:
    thresholds = {"critical": "500", "criticalRecovery": "400", "warning": "300", **again}
    assert found("monitor-recovery-threshold", spoilt("latency", {"monitorThresholds": thresholds})) == [
        ("latency", "it warns at 300, and recovers from that there: a value that hovers there warns again and again")
    ]


def test_what_alerts_when_little_comes_does_not_resolve_when_nothing_comes(spoilt: Spoilt) -> None:
    query = "sum(last_5m):sum:shop.prod.requests{*}.as_count() < 20"
    change = {"query": query, "monitorThresholds": {"critical": "20"}, "onMissingData": "resolve"}
    assert found("monitor-missing-data-stated", spoilt("latency", change)) == [
        ("latency", "it alerts when little comes, and resolves when nothing comes (onMissingData)")
    ]
    assert not found("monitor-missing-data-stated", spoilt("latency", {**change, "onMissingData": "default"}))


@pytest.mark.parametrize("scope", ["class:cart", "class:cart,result:error", "class:cart AND result:error"])
def test_a_monitor_of_a_class_reads_that_class(spoilt: Spoilt, scope: str) -> None:
    tags = ["env:prod", "monitor:do-latency", "team:till", "class:cart"]
    query = "percentile(last_5m):p95:shop.prod.latency{%s} > 500"
    assert not found("monitor-reads-its-class", spoilt("latency", {"tags": tags, "query": query % scope}))
    either = {"tags": tags, "query": query % "class:cart OR result:error"}
    assert found("monitor-reads-its-class", spoilt("latency", either))


@pytest.mark.parametrize("delay", ["30", "soon", float("nan")])
def test_an_evaluation_delay_is_a_number_of_seconds(spoilt: Spoilt, delay: object) -> None:
    ((_, finding),) = found("monitor-evaluation-delay", spoilt("latency", {"evaluationDelay": delay}))
    assert finding == f"evaluationDelay is {delay} s: logs that are still on their way would be missed"


def test_a_delay_in_text_is_a_number_too(spoilt: Spoilt) -> None:
    assert found("monitor-evaluation-delay", spoilt("latency", {"evaluationDelay": "120"})) == []


def test_an_exemption_is_for_the_worker_that_it_names(spoilt: Spoilt, monkeypatch: pytest.MonkeyPatch) -> None:
    declared = spoilt("latency", {"tags": ["env:prod", "monitor:made-up", "team:till"]})
    for name, exempt in (("made-up", True), ("shop/made-up", True), ("other/made-up", False)):
        monkeypatch.setattr(drills, "_exempt", lambda root, name=name: frozenset({name}))
        assert bool(found("monitor-drilled", declared)) is not exempt, name


def test_a_change_needs_a_distance_to_recover_and_a_plain_count_none(spoilt: Spoilt) -> None:
    counted, plain = "sum:shop.prod.requests{*}.as_count()", {"monitorThresholds": {"critical": "500"}}
    change = {"query": f"pct_change(avg(last_15m),1h_ago):{counted}.rollup(sum, 60) > 500", **plain}
    assert found("monitor-recovery-threshold", spoilt("latency", change))
    count = {"query": f"sum(last_5m):{counted} > 500", **plain}
    assert not found("monitor-recovery-threshold", spoilt("latency", count))
