"""What befalls objects and requests: starts, alarms, resets, limits, clients gone, background work, lines gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from typing import Any

from tests.worker.proofs.table.calls import COSTS, ERRORS, FIRST, FULL, UNTOUCHED, WORKING, failed
from tests.worker.proofs.table.row import (
    ASKED,
    FRESH,
    MS,
    OPERATIONS,
    STARTED,
    Line,
    Row,
    answered,
    asking,
    calling,
    cleaned,
    counted,
    of_class,
    of_object,
    ran,
)

INACTIVE_MS = 50


def of_alarm(result: str = "ok", **more: Any) -> Line:
    """Of a run whose only storage call, if it succeeds, is the clean-up."""
    return of_object("alarm", result, **{**UNTOUCHED, "calls": int(result == "ok"), "lag": MS, **more})


def alarmed(outcome: str, result: str = "ok", error: str = "", retry: bool = False) -> list[str]:
    """The points of an alarm's run."""
    runs = [of_class("do.alarms", outcome=outcome, result=result), *([of_class("do.alarms.retries")] if retry else [])]
    return [*runs, *counted("alarm", result, error), *cleaned("alarm", result)]


def alarm(outcome: str, lines: list[Line | None], points: list[str], **plan: Any) -> Row:
    """A conversation is stored to and then left alone."""
    stored = of_object("store", **FIRST["store"])
    points = [*answered(200), *ran(), *STARTED, *counted("store"), *points]
    line = calling("store", 200)
    return Row("alarm", outcome, ASKED["store"], [line], [stored, *lines], points, plan, False, INACTIVE_MS)


def alarms() -> list[Row]:
    done = of_alarm(removed=1, keys=0)
    recovered = of_alarm(removed=1, keys=0, outcome="recovered")
    broken = {"member": "deleteAll", "error": FULL}
    failure = {"error": "storage", "name": "Error"}
    retrying = of_alarm("error", **failure, outcome="retrying")
    raised = [(category, error, error.get("name", "Error")) for category, (_, _, error, _) in ERRORS.items()]
    return [
        alarm("success", [done], [*ran(), *alarmed("first_try")]),
        alarm(
            "failing once, run again by the platform",
            [retrying, {**recovered, "retry": 1, "read": 3, "calls": 3}],  # it counts its entries again
            [
                *ran("exception"),
                *alarmed("retrying", "error", "storage"),
                *ran(),
                *alarmed("recovered", retry=True),
            ],
            storage={**broken, "times": 1},
            alarms=2,
        ),
        alarm(
            "recovered at the last retry",
            [{**recovered, "retry": 6}],
            [*ran(), *alarmed("recovered", retry=True)],
            retryCount=6,
        ),
        alarm(
            "failing at the last retry but one",
            [{**retrying, "retry": 5}],
            [*ran("exception"), *alarmed("retrying", "error", "storage", retry=True)],
            storage=broken,
            retryCount=5,
        ),
        *(
            alarm(
                f"exhausted by {category}, and set anew",
                [
                    of_alarm(
                        "error", error=category, name=name, outcome="exhausted", retry=6, written=1, calls=1, keys=1
                    ),
                    done,
                ],
                [*ran(), *alarmed("exhausted", "error", category, retry=True), *ran(), *alarmed("first_try")],
                storage={"member": "deleteAll", "error": error, "times": 1},
                retryCount=6,
            )
            for category, error, name in raised
        ),
        *(
            alarm(
                f"failing by {category}",
                [of_alarm("error", error=category, name=name, outcome="retrying")],
                [*ran("exception"), *alarmed("retrying", "error", category)],
                storage={"member": "deleteAll", "error": error},
            )
            for category, error, name in raised
        ),
        alarm("reset while it runs", [None], ran("exception", "not_expected"), abort="deleteAll"),
        alarm("its line lost", [None], ran(telemetry="not_expected"), retryCount=3, console='"retry":3'),
    ]


def starts() -> Iterator[Row]:
    """After an eviction an object reads its alarm and counts its entries, once; it knows that it has pulsed."""
    for operation in OPERATIONS:
        costs = COSTS[operation]
        seen = of_object(operation, cold=1, **{**costs, "read": costs["read"] + 3, "calls": costs["calls"] + 3})
        cold = of_class("do.cold_starts")
        points = [*answered(200), *ran(), cold, *counted(operation), *cleaned(operation)]
        line = calling(operation, 200)
        yield Row(operation, "after an eviction", ASKED[operation], [line], [seen], points, evicted=True)
        for member, told in (
            ("getAlarm", {"calls": 0, "lost": 1}),  # it looks there for its last pulse, too
            ("setAlarm", {"calls": 1}),  # to read the alarm
        ):
            line, points = failed(operation, "storage", "not_retried", 1)
            points += [*ran(), *STARTED, *cleaned(operation, "error")]
            seen = of_object(operation, "error", error="storage", name="Error", **FRESH, **UNTOUCHED | told)
            plan = {"storage": {"member": member, "error": FULL}}
            outcome = f"{member} failing at the start"
            yield Row(operation, outcome, ASKED[operation], [line], [seen], points, plan, known=False)


