"""What caused a 5xx response of a Worker that catches its exceptions and does not log them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from textwrap import shorten

from firedrill.errors import CannotRun
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.failures import Thrown, failures
from firedrill.runtime.inspector import exceptions_of
from firedrill.runtime.recording import Worker
from firedrill.runtime.served import served, service_of
from firedrill.runtime.source_map import MODULE
from firedrill.runtime.take import Request, Take
from firedrill.runtime.workerd import INSPECTOR

MOST = 3
"""Exceptions of one request that are reported, at most."""

LONGEST = 120
"""Characters of an answer's body that are shown."""


def refused(take: Take, requests: Sequence[Request], deployment: Deployment) -> list[str]:
    """A sentence about the requests that were answered by 5xx, and one per exception thrown by the first of them.

    That request is sent again, to another workerd that is watched by V8's inspector.
    """
    failing = [
        (request, response)
        for request, response in zip(requests, take.responses, strict=True)
        if response.status >= 500
    ]
    if not failing:
        return []
    (request, answer), *others = failing
    body = f" ({shorten(answer.body, LONGEST)!r})" if answer.body else ""
    more = f", as are {len(others)} more by 5xx" if others else ""
    return [f"{request} is answered by {answer.status}{body}{more}", *_thrown_by(request, deployment)]


def _thrown_by(request: Request, deployment: Deployment) -> list[str]:
    with (
        served(deployment, inspected=True) as workerd,
        exceptions_of(workerd.ports[INSPECTOR], service_of(deployment)) as descriptions,
        suppress(CannotRun),  # what was seen until then may be why
    ):
        Worker.of(workerd, deployment).take([request])
    thrown = [_thrown(each) for each in descriptions if f"{MODULE}:" in each]
    return failures(thrown, (), deployment.sources)[:MOST]


def _thrown(description: str) -> Thrown:
    """An exception by the inspector's description of it: its text, then its stack."""
    text, frames, stack = description.partition("\n    at ")
    return Thrown("", "caught", text, frames + stack)
