"""What is said of logs and monitors that no documentation decides."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.vendors.datadog.modelled import modelled
from firedrill.vendors.datadog.monitors import modelled as modelled_monitors
from firedrill.vendors.datadog.monitors import parse_monitors
from firedrill.vendors.datadog.search import DURATIONS

LATEST = "message: variables of logs and events: those of the latest one that matched"


def pipeline(*processors: dict[str, Any], query: str = "*", enabled: bool = True) -> dict[str, Any]:
    return {
        "name": "web",
        "is_enabled": enabled,
        "filter": {"query": query},
        "processors": [{"is_enabled": True, **each} for each in processors],
    }


def index(rate: float) -> dict[str, Any]:
    exclusion = {"name": "some", "filter": {"query": "*", "sample_rate": rate}}
    return {"name": "main", "filter": {"query": "*"}, "exclusion_filters": [exclusion]}


def test_a_processor_that_is_modelled_is_told_once_unless_it_is_disabled() -> None:
    agent = {"type": "user-agent-parser", "sources": ["a"], "target": "b"}
    (text,) = modelled([pipeline(agent), pipeline(agent)])
    assert text.startswith("user-agent-parser: by the rules of ua-parser")
    assert modelled([pipeline(agent, enabled=False)]) == []


def test_a_geoip_parser_is_modelled_with_and_without_a_file() -> None:
    assert modelled([pipeline({"type": "geo-ip-parser", "sources": ["ip"], "target": "geo"})])


def test_durations_are_told_wherever_a_search_has_them() -> None:
    category = {"type": "category-processor", "categories": [{"name": "slow", "filter": {"query": "@d:>1s"}}]}
    assert modelled([pipeline(query="@d:>1s")]) == [DURATIONS]
    assert modelled([pipeline(category)]) == [DURATIONS]
    assert modelled([], metrics=[{"id": "slow", "filter": {"query": "@d:[1s TO 2s]"}}]) == [DURATIONS]
    assert modelled([pipeline(query="@d:>1")]) == []


def test_sampling_is_modelled_between_none_and_all_only() -> None:
    assert [bool(modelled([], indexes=[index(rate)])) for rate in (0, 0.5, 1)] == [False, True, False]


@pytest.mark.parametrize(
    ("kind", "query", "message", "options", "told"),
    [
        ("query alert", "sum(last_5m):sum:m{*}.as_count() > 1", "{{value}}", {}, ()),
        ("query alert", "sum(last_5m):sum:m{*}.as_count().fill(60) > 1", "", {}, ("fill() without a method: linear",)),
        ("query alert", "sum(last_5m):sum:m{*}.as_count().fill(linear, 60) > 1", "", {}, ()),
        (
            "query alert",
            "sum(last_5m):sum:m{*} by {service}.as_count() > 1",
            '{{eval "humanize_bytes(value)"}} {{service.team}}',
            {"notify_by": ["service"], "notification_preset_name": "hide_handles"},
            (
                "notify_by: as severe as the worst of the groups that notify together",
                "notification_preset_name: handles are cut out of the message",
                "message: humanize_bytes and humanize_bits: steps of 1,024, two decimals",
                "message: metadata of hosts, services and other entities: always empty",
            ),
        ),
        ("log alert", 'logs("x").index("*").rollup("count").last("5m") > 1', "{{log.message}}", {}, (LATEST,)),
        (
            "log alert",
            'logs("x").index("*").rollup("count").last("5m") > 1',
            "{{log.link}}",
            {},
            ("message: log.link: a link to the logs of the query",),
        ),
        (
            "service check",
            '"up".over("*").by("*").last(2).count_by_status()',
            "{{check_message}}",
            {"thresholds": {"critical": 1, "warning": 1, "ok": 1}},
            ('by("*"): a group for each set of tags',),
        ),
    ],
)
def test_a_monitor_says_what_of_its_values_and_messages_is_modelled(
    kind: str, query: str, message: str, options: dict[str, Any], told: tuple[str, ...]
) -> None:
    raw = {"id": 1, "name": "m", "type": kind, "query": query, "message": message, "options": options}
    assert modelled_monitors(parse_monitors([raw])) == {"1": told}


def test_a_composite_says_what_its_monitors_say() -> None:
    median = {"id": 1, "name": "p", "type": "query alert", "query": "percentile(last_5m):p50:m{*} > 1"}
    both = {"id": 2, "name": "c", "type": "composite", "query": "1 && 1"}
    found = modelled_monitors(parse_monitors([median, both]))
    assert found["1"] == found["2"] == ("percentiles: exact over raw values, where Datadog has a sketch's estimate",)
