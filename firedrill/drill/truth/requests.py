"""What metrics should say of requests to the Worker and of its calls of objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from firedrill.canaries import HEADER, OBJECT, is_heartbeat
from firedrill.drill.truth.calls import Asked, asked, category_of, result_of, result_of_category
from firedrill.drill.truth.fact import Fact, fact
from firedrill.drill.truth.known import Known
from firedrill.runtime.deeds import Deed
from firedrill.runtime.take import Faults, Take
from firedrill.scenarios.reaching import CANARIES
from firedrill.scenarios.scenario import TakeSpec

REFUSED = 400
"""From this status on an object's answer decides, whatever the Worker makes of it."""
UNKNOWN = "?"
"""The category of a failure that the drill has not caused itself: any will do."""


def by_answer(spec: TakeSpec, take: Take) -> Iterator[Fact]:
    """Requests of the Worker by what their callers got."""
    for request, response in zip(spec.requests, take.responses, strict=True):
        # A heartbeat that throws before the Worker's own code runs has no line to tell it from callers.
        unmarked = spec.faults.worker_throws and response.status >= 500
        if is_heartbeat(request.headers.get(HEADER)) and not unmarked:
            continue
        # A class that throws when it is constructed is asked nothing.
        if not response.arrived and response.status < 500:
            continue
        if not (request.scheduled or request.queue or request.rpc or spec.name == CANARIES):
            yield fact("worker.requests", status_class=f"{response.status // 100}xx")


def of_requests(known: Known, spec: TakeSpec, take: Take) -> Iterator[Fact]:
    """The facts of every call of an object that the Worker awaited."""
    yield from (fact("telemetry.lost", each) for each in take.lost)
    report = _report(spec.faults)
    for deed in take.deeds:
        if deed.class_name or deed.ended is None:
            continue
        made = asked(deed)
        if any(OBJECT in call.object for call in deed.calls):
            yield from _of_canary("heartbeat.requests", known, spec.faults, deed, made)
            continue
        if report and spec.name != CANARIES:
            yield fact("reporter.events", report=report)
        if spec.name == CANARIES:
            yield from _of_canary("canary.requests", known, spec.faults, deed, made)
        elif made:
            yield from _of_call(known, spec.faults, deed, made)


def counted(
    class_name: str, operation: str, result: str, category: str, number: int | None = None, *, errors: Sequence[str]
) -> Iterator[Fact]:
    """The facts of one operation, whichever line counts it; `number` is that of the deed of its record."""
    of_class = {"class_": class_name}
    tags = {**of_class, "operation": operation}
    yield fact("do.operations", 1, number, result=result, **tags)
    yield fact("do.operations.total", 1, number, **of_class)
    yield fact("do.operations.by_operation", 1, number, **tags)
    if result == "miss":
        yield fact("do.misses", 1, number, **of_class)
    if result in errors:
        for key in ("do.errors", "do.errors.total"):
            yield fact(key, 1, number, error_category=category, **tags)


def _of_canary(key: str, known: Known, faults: Faults, deed: Deed, made: Asked | None) -> Iterator[Fact]:
    """A canary counts as such and as nothing else."""
    operation = known.names.get((made.last.class_name, made.last.method)) if made else None
    if made and operation is not None:
        yield fact(key, operation=operation, result=_ended(deed, made, faults)[0])


def _report(faults: Faults) -> str:
    """The fate of every event at the Worker's reporters, "" where it is not the same for all."""
    rates = {faults.intake_failing, faults.dataset_failing}
    return {frozenset({0.0}): "sent", frozenset({1.0}): "failed"}.get(frozenset(rates), "")


def _of_call(known: Known, faults: Faults, deed: Deed, made: Asked) -> Iterator[Fact]:
    class_name, method = made.last.class_name, made.last.method
    declared = known.classes.get(class_name)
    operation = known.names.get((class_name, method))
    if declared is None:
        return
    if made.outcome != "first_try":
        yield fact("gateway.retries", class_=class_name, outcome=made.outcome)
    result, category = _ended(deed, made, faults)
    if known.tells("reason", class_name) and (class_name, method) in known.looking:
        reason = made.outcome if made.failed and result == "error" else "unknown_id" if result == "miss" else ""
        if reason:
            yield fact("do.mapping_failures", class_=class_name, reason=reason)
    if operation is None:
        return
    tags = {"class_": class_name, "operation": operation}
    yield fact("gateway.attempts", len(made.attempts), **tags)
    took_ms = (deed.ended_ms or deed.began_ms) - deed.began_ms
    if made.ms is not None:
        yield fact("gateway.latency", made.ms, None, took_ms, **tags)
    if not declared.counted_by_caller:
        return
    yield from counted(class_name, operation, result, category, errors=declared.errors)
    if result != "error" and made.ms is not None:
        yield fact("do.operations.latency", made.ms, None, took_ms, **tags)


def _ended(deed: Deed, made: Asked, faults: Faults) -> tuple[str, str]:
    """The result of what was asked, and the category of its failure."""
    if made.failed:
        category = category_of(made.last, faults)
        return result_of_category(category), category or UNKNOWN
    if deed.threw:
        return "error", UNKNOWN
    answer = made.last.status or 0
    result = result_of(answer if answer >= REFUSED else deed.status)
    return result, {"miss": "not_found", "rejected": "validation"}.get(result, UNKNOWN)
