"""Notification rules: whom they add to a notification, and what they bundle."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.datadog.monitors import Notification, State, deliveries, parse_rules
from firedrill.vendors.datadog.monitors.routing import MODELLED, routed
from firedrill.vendors.errors import FiredrillError, Unsupported

PAGE = [
    (("team:shopist", "service:web-store"), ("slack-channel1", "jira-project")),
    (("team:shopist",), ("jira-project",)),
    (("service:web-store",), ("jira-project",)),
    (("service:web-store", "env:prod"), ("user@datadoghq.com",)),
    (("service:web-store", "env:dev"), ("jira-project",)),
]
"""The rules of the page's example; its last row names recipients that no rule of it has, and is left out."""


def rule(scope: str = "", tags: Collection[str] = (), **attributes: Any) -> dict[str, Any]:
    named = {"scope": scope} if scope else {"tags": list(tags)}
    to = {} if "conditional_recipients" in attributes else {"recipients": ["slack-ops"]}
    return {"name": "r", "filter": named, **to, **attributes}


def sent(minute: int = 0, handles: tuple[str, ...] = (), **changes: Any) -> Notification:
    made = Notification(minute * 60, minute, "1", "m", (), "alert", State.ALERT, "t", "m", handles, "P2")
    return made._replace(**changes)


@pytest.mark.parametrize(
    ("tags", "own", "told"),
    [
        (
            ("team:shopist", "service:web-store"),
            ("@user@datadoghq.com",),
            {"@slack-channel1", "@jira-project", "@user@datadoghq.com"},
        ),
        (("team:shopist",), (), {"@jira-project"}),
        (("service:web-store",), (), {"@jira-project"}),
        (("service:web-store", "env:prod"), (), {"@jira-project", "@user@datadoghq.com"}),
        (("service:web-store", "env:dev"), (), {"@jira-project"}),
        (("service:ads",), ("@slack-ads",), {"@slack-ads"}),
    ],
)
def test_the_pages_table_of_matches_holds(tags: tuple[str, ...], own: tuple[str, ...], told: set[str]) -> None:
    rules = parse_rules(rule(tags=of, recipients=list(to)) for of, to in PAGE)
    found = routed(sent(handles=own), tags, {"is_alert"}, rules).handles
    assert set(found) == told
    assert len(found) == len(told)


@pytest.mark.parametrize(
    ("scope", "matches"),
    [
        ("team:till", True),
        ("team:till AND NOT env:dev", True),
        ("team:till AND -env:prod", False),
        ("service:(cart OR shop)", True),
        ("service:sh*", True),
        ('service:"sh*"', False),
        ("priority:p2", True),
        ("priority:p1 OR class:cart", True),
        ("transition_type:is_alert", True),
        ("transition_type:is_recovery", False),
        ("*", True),
    ],
)
def test_a_scope_is_a_search_over_tags_priority_and_transition(scope: str, matches: bool) -> None:
    tags = ("team:till", "env:prod", "service:shop")
    found = routed(sent(group=("class:cart",)), tags, {"is_alert"}, parse_rules([rule(scope)]))
    assert found.handles == (("@slack-ops",) if matches else ())


def test_all_conditions_that_hold_count_and_others_only_where_none_does() -> None:
    conditions = [
        {"scope": "priority:p2", "recipients": ["pagerduty-a", "slack-a"]},
        {"scope": "transition_type:is_alert", "recipients": ["slack-a", "slack-b"]},
    ]
    given_ = {"conditions": conditions, "fallback_recipients": ["slack-c"]}
    rules = parse_rules([rule("*", conditional_recipients=given_)])
    assert routed(sent(), (), {"is_alert"}, rules).handles == ("@pagerduty-a", "@slack-a", "@slack-b")
    assert routed(sent(priority="P3"), (), {"is_recovery"}, rules).handles == ("@slack-c",)


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (rule("team:"), "notification rule 'r': filter.scope: "),
        (rule("@team:a"), "a scope that searches anything but tags by their values"),
        (rule("latency:>5"), "a scope that searches anything but tags by their values"),
        (rule("transition_type:alert"), "a transition_type besides is_alert"),
        (rule("*", bundle_config={"duration": 0}), "bundle_config.duration is 0; allowed: seconds above 0"),
        (rule("*", recipients=["@slack-a"]), "allowed: recipients without the @"),
    ],
)
def test_what_is_not_known_or_not_allowed_is_refused(raw: dict[str, Any], told: str) -> None:
    with pytest.raises(FiredrillError) as refused:
        parse_rules([raw])
    assert told in str(refused.value)


def test_every_mistake_of_every_rule_is_told() -> None:
    with pytest.raises(FiredrillError) as refused:
        parse_rules([rule("@a:b"), rule("*", recipients=["@a"])])
    assert len(str(refused.value).splitlines()) == 2


def test_an_unknown_feature_is_unsupported_not_a_mistake() -> None:
    with pytest.raises(Unsupported):
        parse_rules([rule("@a:b")])


def test_what_comes_within_a_bundles_duration_reaches_its_recipient_once() -> None:
    rules = parse_rules([rule("*", bundle_config={"duration": 600})])
    found = [routed(sent(minute, ("@pager",)), (), {"is_alert"}, rules) for minute in (0, 4, 9, 10, 30)]
    assert all(each.handles == ("@pager", "@slack-ops") and MODELLED in each.modelled for each in found)
    told = [(each.time_s // 60, len(each.notifications)) for each in deliveries(found) if each.recipient != "@pager"]
    assert told == [(0, 3), (10, 1), (30, 1)]
    assert sum(each.recipient == "@pager" for each in deliveries(found)) == 5


def test_whom_the_message_names_is_told_at_once_whatever_a_rule_bundles() -> None:
    rules = parse_rules([rule("*", bundle_config={"duration": 600})])
    found = routed(sent(handles=("@slack-ops",)), (), {"is_alert"}, rules)
    assert (found.handles, found.bundles, found.modelled) == (("@slack-ops",), (), ())


@given(
    st.sets(st.sampled_from(["team:a", "env:b", "service:c", "class:d"])),
    st.sets(st.sampled_from(["team:a", "env:b", "service:c", "class:d"]), min_size=1),
)
def test_tags_and_a_scope_of_the_same_tags_match_alike(has: set[str], asks: set[str]) -> None:
    by_tags, by_scope = parse_rules([rule(tags=asks), rule(" AND ".join(sorted(asks)))])
    assert by_tags.recipients(has) == by_scope.recipients(has) == (("@slack-ops",) if asks <= has else ())


@given(st.lists(st.integers(0, 5_000), max_size=30), st.integers(1, 1_000))
def test_bundling_loses_no_notification_and_never_tells_more_often(times: list[int], seconds: int) -> None:
    rules = parse_rules([rule("*", bundle_config={"duration": seconds})])
    all_sent = [routed(sent()._replace(time_s=each), (), {"is_alert"}, rules) for each in sorted(times)]
    told = deliveries(all_sent)
    assert [one for each in told for one in each.notifications] == all_sent
    assert all(later.time_s - sooner.time_s >= seconds for sooner, later in pairwise(told))
