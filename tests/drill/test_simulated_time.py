"""Recorded takes on simulated time."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from firedrill.drill.simulated_time import (
    Placed,
    RecordedTake,
    a_minute,
    as_platform_says,
    delays,
    lay_out,
    outages,
    slowed,
    struck_records,
)
from firedrill.scenarios.marks import any_record, of_heartbeat
from firedrill.scenarios.scenario import Phase, Platform, Slowed, Struck, TakeSpec
from firedrill.vendors.cloudflare.delivery import Window
from firedrill.vendors.cloudflare.trace_items import Record

START_MS = 1_000_000
BEGAN_MS = 700
QUIET, LOUD = TakeSpec("quiet", ()), TakeSpec("loud", ())


def record(at_ms: int, entrypoint: str = "", **fields: object) -> Record:
    return {"EventTimestampMs": BEGAN_MS + at_ms, "WallTimeMs": 11, "Entrypoint": entrypoint, **fields}


TAKES = {
    "quiet": RecordedTake((record(0), record(50)), BEGAN_MS, length_ms=100),
    "loud": RecordedTake((record(0), record(20), record(20), record(90)), BEGAN_MS, length_ms=100),
}


def times(*phases: Phase) -> list[int]:
    """When each record lies on the timeline, in ms after its start."""
    return [
        placed.record["EventTimestampMs"] + placed.shift_ms - START_MS for placed in lay_out(phases, TAKES, START_MS)
    ]


def test_a_line_that_operations_share_has_no_time_to_be_slowed() -> None:
    def told(**more: int) -> Record:
        line = json.dumps({"at": "object", "class": "Room", "op": "join", **more}, separators=(",", ":"))
        return record(0, "Room", Logs=[{"Level": "debug", "Message": [line]}])

    records = [told(folded=1), told(alike=2), told(), told()]
    assert [each["WallTimeMs"] for each in slowed(records, Slowed("Room", 700, every=2))] == [11, 11, 700, 11]


def test_a_danger_is_made_of_lines_that_each_tell_it_once_where_there_are_any() -> None:
    shared, own = (
        record(
            0,
            "Room",
            Logs=[{"Level": "debug", "Message": [json.dumps({"at": "object", **more}, separators=(",", ":"))]}],
        )
        for more in ({"alike": 3}, {"op": "join"})
    )
    struck = Struck(LOUD, any_record, "Room", 1, "a minute")
    assert struck_records(struck, [shared, own]) == [own]
    assert struck_records(struck, [shared]) == [shared]


def test_a_take_is_stretched_evenly_over_the_minute() -> None:
    assert times(Phase(1, LOUD)) == [0, 12_000, 12_000, 54_000]


def test_a_take_is_repeated_every_minute() -> None:
    assert times(Phase(3, QUIET)) == [0, 30_000, 60_000, 90_000, 120_000, 150_000]


def test_phases_follow_one_another() -> None:
    assert times(Phase(2, QUIET), Phase(1, LOUD)) == [0, 30_000, 60_000, 90_000, 120_000, 132_000, 132_000, 174_000]


def test_copies_share_the_minute_and_are_stretched_over_their_share() -> None:
    assert times(Phase(1, QUIET, copies=3)) == [0, 10_000, 20_000, 30_000, 40_000, 50_000]


def test_one_take_falls_into_every_so_many_minutes() -> None:
    assert times(Phase(5, QUIET, every=2)) == [0, 30_000, 120_000, 150_000, 240_000, 270_000]


def test_a_phase_of_sparse_traffic_takes_its_whole_time() -> None:
    assert times(Phase(3, QUIET, every=3), Phase(1, QUIET)) == [0, 30_000, 180_000, 210_000]


def test_the_order_of_a_take_is_kept_even_where_times_are_equal() -> None:
    placed = list(lay_out([Phase(1, LOUD)], TAKES, START_MS))
    assert [id(each.record) for each in placed] == [id(each) for each in TAKES["loud"].records]


def test_how_long_an_invocation_took_is_not_stretched() -> None:
    assert {each.record["WallTimeMs"] for each in lay_out([Phase(1, QUIET, copies=2)], TAKES, START_MS)} == {11}


def test_records_are_placed_and_not_copied() -> None:
    first, _, third, _ = lay_out([Phase(2, QUIET)], TAKES, START_MS)
    assert third == Placed(first.record, first.shift_ms + 60_000)
    assert third.record is first.record


def test_a_timeline_without_phases_is_empty() -> None:
    assert times() == []


def test_platform_fields_are_set_on_every_record_of_an_object() -> None:
    records = (record(1, "Object", CPUTimeMs=2), record(2, CPUTimeMs=2), record(3, "Object", CPUTimeMs=2))
    changed = as_platform_says(records, Platform({"CPUTimeMs": 400, "Outcome": "exceededCpu"}))
    assert [(each["CPUTimeMs"], each.get("Outcome")) for each in changed] == [
        (400, "exceededCpu"),
        (2, None),
        (400, "exceededCpu"),
    ]


def test_platform_fields_are_set_on_every_so_many_records_of_an_object() -> None:
    records = tuple(record(at, "Object" if at % 2 else "", CPUTimeMs=2) for at in range(12))
    changed = as_platform_says(records, Platform({"CPUTimeMs": 400}, every=3))
    assert [at for at, each in enumerate(changed) if each["CPUTimeMs"] == 400] == [1, 7]


def test_platform_fields_are_set_however_few_records_there_are() -> None:
    (changed,) = as_platform_says((record(0, "Object", CPUTimeMs=2),), Platform({"CPUTimeMs": 400}, every=12))
    assert changed["CPUTimeMs"] == 400


def test_platform_fields_leave_the_take_as_it_was() -> None:
    records = (record(1, "Object", CPUTimeMs=2),)
    as_platform_says(records, Platform({"CPUTimeMs": 400}))
    assert records[0]["CPUTimeMs"] == 2


def test_a_phase_with_platform_fields_lays_out_the_changed_records() -> None:
    takes = {"quiet": RecordedTake((record(0, "Object", CPUTimeMs=2),), BEGAN_MS, 100)}
    phases = [Phase(1, QUIET, platform=Platform({"CPUTimeMs": 400})), Phase(1, QUIET)]
    assert [each.record["CPUTimeMs"] for each in lay_out(phases, takes, START_MS)] == [400, 2]


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ((Phase(5, QUIET),), []),
        ((Phase(5, QUIET), Phase(3, QUIET, delivery=False), Phase(7, QUIET)), [Window(1_300_000, 1_480_000)]),
        ((Phase(1, QUIET, delivery=False), Phase(2, LOUD), Phase(3, LOUD, delivery=False)),
         [Window(1_000_000, 1_060_000), Window(1_180_000, 1_360_000)]),
    ],
    ids=["none", "one", "two"],
)  # fmt: skip
def test_the_destination_is_down_for_as_long_as_the_phases_say(
    phases: tuple[Phase, ...], expected: list[Window]
) -> None:
    assert outages(phases, START_MS) == expected


def test_logs_are_late_in_the_phases_that_say_so() -> None:
    phases = [Phase(2, QUIET), Phase(3, QUIET, late=14), Phase(1, QUIET)]
    assert delays(phases, START_MS) == [(Window(START_MS + 120_000, START_MS + 300_000), 14 * 60_000)]


def heartbeat(at_ms: int) -> Record:
    line = json.dumps({"at": "gateway", "request": "f12ed2110000f000"}, separators=(",", ":"))
    return record(at_ms, Logs=[{"Message": [line]}])


def test_what_a_phase_is_without_is_left_out() -> None:
    takes = {"quiet": RecordedTake((heartbeat(0), record(50, Logs=[])), BEGAN_MS, length_ms=100)}
    phase = Phase(2, QUIET)
    both, one = (list(lay_out([each], takes, START_MS)) for each in (phase, replace(phase, without=of_heartbeat)))
    assert (len(both), [each.record["EventTimestampMs"] - BEGAN_MS for each in one]) == (4, [50, 50])


def test_a_heartbeat_shows_no_fault_to_callers() -> None:
    struck = Struck(QUIET, any_record, "", 50, "% of them")
    records = [heartbeat(0), record(1, Logs=[]), record(2, Logs=[])]
    assert struck_records(struck, records) == records[1:]
    assert a_minute(struck, records) == 2


def test_only_records_of_the_most_frequent_or_of_the_rarest_operation_are_struck() -> None:
    lines = [json.dumps({"at": "object", "op": op}, separators=(",", ":")) for op in ("get", "put", "get")]
    records = [record(number, Logs=[{"Message": [line]}]) for number, line in enumerate(lines)]
    struck = Struck(QUIET, any_record, "", 50, "% of them", only="operation")
    assert struck_records(struck, records) == [records[0], records[2]]
    assert struck_records(replace(struck, only="rarest operation"), records) == [records[1]]


def test_only_records_of_the_busiest_instance_are_struck() -> None:
    lines = [json.dumps({"at": "object", "id": id_}, separators=(",", ":")) for id_ in ("a", "b", "b")]
    records = [record(number, Logs=[{"Message": [line]}]) for number, line in enumerate(lines)]
    assert struck_records(Struck(QUIET, any_record, "", 5, "a minute", only="instance"), records) == records[1:]


def test_only_records_of_the_most_frequent_entrypoint_are_struck() -> None:
    records = [record(number, of, Logs=[]) for number, of in enumerate(("", "Tally", ""))]
    assert struck_records(Struck(QUIET, any_record, "", 0.1, "a minute", only="entrypoint"), records) == records[::2]
