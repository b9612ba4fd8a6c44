"""Who is told by rules in place of messages, and what a deployment mutes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from firedrill.components.config import load
from firedrill.components.monitors.declared import declared
from firedrill.components.monitors.inputs import MonitorsArgs, monitor_inputs
from firedrill.components.problems import DeclarationError
from firedrill.components.routing import downtime_inputs, rule_inputs
from firedrill.components.settings import Settings
from firedrill.vendors.datadog.monitors import parse_downtime, parse_rules
from firedrill.vendors.datadog.monitors.schedules import Once
from tests.components.test_config import refusal
from tests.components.test_service import STACK

BOTH = {"page": {"to": ["@page", "@more"]}, "chat": {"to": ["@chat"], "bundleMinutes": 10}}
WINDOW = {"start": "2027-01-02T03:00:00Z", "end": "2027-01-02T03:30:00Z"}


def settings(**changes: Any) -> Settings:
    return Settings.model_validate({**STACK, "reporter": "none", **changes})


def test_a_rule_is_by_team_environment_and_severity_and_bundles() -> None:
    assert rule_inputs(settings(routes=BOTH), "chat", "shop env-14") == {
        "name": "shop env-14: chat",
        "filter": {"scope": "team:t AND env:env-14 AND tell:chat"},
        "recipients": ["chat"],
        "bundle_config": {"duration": 600},
    }


@pytest.mark.parametrize(("routes", "informed"), [(BOTH, "@chat"), ({"page": {"to": ["@page"]}}, "@chat")])
def test_warnings_of_what_pages_go_to_whoever_is_informed(routes: dict[str, Any], informed: str) -> None:
    (rule,) = parse_rules([rule_inputs(settings(routes=routes), "page", "shop")])
    tags = {"team:t", "env:env-14", "tell:page"}
    assert rule.recipients({*tags, "transition_type:is_warning"}) == (informed,)
    assert rule.recipients({*tags, "transition_type:is_alert"})[0] == "@page"
    assert rule.recipients({*tags, "transition_type:is_recovery"})[0] == "@page"
    assert rule.recipients(tags - {"env:env-14"}) == ()


@pytest.mark.parametrize("routed", [{}, {"page"}, {"chat"}, {"page", "chat"}])
def test_a_message_names_nobody_whom_a_rule_tells_and_everybody_else(
    routed: set[str], service: Callable[..., Any]
) -> None:
    args = MonitorsArgs.of(settings(routes={level: BOTH[level] for level in routed}), service())
    for each in declared(args.service, reporter=False):
        inputs, level = monitor_inputs(each, args), each.spec.notify
        assert (f"tell:{level}" in inputs["tags"]) == (level in routed)
        assert ("@" in inputs["message"]) == (level is not None and level not in routed)


def test_a_deployment_mutes_what_it_may_cause_of_each_worker_and_nothing_else(service: Callable[..., Any]) -> None:
    of = service()
    made = dict(downtime_inputs(settings(deployWindow=WINDOW), [of]))
    assert made.keys() == {f"{of.key}-cpu-p99", f"{of.key}-do-latency"}
    inputs = made[f"{of.key}-do-latency"]
    assert inputs["monitor_identifier"]["monitor_tags"] == [*of.tags, "monitor:do-latency"]
    downtime = parse_downtime(
        {
            **{key: value for key, value in inputs.items() if key != "one_time_schedule"},
            "schedule": inputs["one_time_schedule"],
        }
    )
    assert downtime.schedule == Once(1_798_858_800, 1_798_858_800 + 1800)
    assert list(downtime_inputs(settings(), [of])) == []


def test_a_deployment_that_recurs_has_its_window_by_the_clock_of_its_zone(service: Callable[..., Any]) -> None:
    recurs = {**WINDOW, "rrule": "FREQ=WEEKLY;BYDAY=TU,TH", "timezone": "Europe/Paris"}
    made = dict(downtime_inputs(settings(deployWindow=recurs), [service()]))
    (schedule,) = {json.dumps(inputs["recurring_schedule"]) for inputs in made.values()}
    recurrence = {"rrule": "FREQ=WEEKLY;BYDAY=TU,TH", "duration": "30m", "start": "2027-01-02T04:00:00"}
    assert json.loads(schedule) == {"recurrences": [recurrence], "timezone": "Europe/Paris"}
    assert all("one_time_schedule" not in inputs for inputs in made.values())


GIVEN = {"environment": "dev", "accountId": "0" * 32, "workersSubdomain": "sub"}


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ({"routes": {"chat": {"to": ["@slack-other"]}}}, "a list with '@slack-alerts' in it"),
        ({"routes": {"chat": {"to": []}}}, "a list of at least one and at most 50 handles"),
        ({"routes": {"pager": {"to": ["@slack-alerts"]}}}, "pager"),
        ({"routes": {"chat": {"to": ["slack-alerts"]}}}, "such as @slack-alerts"),
        ({"deployWindow": {"start": WINDOW["start"]}}, "deployWindow.end"),
        ({"deployWindow": {"start": WINDOW["end"], "end": WINDOW["start"]}}, "a time after deployWindow.start"),
        (
            {"deployWindow": {**WINDOW, "end": "2027-01-02T03:00:59Z", "rrule": "FREQ=DAILY"}},
            "a time at least a minute after deployWindow.start",
        ),
        ({"deployWindow": {"start": "tonight", "end": "tomorrow"}}, "a time such as 2027-01-02T03:04:05Z"),
        ({"deployWindow": {**WINDOW, "rrule": "FREQ=WEEKLEY"}}, "a rule of RFC 5545 without dates, at most once a day"),
        ({"deployWindow": {**WINDOW, "rrule": "FREQ=HOURLY"}}, "a rule of RFC 5545 without dates, at most once a day"),
        ({"deployWindow": {"rrule": "FREQ=DAILY"}}, "deployWindow.start"),
        ({"deployWindow": {**WINDOW, "timezone": "Paris"}}, "a name of the time zone database"),
        ({"deployWindow": {**WINDOW, "mutes": ["do-latncy"]}}, "did you mean do-latency?"),
        ({"budget": True}, "firedrill:budget is true\n"),
        ({"renotifyOccurrences": True}, "firedrill:renotifyOccurrences is true\n"),
    ],
)
def test_what_is_wrong_with_what_the_program_gives_is_told(program: dict[str, Any], told: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        load({}, lambda key: True, "dev", {}, {**GIVEN, **program})
    assert told in str(refused.value)


@pytest.mark.parametrize(
    "time",
    [
        "2027-13-02T03:00:00Z",
        "2027-02-30T03:00:00Z",
        "2027-01-02T25:00:00Z",
        "２０２７-01-02T03:00:00Z",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_a_time_of_a_window_that_does_not_exist_is_refused(time: str) -> None:
    told = refusal(deployWindow={"start": "2027-01-01T00:00:00Z", "end": time})
    assert f"firedrill:deployWindow.end is '{time}'\n  allowed: a time such as 2027-01-02T03:04:05Z" in told


def test_what_a_deployment_cannot_mute_is_named() -> None:
    told = refusal(deployWindow={"mutes": ["do-latency", "do-latncy"]})
    assert "firedrill:deployWindow.mutes[1] is not a monitor but 'do-latncy'" in told
    assert "did you mean do-latency?" in told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"routes": {"page": {"to": ["@slack-alerts"], "bundle": 5}}},
            "routes.page.bundle is not a field of routes.page\n",
        ),
        ({"deployWindow": {"from": ""}}, "deployWindow.from is not a field of deployWindow\n"),
        ({"slos": {"do-latncy": {}}}, "slos.do-latncy is not a field of slos\n"),
        ({"routes": {"page": {"to": ["@slack-alerts"], "bundleMinutes": True}}}, "routes.page.bundleMinutes is true\n"),
        ({"dangers": {"requests-fail": {"within": True}}}, "dangers.requests-fail.within is true\n"),
        ({"dangers": {"requests-fail": {"size": True}}}, "dangers.requests-fail.size is true\n"),
        ({"monitors": {"cpu-p99": {"critical": True}}}, "monitors.cpu-p99.critical is true\n"),
    ],
)
def test_a_field_that_there_is_not_and_a_flag_for_a_number_are_refused_in_place(
    changes: dict[str, Any], told: str
) -> None:
    assert f"firedrill:{told}" in refusal(**changes)
