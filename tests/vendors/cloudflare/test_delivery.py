from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from firedrill.vendors.cloudflare.delivery import Batch, Entry, Limits, Model, Window, deliver

PROMPT = Model(delay_ms=0, upload_ms=0)
MINUTE = 60_000


def entries(*times: int, size: int = 1) -> list[Entry[int]]:
    return [Entry(time, size, time) for time in times]


def test_a_batch_is_closed_when_its_first_record_has_waited_for_the_interval() -> None:
    done = deliver(entries(0, 29_999, 30_000), Limits(), model=PROMPT)
    assert done.batches == [Batch(30_000, [0, 29_999]), Batch(60_000, [30_000])]


def test_a_batch_is_closed_by_its_count() -> None:
    done = deliver(entries(1, 2, 3), Limits(records=2), model=PROMPT)
    assert done.batches == [Batch(2, [1, 2]), Batch(30_003, [3])]


def test_a_batch_is_closed_before_it_is_over_its_size() -> None:
    done = deliver(entries(1, 2, 3, size=40), Limits(bytes=80), model=PROMPT)
    assert done.batches == [Batch(3, [1, 2]), Batch(30_003, [3])]


def test_a_record_over_the_size_is_a_batch_of_its_own() -> None:
    done = deliver(entries(1, 2, size=100), Limits(bytes=80), model=PROMPT)
    assert [batch.records for batch in done.batches] == [[1], [2]]


def test_entries_are_batched_in_the_order_in_which_they_became_ready() -> None:
    done = deliver(entries(2, 1), Limits(), model=PROMPT)
    assert done.batches == [Batch(30_001, [1, 2])]


def test_the_delay_and_the_upload_come_on_top() -> None:
    done = deliver(entries(0), Limits(), model=Model(delay_ms=5_000, upload_ms=100))
    assert done.batches == [Batch(35_100, [0])]


def test_a_record_is_a_minute_on_its_way() -> None:
    (batch,) = deliver(entries(0), Limits()).batches
    assert batch.time_ms == 60_050


def test_uploads_take_half_a_second_for_5_mb() -> None:
    done = deliver(entries(0, 0, size=5_000_000), Limits(bytes=5_000_000), model=Model(delay_ms=0))
    assert [batch.time_ms for batch in done.batches] == [500, 30_500]


def test_a_burst_is_delivered_late_and_in_full() -> None:
    done = deliver(entries(*[0] * 3_000), Limits(records=1_000), model=Model(delay_ms=0, upload_ms=200))
    assert [(batch.time_ms, len(batch.records)) for batch in done.batches] == [(200, 1_000), (400, 1_000), (600, 1_000)]


def test_an_upload_to_a_destination_that_is_down_is_retried_each_minute() -> None:
    done = deliver(entries(0), Limits(), down=[Window(0, 2 * MINUTE)], model=PROMPT)
    assert done.batches == [Batch(30_000 + 2 * MINUTE, [0])]
    assert done.lost == []


def test_after_five_retries_the_batch_is_lost() -> None:
    done = deliver(entries(0), Limits(), down=[Window(0, 60 * MINUTE)], model=PROMPT)
    assert done.batches == []
    assert done.lost == [Batch(30_000 + 5 * MINUTE, [0])]


def test_a_retried_batch_may_arrive_after_a_later_one() -> None:
    done = deliver(entries(0, 40_000), Limits(), down=[Window(30_000, 70_000)], model=PROMPT)
    assert done.batches == [Batch(70_000, [40_000]), Batch(90_000, [0])]


def test_a_late_batch_arrives_after_those_that_are_closed_later() -> None:
    done = deliver(entries(0, 40_000), Limits(), late=[(Window(0, 60_000), 14 * MINUTE)], model=PROMPT)
    assert done.batches == [Batch(70_000, [40_000]), Batch(30_000 + 14 * MINUTE, [0])]
    assert done.lost == []


def test_a_late_batch_is_retried_from_when_it_comes() -> None:
    done = deliver(
        entries(0),
        Limits(),
        down=[Window(0, 2 * MINUTE)],
        late=[(Window(0, 60_000), MINUTE)],
        model=PROMPT,
    )
    assert done.batches == [Batch(30_000 + 2 * MINUTE, [0])]


def test_nothing_is_delivered_of_nothing() -> None:
    done = deliver(entries(), Limits())
    assert (done.batches, done.lost) == ([], [])


@given(
    st.lists(st.tuples(st.integers(0, 600_000), st.integers(1, 50)), max_size=60),
    st.integers(1, 9),
    st.integers(50, 200),
    st.tuples(st.integers(0, 600_000), st.integers(0, 900_000)),
)
def test_every_record_arrives_once_or_is_lost_and_every_batch_is_within_its_limits(
    records: list[tuple[int, int]], count: int, size: int, outage: tuple[int, int]
) -> None:
    limits = Limits(records=count, bytes=size)
    given_entries = [Entry(ready, weight, (number, ready, weight)) for number, (ready, weight) in enumerate(records)]
    done = deliver(given_entries, limits, down=[Window(outage[0], outage[0] + outage[1])])
    everything = [record for batch in [*done.batches, *done.lost] for record in batch.records]
    assert sorted(everything) == [entry.record for entry in given_entries]
    assert all(len(batch.records) <= count for batch in done.batches)
    assert all(sum(weight for _, _, weight in batch.records) <= size for batch in done.batches)
    assert all(batch.time_ms > ready for batch in done.batches for _, ready, _ in batch.records)
