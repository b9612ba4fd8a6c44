"""Which bindings of a Worker are to be had here, and whether Miniflare's simulators provide them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from firedrill.runtime.deployment import Deployment, given_bindings, other_worker
from firedrill.runtime.simulated import BY_WORKERD, SIMULATED
from firedrill.vendors.errors import Unsupported, as_one

_OF_MINIFLARE = re.compile(rb"cloudflare:email|\bcaches\.")
"""What workerd alone has not: a module that imports one of Miniflare's, and a cache."""


def require_provided(deployment: Deployment, drill_file: str, apart: Sequence[str] = ()) -> None:
    """Raise Unsupported with every binding that is not to be had here; `drill_file` is where to leave it out.

    `apart` are the Workers that run each by itself, so that no binding of one leads to another.
    """
    missing = [each for each in given_bindings(deployment) if not _is_provided(each, deployment)]
    if not missing:
        return
    left_out = ", ".join(f"{each['name']}: null" for each in missing)
    advice = (
        f"To drill the Worker without {'it' if len(missing) == 1 else 'them'}, write in {drill_file} bindings:"
        f" {{{left_out}}}; or say what methods answer, such as {_such_as(missing[-1])}{_or_declare(missing, apart)}"
    )
    found = [
        Unsupported(
            f"binding type {each['type']}{_elsewhere(each, deployment)}",
            f"WorkersScript {deployment.name!r}, binding {each['name']!r}",
            advice if each is missing[-1] else "",
        )
        for each in missing
    ]
    raise as_one(found)


def _such_as(binding: Mapping[str, Any]) -> str:
    method = "fetch: {status: 200, body: fine}" if binding["type"] in _FETCHED else "run: {response: fine}"
    return f"{{{binding['name']}: {{{method}}}}}"


_FETCHED = ("service", "dispatch_namespace", "mtls_certificate", "vpc_service", "browser")


def is_simulated(deployment: Deployment) -> bool:
    """Whether it has what only Miniflare's simulators provide."""
    given = given_bindings(deployment)
    simulated = any(each["type"] in SIMULATED or other_worker(each) != "" for each in given)
    code = (deployment.bundle, *(each.content for each in deployment.modules))
    used = any(_OF_MINIFLARE.search(each) for each in code)
    return simulated or used or bool(deployment.script.get("assets") or deployment.script.get("queue_consumers"))


def _is_provided(binding: Mapping[str, Any], deployment: Deployment) -> bool:
    if other := other_worker(binding):
        return other in {deployment.name, *(each.name for each in deployment.beside)}
    return binding["type"] in BY_WORKERD | SIMULATED and not _is_container(binding, deployment)


def _is_container(binding: Mapping[str, Any], deployment: Deployment) -> bool:
    return binding.get("class_name") in (deployment.script.get("containers") or ())


def _elsewhere(binding: Mapping[str, Any], deployment: Deployment) -> str:
    if _is_container(binding, deployment):
        return " of a container"
    other = other_worker(binding)
    return f" of another Worker, {other!r}," if other not in ("", deployment.name) else ""


def _or_declare(missing: Sequence[Mapping[str, Any]], apart: Sequence[str]) -> str:
    others = dict.fromkeys(filter(None, map(other_worker, missing)))
    if there := [each for each in others if each in apart]:
        return f". In a running stack no binding leads to {', '.join(map(repr, there))}: each Worker runs by itself"
    return f"; or declare {', '.join(map(repr, others))} under firedrill:workers" if others and not apart else ""
