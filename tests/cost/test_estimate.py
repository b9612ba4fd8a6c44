"""Estimates against arithmetic by hand: each line of it stands beside the item that it is of."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from firedrill.cost.change import cost_change
from firedrill.cost.estimate import Estimate, estimate
from firedrill.cost.measured import Measured, Sent
from firedrill.cost.prices import prices
from firedrill.cost.report import lines
from firedrill.cost.traffic import Traffic
from firedrill.vendors.rules.prices import Price

TABLE = prices()


def worker(name: str = "shop", **changes: Any) -> Measured:
    """A healthy minute: 10 requests, each with one of an object that reads 4 rows and writes 2; logs of 500 bytes."""
    minute = Measured(
        worker=name,
        requests=10,
        invocations=20,
        events=0,
        object_requests=10,
        objects=10,
        duration_gbs=0.128,
        rows_read=40,
        rows_written=20,
        stored_bytes=40_960,
        sent=(Sent(f"{name}-datadog", "datadog", 20, 10_000, 1_000, 2),),
        logs=20,
        indexed=None,
        points=60,
        alerts=20,
        reads_logs=False,
        metrics={"requests": 60, "latency": 200},
        all_metrics={"requests": 90, "latency": 250},
    )
    return replace(minute, **changes)


def costs(found: Estimate) -> dict[str, Any]:
    return {each.id: pytest.approx(each.cost, abs=1e-9) for each in found.items if each.cost}


BUSY = Traffic.model_validate(
    {"workers": {"shop": {"requests": 100_000_000, "cpuMs": 3, "durationGBs": 2_000_000, "storedGB": 25}}}
)


def test_a_busy_month_costs_what_the_price_pages_come_to() -> None:
    found = estimate([worker()], BUSY, TABLE)
    assert costs(found) == {
        "workers-plan": 5.00,
        "worker-requests": 27.00,  # (100 - 10) M x 0.30
        "worker-cpu": 5.40,  # (100 M x 3 - 30 M) ms = 270 M x 0.02
        "object-requests": 14.85,  # (100 - 1) M x 0.15
        "object-duration": 20.00,  # (2.0 - 0.4) M GB-s x 12.50
        "rows-written": 150.00,  # (100 x 2 - 50) M x 1.00; 400 M rows read are within 25 billion
        "object-storage": 4.00,  # (25 - 5) GB x 0.20
        "logpush": 9.50,  # (200 - 10) M x 0.05
        "log-ingest": 10.00,  # 200 M x 500 bytes = 100 GB x 0.10
        "indexed-events": 340.00,  # 200 M x 1.70
        "custom-metrics": 13.00,  # 260 x 5 / 100
    }
    assert found.total == pytest.approx(598.75)  # 226.25 to run it, 9.50 for Logpush, 363.00 at Datadog
    assert found.per_million_requests == pytest.approx(5.9875)  # 598.75 / 100
    assert found.per_alert == pytest.approx(29.9375)  # 598.75 / 20


def test_not_indexing_costs_less_and_a_log_for_each_value_more_than_indexing_everything() -> None:
    found = estimate([worker()], BUSY, TABLE)
    assert found.compared == {
        "indexing no log": pytest.approx(258.75),  # 598.75 - 340.00, 0.43 of it
        "indexing every log": pytest.approx(598.75),
        "a log for each value of a metric": pytest.approx(1298.75),  # 60 values in 20 logs: 3 x 350.00 for 350.00
    }
    some = estimate([worker()], BUSY.model_copy(update={"indexed": 0.05}), TABLE)
    assert some.total == pytest.approx(275.75)  # 258.75 + 0.05 x 340.00
    assert some.total / some.compared["indexing every log"] == pytest.approx(0.4605, abs=1e-4)


def test_a_loop_of_waking_objects_costs_what_users_were_billed() -> None:
    duration, rows = TABLE.items["object-duration"], TABLE.items["rows-written"]
    hours = 50_000 * 3_600 * 0.128  # GB-s of 50,000 object-hours: 23,040,000
    assert duration.costs(hours + duration.included) == pytest.approx(288.00)  # an hour of it: told as about $300
    # told as about $5.60 for 1,000 object-hours: 460,800 GB-s
    assert duration.costs(1_000 * 3_600 * 0.128 + duration.included) == pytest.approx(5.76)
    # 28 hours of it: 645.12 M - 0.4 M GB-s; and 50,000 objects that set an alarm each 10 s: 504 M - 50 M rows
    assert duration.costs(28 * hours) == pytest.approx(8_059.00)
    assert rows.costs(50_000 * 6 * 60 * 28) == pytest.approx(454.00)


def test_workers_logs_cost_what_their_page_has_as_an_example() -> None:
    assert TABLE.items["workers-logs"].costs(75) == pytest.approx(6.25)  # (75 - 50) GB x 0.25
    assert TABLE.items["workers-logs-storage"].costs(20) == pytest.approx(0.80)  # (20 - 12) GB-month x 0.10
    traffic = Traffic.model_validate({"workers": {"shop": {"requests": 10_000_000}}})
    found = {each.id: each for each in estimate([worker(events=20)], traffic, TABLE).items}
    assert found["workers-logs"].quantity == pytest.approx(96.8)  # 20 M x 4.84 KB
    assert found["workers-logs"].cost == pytest.approx(11.70)  # (96.8 - 50) x 0.25
    assert found["workers-logs-storage"].quantity == pytest.approx(96.8 * 7 / 30)


def test_an_archive_costs_what_it_keeps_and_an_object_at_most_each_interval() -> None:
    sent = (Sent("archive", "r2", 20, 10_000, 1_000, 2),)
    traffic = Traffic.model_validate({"workers": {"shop": {"requests": 1_000_000_000}}, "archiveDays": 90})
    found = {each.id: each for each in estimate([worker(sent=sent), worker("cart", sent=sent)], traffic, TABLE).items}
    monthly = 100.0 + 43_200 * 1_000 / 1e9  # GB of shop, and of cart, which is not in the file
    assert found["archive-storage"].quantity == pytest.approx(monthly * 3)
    assert found["archive-writes"].quantity == 86_400  # the job's uploads every 30 s, whatever the Workers
    assert (found["elsewhere"].quantity, found["log-ingest"].quantity) == (0, 0)


def test_what_goes_to_a_service_without_a_price_is_counted_and_told() -> None:
    sent = (Sent("s3", "s3", 20, 10_000, 1_000, 2),)
    found = estimate([worker(sent=sent)], BUSY, TABLE)
    item = next(each for each in found.items if each.id == "elsewhere")
    assert (item.quantity, item.cost, item.source) == (100.0, None, "")
    told = list(lines("prod", found, None))
    assert "no source for the price of: logs delivered to other services" in told
    assert any(line.split() == [*item.what.split(), "no", "price", "100", "GB"] for line in told)


def test_a_sum_that_lacks_a_price_says_so_and_so_does_its_budget() -> None:
    sent = (Sent("s3", "s3", 20, 10_000, 1_000, 2),)
    told = list(lines("prod", estimate([worker(sent=sent)], BUSY, TABLE), 10_000))
    assert "not in the sum, as nobody knows its price: logs delivered to other services" in told
    assert told[-1] == "budget: within $10,000.00 a month, without what has no price"
    whole = list(lines("prod", estimate([worker()], BUSY, TABLE), 10_000))
    assert not any("price:" in line and "not in the sum" in line for line in whole)


def test_free_allotments_count_once_for_all_workers() -> None:
    traffic = Traffic.model_validate({"workers": {name: {"requests": 8_000_000} for name in ("shop", "cart")}})
    found = {each.id: each.cost for each in estimate([worker(), worker("cart")], traffic, TABLE).items}
    assert found["worker-requests"] == pytest.approx(1.80)  # (16 - 10) M x 0.30
    assert found["workers-plan"] == 5


def test_each_host_brings_metrics_with_it() -> None:
    found = {each.id: each for each in estimate([worker()], Traffic(hosts=2), TABLE).items}
    assert found["custom-metrics"].cost == pytest.approx(3.00)  # (260 - 2 x 100) x 0.05
    assert found["datadog-hosts"].cost == 30


def test_a_declared_index_decides_what_is_indexed() -> None:
    found = {each.id: each.quantity for each in estimate([worker(indexed=5)], BUSY, TABLE).items}
    assert found["indexed-events"] == 50_000_000  # 5 of 20, of 200 M


def test_where_an_alert_reads_logs_they_cannot_be_left_out() -> None:
    assert "indexing no log" not in estimate([worker(reads_logs=True)], BUSY, TABLE).compared


def test_what_is_not_measured_is_told_with_the_field_that_says_it() -> None:
    assert [line.rpartition("(")[2] for line in estimate([worker()], Traffic(), TABLE).modelled] == [
        *("requests)", "cpuMs)", "durationGBs)", "storedGB)", "indexed)")
    ]
    exact = BUSY.model_copy(update={"indexed": 0.5})
    known = Traffic.model_validate({**exact.model_dump(by_alias=True, exclude_unset=True), "indexed": 0.5})
    assert estimate([worker()], known, TABLE).modelled == ()


def test_a_worker_without_requests_or_alerts_is_divided_by_nothing() -> None:
    found = estimate([worker(requests=0, logs=0, points=0, alerts=0)], Traffic(), TABLE)
    assert (found.per_million_requests, found.per_alert) == (None, None)
    assert not any(line.startswith("per ") for line in lines("dev", found, None))


def test_the_budget_is_told_last() -> None:
    found = estimate([worker()], BUSY, TABLE)
    assert [list(lines("prod", found, budget))[-1] for budget in (598, 599)] == [
        "budget: over $598.00 a month",
        "budget: within $599.00 a month",
    ]


def test_a_change_is_told_by_the_items_that_differ() -> None:
    before, more = estimate([worker()], BUSY, TABLE), {"requests": 100, "latency": 200}
    after = estimate([worker(metrics=more, rows_written=10)], BUSY, TABLE)
    change = cost_change(before, after)
    assert change is not None
    assert change.items == {"rows-written": (150.0, 50.0), "custom-metrics": (13.0, 15.0)}
    assert change.told == (
        "$598.75 a month before, $500.75 now: SQLite rows written -$100.00, Datadog custom metrics +$2.00"
    )


def test_what_chance_moves_is_no_change() -> None:
    slightly = worker(sent=(Sent("shop-datadog", "datadog", 20, 10_050, 1_000, 2),))
    assert cost_change(estimate([worker()], BUSY, TABLE), estimate([slightly], BUSY, TABLE)) is None


def test_a_price_for_many_is_a_share_of_it_for_one() -> None:
    assert Price(what="x", unit="y", price=5, per=100, included=10).costs(11) == pytest.approx(0.05)
