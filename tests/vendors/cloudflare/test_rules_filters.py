from __future__ import annotations

import pytest

from firedrill.vendors.cloudflare.filter import compile_filter
from firedrill.vendors.cloudflare.rules.fields import FIELDS
from firedrill.vendors.cloudflare.rules.filters import MAX_BYTES, filter_breaches, worker_filter


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