def resets() -> Iterator[Row]:
    """The object is gone while it works: its record has no line, the gateway's tells."""
    for operation in OPERATIONS:
        line, points = failed(operation, "reset", "not_retried", 1)
        points += ran("exception", "not_expected")
        yield asking(operation, "object reset while it works", line, [None], points, abort=WORKING[operation])


def limits() -> Iterator[Row]:
    """workerd has no limits: the records of what exceeded them are modelled."""
    for limit, outcome in (("exceededCpu", "exceeded_cpu"), ("exceededMemory", "exceeded_memory")):
        stopped = {"Outcome": limit, "Logs": []}
        no_answer = {"gateway": {**stopped, "Event": {"Request": {}}}}
        points = ["worker.requests status_class:5xx", without_line(outcome)]
        yield Row("fetch", f"{limit} in the gateway", ("GET", "//health", None), [None], [], points, modelled=no_answer)
        for operation in OPERATIONS:
            line, points = failed(operation, "limits", "not_retried", 1)
            points += ran(outcome, "not_expected")
            plan = {"storage": {"member": WORKING[operation], "error": ERRORS["limits"][2]}}
            row = asking(operation, f"{limit} in the object", line, [None], points, **plan)
            yield replace(row, modelled={"object": stopped})


def clients_that_leave() -> Iterator[Row]:
    """The gateway is stopped, the object goes on. That outcome is `ok` in workerd, `canceled` at Cloudflare.

    Source: developers.cloudflare.com/workers/observability/errors (invocation statuses: client disconnected)
    """
    for operation in OPERATIONS:
        result = "miss" if "error" in FIRST[operation] else "ok"
        points = [without_line("canceled"), *ran(), *STARTED, *cleaned(operation)]
        plan = {"leave": 30, "slow": {"member": "setAlarm", "ms": 100}}
        seen = of_object(operation, result, **FIRST[operation])
        modelled = {"gateway": {"Outcome": "canceled"}}
        yield Row(
            operation, "client gone", ASKED[operation], [None], [seen], points, plan, known=False, modelled=modelled
        )


def without_line(outcome: str, telemetry: str = "not_expected") -> str:
    return f"invocations class:none kind:gateway outcome:{outcome} telemetry:{telemetry}"


def background() -> Iterator[Row]:
    """A promise given to waitUntil that rejects: the answer stands."""
    for operation, where in product(OPERATIONS, ("gateway", "object")):
        outcomes = {"gateway": "ok", "object": "ok", where: "background_error"}
        records = [*answered(200, outcomes["gateway"]), *ran(outcomes["object"])]
        points = [*records, *counted(operation), *cleaned(operation)]
        seen = of_object(operation, **COSTS[operation])
        outcome = f"work behind the {where} failing"
        yield asking(operation, outcome, calling(operation, 200), [seen], points, background=where)


def talking() -> Iterator[Row]:
    """What writes too much to the console has its line cut by Cloudflare, and its record tells so."""
    for operation in OPERATIONS:
        seen = of_object(operation, **COSTS[operation])
        points = [without_line("ok", "missing"), "worker.requests status_class:unknown", *ran(), *cleaned(operation)]
        cut = "invocations.cut class:none cut:record kind:gateway"
        plan = {"talk": "gateway"}
        yield Row(operation, "the gateway's line cut", ASKED[operation], [None], [seen], [*points, cut], plan)
        points = [*answered(200), *counted(operation), *ran(telemetry="not_expected")]
        cut = of_class("invocations.cut", cut="record", kind="object")
        line = calling(operation, 200)
        yield asking(operation, "the object's line cut", line, [None], [*points, cut], talk="object")


def broken_console() -> Iterator[Row]:
    """A line that cannot be written harms nobody, and the next one tells of it."""
    for operation in OPERATIONS:
        line = calling(operation, 200, lost=1)
        points = [*answered(200), *counted(operation), *ran(telemetry="not_expected")]
        yield asking(operation, "the object's line lost", line, [None], points, console='"at":"object"')
        points = [
            "worker.requests status_class:unknown",
            without_line("ok", "missing"),
            *ran(),
            *cleaned(operation),
        ]
        seen = of_object(operation, **COSTS[operation])
        plan = {"console": '"at":"gateway"'}
        yield Row(operation, "the gateway's line lost", ASKED[operation], [None], [seen], points, plan)


ROWS = (*alarms(), *starts(), *resets(), *limits(), *clients_that_leave(), *background(), *talking(), *broken_console())
