"""Bare against observed: the same code in workerd gives equal answers, twice in a row."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.workerd

POINTS = {
    "class": "static members, private ones too, name, prototype and text of a class",
    "instance": "methods on the prototype, constructor and new.target of an instance",
    "frozen": "an instance that froze itself",
    "env": "env and its namespaces, from request to request",
    "later": "env after an await, as given and as imported",
    "stub": "properties, names and JSON of a stub",
    "sealed": "a stub that is told to stay as it is",
    "promise": "the promise of an RPC call",
    "property": "a property that is read by RPC, and what the object has not",
    "fetched": "the response and the failure of a fetch",
    "detached": "a method that was taken off its stub",
    "thrown": "what a call throws",
    "order": "calls side by side",
    "unhandledCall": "an RPC call that fails and that nobody awaits",
    "unhandledFetch": "a fetch that fails and that nobody awaits",
    "unhandledChain": "a promise after one that fails",
    "unhandledOwn": "a rejection of the Worker's own",
    "handledCall": "an RPC call whose failure is handled",
    "handledFetch": "a fetch whose failure is handled",
    "handledLater": "a failure that is handled later",
    "exports": "classes that are reached by ctx.exports",
    "handed": "a handler that a test hands the env and exports of cloudflare:workers",
    "spied": "handlers and methods in whose place a test puts spies",
    "sent": "a stub that is sent",
    "entry": "a Worker that is a class",
    "byClass": "the same in a Worker that is a class",
}


@pytest.mark.parametrize("point", POINTS, ids=list(POINTS.values()))
def test_an_observed_worker_gives_the_answers_of_a_bare_one(workerd: Any, point: str) -> None:
    for _ in range(2):
        bare, observed = (workerd.send(service, "GET", f"/{point}") for service in ("bare", "observed"))
        assert (bare.status, observed.status) == (200, 200), (bare.text, observed.text)
        assert observed.json == bare.json


def test_what_a_stub_should_have_is_not_told_by_the_wrapper_alone(workerd: Any) -> None:
    told = workerd.send("bare", "GET", "/unhandledCall").json
    assert told == ["RangeError: on purpose"]
