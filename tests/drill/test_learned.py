"""What takes show of a Worker that nobody declares."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from firedrill.drill.learned import learned
from firedrill.runtime.deeds import Call, Deed
from firedrill.runtime.take import Response, Take
from firedrill.scenarios.promises import Danger, Promises
from firedrill.scenarios.read_drill_file import EVERYDAY
from firedrill.scenarios.watched import WatchedClass, WatchedWorker
from firedrill.vendors.cloudflare.trace_items import Invocation

ONE = WatchedWorker(EVERYDAY, {"Room": WatchedClass(("join",))})


def take(result: str = "ok", status: int = 200, operation: str = "join", at: str = "gateway", **changed: Any) -> Take:
    line = {"at": at, "class": "Room", "op": operation, "result": result}
    logs = [{"level": "debug", "timestamp": 0, "message": [json.dumps(line, separators=(",", ":"))]}]
    item = {"entrypoint": None, "eventTimestamp": 0, "outcome": "ok", "logs": logs}
    reached = {"class": {"Room": 1}, "direct": {"Room": 1}, "storage": {"Room": 1}}
    found = {"refusals": 1, "reached": reached, **changed}
    return Take((Invocation(item, 0, 1),), (Response(status, ""),), 0, 1, 0, **found)


def test_a_class_whose_operations_end_well_while_its_storage_fails_endures_it() -> None:
    assert not learned(ONE, {"storage-failing": take()}).classes["Room"].fails_with_storage
    assert learned(ONE, {"storage-failing": take("error")}).classes["Room"].fails_with_storage


def test_a_class_of_which_only_messages_fail_has_no_failing_calls() -> None:
    found = learned(ONE, {"storage-failing": take("error", operation="message", at="object")}).classes["Room"]
    assert found.fails_with_storage
    assert not found.calls_fail_with_storage
    assert learned(ONE, {"storage-failing": take("error")}).classes["Room"].calls_fail_with_storage


def test_nothing_is_learned_of_a_class_that_no_traffic_reached() -> None:
    assert learned(ONE, {"healthy": take(reached={})}).classes == ONE.classes


def test_storage_that_only_the_start_of_objects_uses_is_no_operation_s() -> None:
    assert not learned(ONE, {"storage-failing": take(refusals=0)}).classes["Room"].stores
    assert learned(ONE, {"storage-failing": take(refusals=1)}).classes["Room"].stores


def test_a_class_whose_start_alone_uses_storage_starts_from_it_where_callers_count() -> None:
    at_start = {"storage-failing": take(refusals=0)}
    assert learned(ONE, at_start).classes["Room"].starts_from_storage
    assert not learned(ONE, {"storage-failing": take(refusals=1)}).classes["Room"].starts_from_storage
    own = replace(ONE, classes={"Room": WatchedClass(("join",), counted_by_caller=False)})
    assert not learned(own, at_start).classes["Room"].starts_from_storage


@pytest.mark.parametrize(
    ("by_caller", "overlapped", "sampled"), [(False, True, True), (True, True, False), (False, False, False)]
)
def test_times_are_a_sample_where_invocations_overlap_in_a_class_that_counts_itself(
    by_caller: bool, overlapped: bool, sampled: bool
) -> None:
    worker = replace(ONE, classes={"Room": WatchedClass(("join",), counted_by_caller=by_caller)})
    deeds = (Deed("join", "Room", 0, 0, overlapped=overlapped),)
    assert learned(worker, {"healthy": take(deeds=deeds)}).classes["Room"].sampled == sampled


def test_storage_that_no_take_strikes_says_nothing_of_what_follows() -> None:
    unreached = take(refusals=0, reached={})
    found = learned(ONE, {"healthy": take(), "storage-failing": unreached}).classes["Room"]
    assert found.stores
    assert found.fails_with_storage


@pytest.mark.parametrize(
    ("handlers", "by_requests"),
    [(["queue"], False), (["scheduled", "queue"], False), (["queue", "fetch"], True), ([], True)],
)
def test_a_class_that_batches_alone_call_is_no_request_s(handlers: list[str], by_requests: bool) -> None:
    call = Call("Room", "a", "join", 1, 0)
    deeds = tuple(Deed(each, "", 0, 0, calls=(call,)) for each in handlers)
    assert learned(ONE, {"healthy": take(deeds=deeds)}).classes["Room"].called_by_requests == by_requests


def test_a_first_request_that_succeeds_without_its_object_needs_none() -> None:
    assert not learned(ONE, {"lone-failure": take()}).first_needs_objects
    assert learned(ONE, {"lone-failure": take(status=503)}).first_needs_objects


@pytest.mark.parametrize(("operations", "lacks"), [(("join",), True), (("join", "leave"), False)])
def test_the_mix_of_a_class_with_a_single_operation_cannot_shift(operations: tuple[str, ...], lacks: bool) -> None:
    promised = Promises((Danger("operations-shift", "@a", 3, 20, 70, 20, "Room"),))
    spoken = [take(operation=each).invocations[0] for each in operations]
    found = learned(replace(ONE, promises=promised), {"healthy": replace(take(), invocations=tuple(spoken))}, "script")
    assert (("operations-mix", "Room") in found.lacking) == lacks
