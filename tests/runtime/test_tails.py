from __future__ import annotations

from typing import Any

from firedrill.runtime.tails import join


def item(start: int, **changed: Any) -> dict[str, Any]:
    return {"eventTimestamp": start, "event": {"rpcMethod": "a"}, "logs": [], "entrypoint": "Counter", **changed}


def span(start: int, end: int, **changed: Any) -> dict[str, Any]:
    return {
        "entrypoint": "Counter",
        "kind": "jsrpc",
        "started_ms": start,
        "ended_ms": end,
        "returned": True,
        **changed,
    }


def test_the_wall_time_is_the_length_of_the_span_that_began_with_the_item() -> None:
    joined = join([item(10), item(20)], [span(20, 23), span(10, 17)])
    assert [invocation.wall_ms for invocation in joined] == [7, 3]


def test_items_that_look_alike_take_their_spans_first_in_first_out() -> None:
    joined = join([item(10), item(10)], [span(10, 11), span(10, 15)])
    assert [invocation.wall_ms for invocation in joined] == [1, 5]


def test_spans_of_another_object_entrypoint_or_kind_are_left_alone() -> None:
    others = [
        span(10, 99, durableObjectId="b"),
        span(10, 99, entrypoint="Other"),
        span(10, 99, kind="alarm"),
        span(10, 99, entrypoint=None),
    ]
    (invocation,) = join([item(10, durableObjectId="a")], [*others, span(10, 12, durableObjectId="a")])
    assert invocation.wall_ms == 2


def test_a_handler_that_did_not_return_is_known_from_its_span() -> None:
    (invocation,) = join([item(10)], [span(10, 12, returned=False)])
    assert not invocation.returned


def test_without_a_span_the_last_log_line_stands_in_for_the_end() -> None:
    (invocation,) = join([item(10, logs=[{"timestamp": 12}, {"timestamp": 14}])], [])
    assert (invocation.wall_ms, invocation.returned) == (4, True)


def test_without_a_span_and_without_logs_the_wall_time_is_zero() -> None:
    (invocation,) = join([item(10)], [])
    assert invocation.wall_ms == 0


def test_invocations_are_ordered_by_their_start() -> None:
    joined = join([item(30), item(10), item(20)], [])
    assert [invocation.item["eventTimestamp"] for invocation in joined] == [10, 20, 30]
