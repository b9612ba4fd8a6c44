"""The requests of one simulated minute, from the sessions of a drill file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any

from firedrill.canaries import HEADER, OBJECT, Canary, about, heartbeat_id
from firedrill.runtime.take import Request
from firedrill.scenarios.drill_file import Call, Sessions, Traffic

LONG = "x" * 70_000
"""The value of {long}: longer than any field or body with a limit may be."""


def clients(traffic: Traffic) -> list[Sessions]:
    """Each client independently."""
    return [sessions for sessions in traffic for _ in range(sessions.count)]


def requests(everybody: Iterable[Sessions], take: str) -> tuple[Request, ...]:
    """What the clients send: the first requests of all of them, then the second ones, and so on.

    Their ids carry the take's name, since each take needs objects of its own.
    """
    sent = [_session(each, f"{take}-{number}") for number, each in enumerate(everybody)]
    return tuple(request for turn in zip_longest(*sent) for request in turn if request)


def beats(session: Iterable[Canary], take: str) -> tuple[Request, ...]:
    """What the heartbeat sends in a take, about an object of its own."""
    object_ = f"{OBJECT}-{take}"
    return tuple(canary(call, object_, heartbeat_id(0, number)) for number, call in enumerate(session))


def canary(call: Canary, object_: str, id_: str) -> Request:
    """A canary request with its id, about one object."""
    method, path, headers, body = about(call, object_)
    return Request(method, path, {**headers, HEADER: id_}, body, session=object_)


def thinned(everybody: Sequence[Sessions], share: float) -> list[Sessions]:
    """Some of the clients, evenly chosen: together they send at most `share` (0 to 1) of all requests."""
    kept: list[Sessions] = []
    seen = sent = 0
    for each in everybody:
        size = sum(call.at_once for call in each.session)
        seen += size
        if sent + size <= share * seen:
            kept.append(each)
            sent += size
    return kept


def _session(sessions: Sessions, client: str) -> list[Request]:
    calls = [call for call in sessions.session for _ in range(call.at_once)]
    return [_request(call, client, number) for number, call in enumerate(calls)]


def _request(call: Call, client: str, number: int) -> Request:
    def filled(text: str) -> str:
        return text.replace("{id}", client).replace("{n}", str(number)).replace("{long}", LONG)

    def inside(value: Any) -> Any:
        if isinstance(value, str):
            return filled(value)
        if isinstance(value, list | tuple):
            return [inside(each) for each in value]
        return {key: inside(each) for key, each in value.items()} if isinstance(value, dict) else value

    method, path = filled(call.request).split(" ", 1)
    body = call.body if call.json_ is None else json.dumps(call.json_)
    headers = {} if call.json_ is None else {"content-type": "application/json"}
    return Request(
        method=method,
        path=path,
        headers={**headers, **{name: filled(value) for name, value in call.headers.items()}},
        body=None if body is None else filled(body),
        messages=None
        if call.messages is None
        else tuple(filled(each) if isinstance(each, str) else {"binary": each.binary} for each in call.messages),
        scheduled=call.scheduled,
        binary=call.binary,
        cf=call.cf,
        every_ms=call.every_ms,
        queue=call.queue,
        batch=tuple(map(inside, call.batch)),
        rpc=call.rpc,
        args=tuple(map(inside, call.arguments)),
        capture=call.capture,
        session=client,
        overlaps=call.at_once > 1,
    )
