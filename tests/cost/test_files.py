"""The table of prices, and what a person lays over it; traffic as a person writes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.cost.prices import prices
from firedrill.cost.traffic import Traffic, traffic
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.prices import Price


def written(folder: Path, text: str) -> Path:
    file = folder / "given.yaml"
    file.write_text(text)
    return file


def test_every_price_of_the_package_has_a_source() -> None:
    assert [name for name, each in prices().items.items() if each.price is not None and not each.source] == []
    assert [name for name, each in prices().items.items() if each.price is None] == ["elsewhere"]


def test_a_file_lays_single_fields_over_the_table(tmp_path: Path) -> None:
    file = written(tmp_path, 'dated: "2027-01-15"\nitems:\n  log-ingest: { price: 0.08, source: contract }\n')
    found, usual = prices(file), prices()
    assert (found.dated, found.items["log-ingest"].price, found.items["log-ingest"].source) == (
        "2027-01-15",
        0.08,
        "contract",
    )
    assert found.items["log-ingest"].what == usual.items["log-ingest"].what
    assert {**found.items, "log-ingest": None} == {**usual.items, "log-ingest": None}


def test_a_price_without_a_source_has_none_not_the_one_of_another_price(tmp_path: Path) -> None:
    found = prices(written(tmp_path, "items:\n  log-ingest: { price: 0.08 }\n  logpush: { included: 0 }\n"))
    assert found.items["log-ingest"].source == ""
    assert found.items["logpush"].source == prices().items["logpush"].source


def test_a_file_may_be_json(tmp_path: Path) -> None:
    assert prices(written(tmp_path, json.dumps({"items": {"logpush": {"price": 1}}}))).items["logpush"].price == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("items:\n  log-ingst: { price: 1 }", "items.log-ingst is no known item (did you mean 'log-ingest'?)"),
        ("items:\n  logpush: { price: -1 }", "items.logpush.price is -1; allowed: a number from 0 to 1e+15"),
        ("items:\n  logpush: { per: 0 }", "items.logpush.per is 0; allowed: a number above 0"),
        ("items:\n  logpush: { price: true }", "items.logpush.price is true; allowed: a number from 0 to 1e+15"),
        ("items:\n  logpush: { price: .inf }", "items.logpush.price is inf; allowed: a number from 0 to 1e+15"),
        ("items:\n  logpush: { price: .nan }", "items.logpush.price is nan; allowed: a number from 0 to 1e+15"),
        ("items:\n  logpush: { per: .inf }", "items.logpush.per is inf; allowed: a number above 0"),
        ('dated: "2027-13-45"', "dated is '2027-13-45'; allowed: a date, YYYY-MM-DD, in quotes"),
        ('items:\n  "\\u001b[2J": { price: 1 }', r"'items.\x1b[2J'"),
        ("items:\n  logpush: 5", "items.logpush is 5"),
        ("items: 5", "items is 5"),
        ("dated: soon", "dated is 'soon'; allowed: a date, YYYY-MM-DD, in quotes"),
        ("date: soon", "date is not a known field (did you mean 'dated'?)"),
        ("- 5", "is no object of names and values"),
    ],
)
def test_a_mistake_in_prices_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(FiredrillError) as caught:
        prices(written(tmp_path, text))
    assert told in str(caught.value)
    assert "given.yaml" in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FiredrillError, match="does not exist"):
        prices(tmp_path / "none.yaml")


@given(quantity=st.floats(0, 1e12), more=st.floats(0, 1e12), included=st.floats(0, 1e12))
def test_more_never_costs_less_and_what_is_included_nothing(quantity: float, more: float, included: float) -> None:
    price = Price(what="x", unit="y", price=0.5, per=1000, included=included)
    least, most = price.costs(quantity), price.costs(quantity + more)
    assert least is not None
    assert most is not None
    assert 0 <= least <= most
    assert quantity > included or least == 0


def test_traffic_is_read_by_the_names_of_the_page(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "workers:\n  shop: { requests: 5, cpuMs: 3, durationGBs: 2, storedGB: 1 }\n"
        "hosts: 1\narchiveDays: 90\nindexed: 0.5",
    )
    found = traffic(file, ["shop"])
    assert found.of("shop").model_dump() == {"requests": 5, "cpu_ms": 3, "duration_gbs": 2, "stored_gb": 1}
    assert (found.hosts, found.archive_days, found.indexed) == (1, 90, 0.5)


def test_without_a_file_nothing_is_known_of_the_traffic() -> None:
    assert traffic(None, ["shop"]) == Traffic()
    assert Traffic().of("shop").requests is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("workers:\n  shp: { requests: 1 }", "workers.shp is no Worker of the stack (did you mean 'shop'?)"),
        ("workers:\n  shop: { requests: many }", "workers.shop.requests is 'many'"),
        ("workers:\n  shop: { requests: .inf }", "workers.shop.requests is inf"),
        (
            "workers:\n  shop: { cpuMs: 1.0e+300 }",
            "allowed: CPU time of an average invocation in ms, a number from 0 to",
        ),
        ("workers:\n  shop: { requests: -5 }", "workers.shop.requests is -5"),
        ("indexed: .nan", "indexed is nan; allowed: a share, from 0 to 1"),
        ("hosts: .inf", "hosts is inf; allowed: a number from 0 to 1e+15"),
        ("indexed: 5", "indexed is 5; allowed: a share, from 0 to 1"),
        ("host: 5", "host is not a known field (did you mean 'hosts'?)"),
    ],
)
def test_a_mistake_in_traffic_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(FiredrillError) as caught:
        traffic(written(tmp_path, text), ["shop"])
    assert told in str(caught.value)
