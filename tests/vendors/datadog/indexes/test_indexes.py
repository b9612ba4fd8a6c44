"""Sampling between 0 and 1, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from firedrill.vendors.datadog.indexes import compile_indexes
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.errors import FiredrillError, Unsupported

NOW = 1_700_000_000_000


def index(name: str = "main", query: str = "*", **options: Any) -> dict[str, Any]:
    return {"name": name, "filter": {"query": query}, **options}


def sampled(rate: float, **rule: Any) -> list[dict[str, Any]]:
    exclusion = {"name": "some", "is_enabled": True, "filter": {"query": "*", "sample_rate": rate, **rule}}
    return [index(exclusion_filters=[exclusion])]


def refusal(*indexes: dict[str, Any]) -> str:
    with pytest.raises(FiredrillError) as caught:
        compile_indexes(indexes)
    return str(caught.value)


def stored(indexes: list[dict[str, Any]], logs: list[Log]) -> list[bool]:
    compiled = compile_indexes(indexes)
    return [compiled.store(log, NOW).stored for log in logs]


def test_a_share_of_the_logs_is_sampled_and_always_the_same_ones() -> None:
    logs = [Log({}, NOW + number) for number in range(2000)]
    kept = stored(sampled(0.25), logs)
    assert 1400 < sum(kept) < 1600
    assert stored(sampled(0.25), logs) == kept


def test_what_a_higher_rate_keeps_a_lower_rate_keeps_too() -> None:
    logs = [Log({}, NOW + number) for number in range(200)]
    few, many = stored(sampled(0.9), logs), stored(sampled(0.1), logs)
    assert all(also for kept, also in zip(few, many, strict=True) if kept)


def test_sampling_by_attribute_keeps_or_drops_all_logs_of_one_value() -> None:
    logs = [Log({"user": {"email": f"u{number % 10}"}}, NOW + number) for number in range(100)]
    kept = stored(sampled(0.5, sample_attribute="@user.email"), logs)
    assert [kept[number] for number in range(10)] * 10 == kept
    assert 0 < sum(kept) < 100


def test_a_log_without_the_sample_attribute_is_kept() -> None:
    assert stored(sampled(1.0, sample_attribute="@user.email"), [Log({}, NOW)]) == [True]


def test_logs_of_one_trace_are_kept_or_dropped_together() -> None:
    logs = [Log({"trace_id": str(number % 20)}, NOW + number) for number in range(100)]
    kept = stored(sampled(0.5), logs)
    assert kept[:20] * 5 == kept


@pytest.mark.parametrize("name", ["Main", "1main", "a_b", ""])
def test_an_index_name_that_datadog_would_refuse(name: str) -> None:
    assert refusal(index(name)) == (
        f"log index {name!r}: a name starts with a letter and holds lower-case letters, digits and '-' only."
    )


def test_more_than_a_hundred_indexes_are_refused() -> None:
    many = [index(f"i{number}") for number in range(101)]
    assert refusal(*many) == "there are 101 log indexes; Datadog allows 100."


def test_two_indexes_of_one_name_are_refused() -> None:
    assert refusal(index("a"), index("a")) == "there are two log indexes named 'a'; give each its own name."


def test_a_sample_rate_is_a_fraction() -> None:
    assert refusal(*sampled(1.5)) == (
        "log index 'main': exclusion_filters[0].filter.sample_rate is 1.5; allowed: a number from 0 to 1."
    )


def test_a_reset_time_is_a_full_hour() -> None:
    reset = {"reset_time": "14:30", "reset_utc_offset": "+02:00"}
    assert refusal(index(daily_limit=1, daily_limit_reset=reset)) == (
        "log index 'main': 'daily_limit_reset' is '14:30' at '+02:00'; it should be a full hour like '14:00' and an "
        "offset like '+02:00'."
    )


def test_a_filter_with_full_text_search_is_refused_as_at_datadog() -> None:
    assert refusal(index(query="*:hello")).startswith("log index 'main': ")


def test_an_unknown_option_is_refused_by_name() -> None:
    with pytest.raises(Unsupported) as caught:
        compile_indexes([index(colour="red")])
    assert caught.value.feature == "option 'colour'"


def test_a_disabled_exclusion_filter_is_read_all_the_same() -> None:
    exclusion = {"name": "some", "is_enabled": False, "filter": {"query": "a AND", "sample_rate": 1.0}}
    assert "/ exclusion filter 'some': " in refusal(index(exclusion_filters=[exclusion]))
