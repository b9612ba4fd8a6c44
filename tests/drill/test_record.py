"""Takes from the runtime, and what stops a drill that has not got them all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from firedrill.canaries import OBJECT
from firedrill.drill import record
from firedrill.drill.record import as_records, calmest, record_takes, unstruck
from firedrill.drill.record import held_up as told
from firedrill.errors import CannotRun
from firedrill.runtime.deeds import Call, Deed
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.failures import Thrown
from firedrill.runtime.take import Faults, Request, Take
from firedrill.scenarios.scenario import TakeSpec
from firedrill.vendors.cloudflare.trace_items import VARIANTS, Script

Takes = Callable[..., Take]
DEPLOYMENT = Deployment({"script_name": "tiny"}, b"bundle")
SLOW = TakeSpec("slow", (Request(path="/a"),), Faults(storage_slow=0.5), concurrency=3)
IDLE = TakeSpec("idle", (Request(path="/b"),), concurrency=7, cleanups=True)


@dataclass
class Worker:
    """Answers every take with the same one and keeps what it was asked."""

    answer: Take
    asked: list[tuple[Sequence[Request], Mapping[str, Any]]]
    deployment: Deployment

    def take(self, requests: Sequence[Request], **options: Any) -> Take:
        self.asked.append((requests, options))
        return self.answer


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, take: Takes) -> Worker:
    """In the place of the deployed one."""
    found = Worker(take(["ok", "exception"]), [], DEPLOYMENT)

    @contextmanager
    def deployed(deployment: Deployment) -> Iterator[Worker]:
        assert deployment == DEPLOYMENT
        yield found

    monkeypatch.setattr(record, "deployed", deployed)
    return found


def takes(*specs: TakeSpec) -> dict[str, Take]:
    return record_takes(DEPLOYMENT, specs, lambda done, of_all: None)


def test_each_spec_gives_a_take_of_its_name(worker: Worker) -> None:
    assert takes(SLOW, IDLE) == {"slow": worker.answer, "idle": worker.answer}


def test_a_take_is_recorded_under_its_traffic_and_faults(worker: Worker) -> None:
    takes(SLOW)
    assert worker.asked[1:] == [(SLOW.requests, {"faults": SLOW.faults, "concurrency": 3, "alarms_within_ms": 0})]


def test_alarms_are_waited_for_where_conversations_go_idle(worker: Worker) -> None:
    takes(IDLE)
    assert worker.asked[1][1]["alarms_within_ms"] == 5000


def test_the_first_invocation_of_the_isolate_belongs_to_no_take(worker: Worker) -> None:
    takes(SLOW)
    assert worker.asked[0] == ([Request()], {})


def test_progress_counts_the_takes_that_are_recorded(worker: Worker) -> None:
    told: list[tuple[int, int]] = []
    record_takes(DEPLOYMENT, [SLOW, IDLE], lambda done, of_all: told.append((done, of_all)))
    assert told == [(0, 2), (1, 2), (2, 2)]


def test_a_take_whose_reports_are_refused_comes_last(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "SIDE_BY_SIDE", 1)
    refused = TakeSpec("refused", (Request(path="/c"),), Faults(intake_failing=1))
    assert set(takes(SLOW, refused, IDLE)) == {"slow", "refused", "idle"}
    assert [requests for requests, _ in worker.asked[1:]] == [SLOW.requests, IDLE.requests, refused.requests]


def test_takes_that_call_the_same_object_are_recorded_by_a_worker_each(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "SIDE_BY_SIDE", 1)
    worker.answer = replace(worker.answer, deeds=(Deed("fetch", "Room", 0, 0, object="lobby"),))
    last = TakeSpec("last", (Request(path="/c"),))
    takes(SLOW, IDLE, last)
    started, first, second = [Request()], SLOW.requests, IDLE.requests
    assert [requests for requests, _ in worker.asked] == [
        *(started, first, second),
        *(started, second),
        *(started, last.requests),
    ]


def test_the_object_of_heartbeats_is_the_same_in_all_takes(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "SIDE_BY_SIDE", 1)
    call = Call("Room", OBJECT, "fetch", 0, 0, id="heartbeat")
    deeds = (Deed("fetch", "", 0, 0, calls=(call,)), Deed("fetch", "Room", 1, 1, object="heartbeat"))
    worker.answer = replace(worker.answer, deeds=deeds)
    takes(SLOW, IDLE)
    assert [requests for requests, _ in worker.asked] == [[Request()], SLOW.requests, IDLE.requests]


def held_up(take: Take, wall_ms: int, entrypoint: str = "Tiny") -> Take:
    """The take with one more invocation, of that length."""
    one = take.invocations[0]
    slow = replace(one, item={**one.item, "entrypoint": entrypoint}, wall_ms=wall_ms)
    return replace(take, invocations=(*take.invocations, slow))


@pytest.mark.parametrize(
    ("lengths", "kept"),
    [((20, 9), 0), ((101, 100, 9), 1), ((500, 300, 400, 9), 1), ((300, 500, 200, 9), 2)],
)
def test_a_take_that_the_machine_held_up_is_recorded_again(take: Takes, lengths: Sequence[int], kept: int) -> None:
    first, *further = (held_up(take(["ok"]), each) for each in lengths)
    others = iter(further)
    assert calmest(first, lambda part: next(others), Faults()) == (first, *further)[kept]


def never(part: int) -> Take:
    """No take is recorded again."""
    raise AssertionError


def test_what_a_fault_slows_is_not_held_up_and_what_it_does_not_slow_is(take: Takes) -> None:
    faults = Faults(storage_slow=0.5, storage_slow_ms=500)
    slow, held, calm = (held_up(take(["ok"]), each) for each in (500, 499, 20))
    assert calmest(slow, never, faults) == slow
    assert calmest(held, lambda part: calm, faults) == calm


def test_a_take_may_hold_up_callers_of_objects(take: Takes) -> None:
    slow = held_up(take(["ok"]), 500, entrypoint="")
    assert calmest(slow, never, Faults()) == slow


def test_a_take_is_recorded_again_with_fewer_clients_at_a_time_that_hold_one_another_up(
    worker: Worker, take: Takes
) -> None:
    worker.answer = held_up(take(["ok"]), 500)
    overlapping = replace(IDLE, name="overlapping", requests=(Request(overlaps=True),), concurrency=8)
    takes(IDLE)
    takes(overlapping)
    clients = [options["concurrency"] for requests, options in worker.asked if options]
    assert clients == [7, 3, 1, 8, 8, 8]


def waiting(take: Take, *attempts: tuple[int, int]) -> Take:
    """The take with a request that calls an object, at those milliseconds; all but the last attempt fail."""
    calls = [
        Call("Room", "a", "post", 2 * at, began, 2 * at + 1, ended, threw=at + 1 < len(attempts))
        for at, (began, ended) in enumerate(attempts)
    ]
    return replace(take, deeds=(Deed("fetch", "", 0, 0, calls=tuple(calls)),))


@pytest.mark.parametrize(
    ("attempts", "again"),
    [
        ([(0, 100)], False),
        ([(0, 101)], True),
        ([(0, 1), (101, 200)], False),
        ([(0, 1), (151, 201)], True),
        ([(0, 1), (101, 102), (302, 400)], False),
        ([(0, 1), (101, 102), (302, 401)], True),
    ],
)
def test_a_take_whose_callers_waited_long_is_recorded_again(
    take: Takes, attempts: list[tuple[int, int]], again: bool
) -> None:
    first, calm = waiting(take(["ok"]), *attempts), take(["ok"])
    assert (calmest(first, lambda part: calm, Faults()) is calm) == again


def test_calls_beside_each_other_are_no_attempts_of_one(take: Takes) -> None:
    calls = (Call("Room", "a", "post", 0, 0, 3, 90, threw=True), Call("Room", "a", "post", 1, 10, 2, 111))
    first, calm = replace(take(["ok"]), deeds=(Deed("fetch", "", 0, 0, calls=calls),)), take(["ok"])
    assert calmest(first, lambda part: calm, Faults()) is calm


def test_a_take_is_recorded_again_by_a_worker_that_knows_none_of_its_objects(worker: Worker, take: Takes) -> None:
    worker.answer = held_up(take(["ok"]), 500)
    takes(IDLE)
    assert [requests for requests, _ in worker.asked] == [[Request()], IDLE.requests] * 3


def test_takes_that_stayed_slow_without_a_fault_that_slows_them_are_told(take: Takes) -> None:
    calm, slow = held_up(take(["ok"]), 100), held_up(take(["ok"]), 500)
    assert told([SLOW, IDLE], {"slow": slow, "idle": calm}) == []
    assert told([SLOW, IDLE], {"slow": slow, "idle": slow}) == [
        "an object took 500 ms in the take 'idle', which no fault slows:"
        " if this machine or its disk is busy, run the drill again"
    ]
    busy = TakeSpec("busy", ())
    assert told([IDLE, busy], {"idle": slow, "busy": held_up(take(["ok"]), 300)}) == [
        "an object took up to 500 ms in the takes 'idle', 'busy', which no fault slows:"
        " if this machine or its disk is busy, run the drill again"
    ]


def test_a_take_that_lost_trace_items_stops_the_drill(worker: Worker) -> None:
    worker.answer = replace(worker.answer, missing=3)
    with pytest.raises(CannotRun) as error:
        takes(SLOW)
    assert str(error.value) == "3 trace items of the take 'slow' never came; run the drill again"


def test_what_has_not_returned_is_why_trace_items_never_came(worker: Worker) -> None:
    lost = Thrown("Room.alarm", "rejected", "Error: lost", "    at worker.mjs:3:5")
    worker.answer = replace(worker.answer, missing=3, running=("Room.alarm", "Room.alarm"), thrown=(lost,))
    with pytest.raises(CannotRun) as error:
        takes(SLOW)
    assert str(error.value) == (
        "take 'slow': Room.alarm has not returned; worker.mjs:3:5: Error: lost; a rejected promise that nothing handles"
    )


def test_a_take_that_cannot_be_recorded_is_named(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def take(requests: Sequence[Request], **options: Any) -> Take:
        if options:
            raise CannotRun("it hangs")
        return worker.answer

    monkeypatch.setattr(worker, "take", take)
    with pytest.raises(CannotRun) as error:
        takes(SLOW)
    assert str(error.value) == "take 'slow': it hangs"


def test_records_have_a_modelled_cpu_time_and_the_span_of_the_take(take: Takes) -> None:
    found = as_records(take(["ok", "exception"]), Script("tiny"), VARIANTS[0])
    assert [(each["Outcome"], each["CPUTimeMs"], each["WallTimeMs"]) for each in found.records] == [
        ("ok", 2, 20),
        ("exception", 2, 20),
    ]
    assert (found.began_ms, found.length_ms) == (1_700_000_000_000, 1001)


def test_a_take_that_took_no_time_still_has_a_length(take: Takes) -> None:
    instant = replace(take(["ok"]), ended_ms=take(["ok"]).started_ms)
    assert as_records(instant, Script("tiny"), VARIANTS[0]).length_ms == 2


def test_takes_whose_failing_storage_struck_nothing_are_told(take: Takes) -> None:
    failing = TakeSpec("failing", (), Faults(storage_failing=1))
    assert unstruck([failing, IDLE], {"failing": replace(take(["ok"]), refusals=1), "idle": take(["ok"])}) == []
    (told,) = unstruck([failing], {"failing": take(["ok"])})
    assert told.startswith("nothing was struck in the take 'failing': no operation called the storage of its object")
