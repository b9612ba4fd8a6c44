from __future__ import annotations

import pytest

from firedrill.vendors.cloudflare.filter import compile_filter
from firedrill.vendors.cloudflare.rules.fields import EVENT_TYPES, FIELDS, OUTCOMES
from firedrill.vendors.cloudflare.rules.filters import (
    MAX_BYTES,
    Only,
    compared,
    filter_breaches,
    worker_filter,
    worker_filters,
)


def test_the_dataset_has_its_thirteen_documented_fields() -> None:
    assert len(FIELDS) == 13


def test_the_filter_of_one_worker_compares_with_it() -> None:
    assert worker_filter(["w-1"]) == '{"where":{"key":"ScriptName","operator":"eq","value":"w-1"}}'


def test_the_filter_of_several_workers_lists_them_in_a_stable_order() -> None:
    assert worker_filter(["w-2", "w-1"]) == '{"where":{"key":"ScriptName","operator":"in","value":["w-1","w-2"]}}'


@pytest.mark.parametrize("workers", [["a"], ["b", "a"]])
def test_a_filter_of_workers_lets_their_records_through_and_no_others(workers: list[str]) -> None:
    accepts = compile_filter(worker_filter(workers), "job")
    assert [name for name in "abc" if accepts({"ScriptName": name})] == sorted(workers)


def test_32_workers_with_names_of_26_characters_fit_into_one_filter() -> None:
    def names(count: int) -> list[str]:
        return [f"{number:026}" for number in range(count)]

    assert not [*filter_breaches(worker_filter(names(32)))]
    assert [*filter_breaches(worker_filter(names(33)))]


def test_a_filter_may_have_a_thousand_bytes_and_no_more() -> None:
    longest = worker_filter(["w" * (MAX_BYTES - len(worker_filter([""])))])
    assert not [*filter_breaches(longest)]
    assert [breach.value for breach in filter_breaches(longest.replace("w", "ww", 1))] == ["1001 bytes long"]


def probed(text: str, workers: list[str]) -> set[tuple[str, str, str]]:
    """Worker, outcome and event type of the records that a filter lets through."""
    accepts = compile_filter(text, "job")
    return {
        (worker, outcome, event)
        for worker in workers
        for outcome in OUTCOMES
        for event in EVENT_TYPES
        if accepts({"ScriptName": worker, "Outcome": outcome, "EventType": event})
    }


def test_a_filter_lets_through_what_is_asked_for_and_nothing_else() -> None:
    only = Only(without_outcomes=("ok", "canceled"), event_types=("fetch", "alarm"))
    (text,) = worker_filters(["b", "a"], only)
    assert text.count('"operator"') == 3, "in instead of many eq"
    assert probed(text, ["a", "b", "c"]) == {
        (worker, outcome, event)
        for worker in ("a", "b")
        for outcome in OUTCOMES
        if outcome not in ("ok", "canceled")
        for event in ("fetch", "alarm")
    }


def test_without_more_conditions_a_filter_is_as_it_always_was() -> None:
    assert worker_filters(["b", "a"]) == [worker_filter(["a", "b"])]
    assert worker_filters([]) == []


@pytest.mark.parametrize("only", [Only(), Only(outcomes=OUTCOMES[1:], without_event_types=("queue", "email"))])
def test_what_one_filter_cannot_hold_is_split_over_several_and_each_record_passes_one(only: Only) -> None:
    workers = [f"{number:026}" for number in range(100)]
    filters = worker_filters(workers, only)
    assert len(filters) > 3
    assert [breach for text in filters for breach in filter_breaches(text)] == []
    passes = [probed(text, workers) for text in filters]
    together = set().union(*passes)
    assert sum(map(len, passes)) == len(together), "none twice"
    assert {worker for worker, _, _ in together} == set(workers), "none left out"


def test_a_filter_that_is_too_long_for_one_worker_is_left_to_be_refused() -> None:
    (text,) = worker_filters(["w" * MAX_BYTES])
    assert [breach.allowed for breach in filter_breaches(text)] == ["at most 1000 bytes"]


def test_the_fields_that_a_filter_compares_are_told_with_what_it_compares_them_with() -> None:
    (text,) = worker_filters(["b", "a"], Only(outcomes=("ok",)))
    assert compared(text) == {"ScriptName": {"a", "b"}, "Outcome": {"ok"}}
    assert compared("") == {}
