"""What metrics should say of the invocations of objects: operations without a caller, storage, starts, alarms."""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.drill.joined import Joined, joined
from firedrill.drill.truth.calls import category, result_of, result_of_category
from firedrill.drill.truth.fact import EVENTS, Fact, fact, overlapped
from firedrill.drill.truth.known import Known
from firedrill.drill.truth.lines import digest
from firedrill.drill.truth.platform import is_canary
from firedrill.drill.truth.requests import UNKNOWN, counted
from firedrill.runtime.deeds import Deed
from firedrill.runtime.take import Faults, Take

PULSE_WINDOW_MS = 300_000
"""An instance is active once in each aligned window of 5 minutes."""
LAST_RETRY = 6
"""Of an alarm. Source: developers.cloudflare.com/durable-objects/api/alarms"""
GONE = ("canceled", "responseStreamDisconnected")
"""Outcomes of what lived as long as its client or its caller did, so that its time says nothing."""


def of_objects(known: Known, faults: Faults, take: Take) -> Iterator[Fact]:
    """The facts of every invocation of an object whose lines are in its own records."""
    mixed = overlapped(take)
    sizes: dict[str, int] = {}
    first = pulses(take)
    for each in joined(take):
        deed = each.deed
        if deed.class_name not in known.classes or deed.ended is None or deed.object in mixed:
            continue
        if is_canary(each.invocation.item):
            continue
        pulse = each.number in first
        yield from _of_life(known, each, pulse=pulse)
        yield from _of_storage(known, each, sizes, pulse=pulse)
        yield from _of_operation(known, each, faults)


def pulses(take: Take) -> frozenset[int]:
    """The numbers of the deeds that are the first one of their object in a window; alarms have no pulse."""
    first: dict[tuple[str, int], int] = {}
    for number, deed in enumerate(take.deeds):
        if deed.class_name and deed.what != "alarm":
            first.setdefault((deed.object, deed.began_ms // PULSE_WINDOW_MS), number)
    return frozenset(first.values())


def carried_over(take: Take) -> frozenset[str]:
    """The objects that were running when the take began, since an earlier one had called them by the same name."""
    first: dict[str, Deed] = {}
    for deed in take.deeds:
        if deed.class_name:
            first.setdefault(deed.object, deed)
    return frozenset(id_ for id_, deed in first.items() if not deed.cold)


def _of_life(known: Known, each: Joined, *, pulse: bool) -> Iterator[Fact]:
    deed, number = each.deed, each.number
    class_name = deed.class_name
    if pulse:
        yield fact("do.active_instances", 1, number, class_=class_name)
    if deed.cold:
        yield fact("do.cold_starts", 1, number, class_=class_name)
    if deed.what == "alarm":
        result, outcome = alarm_ended(deed)
        yield fact("do.alarms", 1, number, class_=class_name, result=result, outcome=outcome)
        if deed.retry:
            yield fact("do.alarms.retries", 1, number, class_=class_name)
        if deed.scheduled_ms is not None:
            least, most = (max(0, each - deed.scheduled_ms) for each in (deed.began_ms, deed.ended_ms or deed.began_ms))
            yield fact("do.alarms.lag", least, number, most, class_=class_name)
    if (class_name, deed.what) in known.clearing and known.tells("trigger", class_name):
        trigger = "alarm" if deed.what == "alarm" else "api"
        failed = alarm_ended(deed)[0] == "error" if deed.what == "alarm" else deed.threw
        if not is_begun(deed):
            result = "error" if failed else "ok"
            for key in ("do.cleanups", "do.cleanups.total"):
                yield fact(key, 1, number, class_=class_name, trigger=trigger, result=result)
        if not failed:
            removed = known.stored(class_name, deed.before)
            yield fact("do.cleanups.removed", removed, number, class_=class_name, trigger=trigger)


def is_begun(deed: Deed) -> bool:
    """Whether a caller's clean-up may have failed before it was one."""
    return deed.threw and deed.what != "alarm"


def alarm_ended(deed: Deed) -> tuple[str, str]:
    """Result and outcome of an alarm's run; at the last retry one whose storage failed may return, and has failed."""
    last = (deed.retry or 0) >= LAST_RETRY
    if deed.threw and not last:
        return "error", "retrying"
    failed = deed.threw or (last and deed.storage.refused > 0)
    if failed:
        return "error", "exhausted" if deed.retry else "not_retried"
    return "ok", "recovered" if deed.retry else "first_try"


def _of_storage(known: Known, each: Joined, sizes: dict[str, int], *, pulse: bool) -> Iterator[Fact]:
    deed, number = each.deed, each.number
    class_name = deed.class_name
    operation = known.names.get((class_name, deed.what))
    charged = known.tells("written", class_name)
    if charged and operation is not None:
        tags = {"class_": class_name, "operation": operation}
        yield fact("do.storage.rows_read", deed.storage.read, number, **tags)
        yield fact("do.storage.rows_written", deed.storage.written, number, **tags)
        yield fact("do.storage.calls", deed.storage.calls, number, **tags)
    if known.tells("keys", class_name) and not (deed.threw or deed.storage.refused):
        yield fact("do.storage.keys", known.stored(class_name, deed.entries), number, class_=class_name)
    if deed.bytes is not None:
        if charged or pulse or deed.cold:
            sizes[deed.object] = deed.bytes
        yield fact("do.storage.bytes", sizes.get(deed.object, deed.bytes), number, class_=class_name)


def _of_operation(known: Known, each: Joined, faults: Faults) -> Iterator[Fact]:
    deed, number = each.deed, each.number
    class_name, declared = deed.class_name, known.classes[deed.class_name]
    operation = known.names.get((class_name, deed.what))
    if operation is None:
        return
    tags = {"class_": class_name, "operation": operation}
    yield fact("do.latency", each.invocation.wall_ms, number, **tags)
    if known.tells("id", class_name):
        bucket = digest(known.salt, deed.object)[0]
        for key in ("do.operations.by_bucket", "do.operations.total_by_bucket"):
            yield fact(key, 1, number, class_=class_name, bucket=bucket)
    if declared.counted_by_caller and deed.what not in EVENTS:
        return
    result, name = _ended(deed, faults)
    yield from counted(class_name, operation, result, name, number, errors=declared.errors)
    if result != "error" and each.invocation.item["outcome"] not in GONE:
        yield fact("do.operations.latency", each.invocation.wall_ms, number, **tags)


def _ended(deed: Deed, faults: Faults) -> tuple[str, str]:
    name = category(deed.error_message, faults)
    if deed.what == "alarm":
        return alarm_ended(deed)[0], name or ("storage" if deed.storage.refused else UNKNOWN)
    if deed.threw:
        return result_of_category(name), name or UNKNOWN
    return result_of(deed.status), UNKNOWN
