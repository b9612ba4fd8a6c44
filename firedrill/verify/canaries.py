"""Canary requests: what a drill file says under `canary`, sent to a deployed Worker with ids that mark them."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass

from firedrill.canaries import HEADER, Canary, about
from firedrill.verify.check import Check, failed, ok, unproven
from firedrill.verify.deployment import Service

_TIMEOUT_S = 30.0
_RUN_DIGITS, _NUMBER_DIGITS = 4, 4
_LONGEST_ANSWER = 10_000


@dataclass(frozen=True)
class Sent:
    """The canaries of one service in one run: their ids, and how all of these begin."""

    service: Service
    prefix: str
    ids: tuple[str, ...] = ()


def run_prefix(service: Service, run: int) -> str:
    """How the ids of the canaries of a run begin; runs are told apart by their number modulo 65,536."""
    return f"{service.canary}{run % 16**_RUN_DIGITS:0{_RUN_DIGITS}x}"


def send(service: Service, session: Sequence[Canary], address: str, run: int) -> tuple[list[Check], Sent]:
    """Send the session; what it stores lies under a name of this run's, and its last requests remove it again."""
    subject, prefix = f"Worker {service.script_name!r}", run_prefix(service, run)
    obstacle = _obstacle(service, session, address)
    if obstacle:
        return [unproven("canary", subject, obstacle)], Sent(service, prefix)
    checks, ids = [], []
    for number, call in enumerate(session):
        id_ = f"{prefix}{number:0{_NUMBER_DIGITS}x}"
        status, said = _answer(address, call, f"firedrill-canary-{prefix}", id_)
        ids.append(id_)
        if not 200 <= status < 300:
            checks.append(failed("canary", subject, f"answers the canary {call.request} with {said}"))
    if not checks:
        checks.append(ok("canary", subject, f"answers its {len(ids)} canary requests"))
    return checks, Sent(service, prefix, tuple(ids))


def _obstacle(service: Service, session: Sequence[Canary], address: str) -> str:
    if not service.canary:
        return "was deployed by a Firedrill without canaries; run pulumi up with this one"
    if not session:
        return (
            "has no canary: list requests under `canary` in its drill file, the last of which remove what they stored"
        )
    return "" if address else "has no address in the stack: give it with --worker SCRIPT=URL"


def _answer(address: str, call: Canary, object_: str, id_: str) -> tuple[int, str]:
    """The status and what to say of it; 0 when nobody answers."""
    method, path, headers, body = about(call, object_)
    headers |= {HEADER: id_, "user-agent": "firedrill-verify"}
    data = None if body is None else body.encode()
    request = urllib.request.Request(  # noqa: S310 - the address is the stack's own
        f"{address}{path}", data, headers, method=method
    )
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_S) as response:  # noqa: S310
            response.read(_LONGEST_ANSWER)
            return response.status, str(response.status)
    except urllib.error.HTTPError as error:
        return error.code, str(error.code)
    except OSError as error:
        return 0, f"no answer ({error})"
