"""Takes recorded once for all Workers, and all versions of a stack, that run the same code under the same traffic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from firedrill.drill.record import Recorder, record_takes
from firedrill.drill.stages import Counter
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.recording import origin
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import TakeSpec
from firedrill.vendors.cloudflare.trace_items import Invocation

_OF_ITS_NAME = {"script_name", "content_file", "main_module"}
"""What Workers of the same code and settings differ in."""


class _Recorded(NamedTuple):
    """A take: of which code and settings, recorded as what, and where its requests were sent to."""

    code: Deployment
    spec: TakeSpec
    origin: str
    take: Take


def shared_recorder(record: Recorder = record_takes) -> Recorder:
    """A recorder that hands a take out again when code, settings and traffic are the same."""
    recorded: list[_Recorded] = []

    def sharing(deployment: Deployment, specs: Iterable[TakeSpec], progress: Counter) -> dict[str, Take]:
        code, own, wanted = _nameless(deployment), origin(deployment), list(specs)
        known = {spec.name: each for spec in wanted for each in recorded if each.spec == spec and each.code == code}
        missing = [spec for spec in wanted if spec.name not in known]
        new = record(deployment, missing, progress) if missing else {}
        recorded.extend(_Recorded(code, spec, own, new[spec.name]) for spec in missing)
        takes = {**new, **{name: _asked_at(each.take, each.origin, own) for name, each in known.items()}}
        return {spec.name: takes[spec.name] for spec in wanted}

    return sharing


def _nameless(deployment: Deployment) -> Deployment:
    script = {key: value for key, value in deployment.script.items() if key not in _OF_ITS_NAME}
    return replace(deployment, script={**script, "script_name": ""})


def _asked_at(take: Take, before: str, after: str) -> Take:
    """The same take, its requests sent to another Worker's address."""
    if before == after:
        return take
    return replace(take, invocations=tuple(_moved(each, before, after) for each in take.invocations))


def _moved(invocation: Invocation, before: str, after: str) -> Invocation:
    event: Mapping[str, Any] = invocation.item.get("event") or {}
    request = event.get("request") or {}
    if not str(request.get("url", "")).startswith(before):
        return invocation
    moved = {**request, "url": after + request["url"].removeprefix(before)}
    return replace(invocation, item={**invocation.item, "event": {**event, "request": moved}})
