"""Marked values in place of personal ones, wherever a request can hold any, to be searched for in what is sent away."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from firedrill.runtime.take import Faults, Request
from firedrill.scenarios.drill_file import DrillFile
from firedrill.scenarios.scenario import TakeSpec
from firedrill.scenarios.traffic import requests

Mark = Callable[[str], str]
"""Gives the mark of what a value stands for."""

NAME = "marked values"
"""Of the take; no scenario's take is called so."""
RATE = 0.25
"""Share of requests and of operations that fail with a marked text."""


@dataclass(frozen=True)
class Marked:
    """A take whose requests hold marked values; `marks` has the text of each by what it stands for."""

    take: TakeSpec
    marks: Mapping[str, str]


def marked(file: DrillFile) -> Marked:
    """Everyday traffic, once as it is but for marks around it, and once with every text of its bodies replaced.

    Marks are words of lowercase letters: Cloudflare leaves them in URLs. Source: workerd, src/workerd/util/util.c++
    """
    marks: dict[str, str] = {}

    def mark(of: str) -> str:
        return marks.setdefault(of, f"marked-{of.lower().replace(' ', '-').replace('_', '-')}")

    everyday = requests(file.traffic, mark("object name"))
    around = [
        _around(each, mark("query"), mark("header"))
        for each in everyday
        if not (each.scheduled or each.queue or each.rpc)
    ]
    inside = [_inside(each, mark) for each in around]
    nowhere = Request(path=f"/{mark('URL')}", headers={"x-marked": mark("header")})
    text = mark("exception")
    faults = Faults(
        storage_failing=RATE,
        storage_message=text,
        worker_throws=RATE,
        worker_message=text,
        background_failing=RATE,
        background_message=text,
    )
    return Marked(TakeSpec(NAME, (*around, *inside, nowhere), faults), marks)


def _around(request: Request, query: str, header: str) -> Request:
    path = f"{request.path}{'&' if '?' in request.path else '?'}marked={query}"
    return replace(request, path=path, headers={**request.headers, "x-marked": header, "cookie": f"session={header}"})


def _inside(request: Request, mark: Mark) -> Request:
    """The request with its body and its messages marked, those in JSON by the names of the fields."""
    messages = None if request.messages is None else tuple(mark("message") for _ in request.messages)
    if request.body is None or request.binary:
        return replace(request, messages=messages)
    try:
        body = json.dumps(_replaced(json.loads(request.body), "", mark))
    except ValueError:
        body = mark("body")
    return replace(request, body=body, messages=messages)


def _replaced(value: Any, name: str, mark: Mark) -> Any:
    if isinstance(value, str):
        return mark(f"body {name}".strip())
    if isinstance(value, list):
        return [_replaced(each, name, mark) for each in value]
    if isinstance(value, dict):
        return {key: _replaced(inner, key, mark) for key, inner in value.items()}
    return value
