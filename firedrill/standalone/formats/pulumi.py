"""Pulumi's own files: `pulumi stack export` and `pulumi preview --json`.

A secret is masked whichever way it is written, also where it is shown (--show-secrets).
Source: pulumi.com/docs/iac/cli/commands/pulumi_stack_export, pulumi.com/docs/iac/cli/commands/pulumi_preview
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from firedrill.declared.declaration import Declared, is_other, is_read
from firedrill.resources import SECRET, Resource
from firedrill.standalone.formats.found import Found, declare
from firedrill.standalone.words import shortened
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.unknown import is_unknown

VERSIONS = (3, 4)
"""Of the deployment in an export; the newer one only names the features that it needs."""

_SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key that tells a secret or an asset. Source: pulumi/pulumi, sdk/go/common/resource/sig"""
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker
_DEFAULTS = "__defaults"


def recognises(value: Any) -> bool:
    """Whether it is an export of a stack or a preview as JSON."""
    return isinstance(value, dict) and ("deployment" in value or isinstance(value.get("steps"), list))


def read(value: dict[str, Any], place: str) -> Declared:
    """What a stack holds, or will hold once what is previewed is deployed; what is to be deleted is not in it.

    A preview lists unchanged resources only with --show-sames. Raises FiredrillError for another version.
    """
    states = _steps(value["steps"]) if "deployment" not in value else _resources(value, place)
    found, others = [], []
    for number, state in enumerate(states, start=1):
        if not isinstance(state, dict) or not isinstance(state.get("urn"), str):
            raise FiredrillError(f"{place}: resource {number} is {shortened(state)}; a resource has a 'urn'.")
        kind = str(state.get("type") or state["urn"].split("::")[-2:][0].rpartition("$")[2])
        if is_read(kind) and not state.get("delete"):
            found.append(_found(kind, state, f"{place}: resource {number}"))
        elif is_other(kind) and not state.get("delete"):
            others.append(kind)
    return declare(found, others, place)


def _resources(value: dict[str, Any], place: str) -> Iterable[Any]:
    if value.get("version") not in VERSIONS:
        raise FiredrillError(
            f"{place}: it is a stack export of version {shortened(value.get('version'))}; supported are "
            f"{' and '.join(map(str, VERSIONS))}."
        )
    deployment = value["deployment"]
    resources = deployment.get("resources") or [] if isinstance(deployment, dict) else deployment
    if not isinstance(resources, list):
        raise FiredrillError(f"{place}: deployment.resources is {shortened(resources)}; it should be a list.")
    return resources


def _steps(steps: list[Any]) -> Iterable[Any]:
    """The state that each step comes to; a step that deletes or only reads has none."""
    return [step["newState"] for step in steps if isinstance(step, dict) and step.get("newState")]


def _found(kind: str, state: dict[str, Any], place: str) -> Found:
    inputs = state.get("inputs") or {}
    if not isinstance(inputs, dict):
        raise FiredrillError(f"{place}: 'inputs' is {shortened(inputs)}; it should be an object.")
    plain = _plain(inputs)
    urn = state["urn"]
    unknown = {key: key for key, value in plain.items() if is_unknown(value)}
    return Found(Resource(kind, urn.rpartition("::")[2], urn, str(state.get("id") or urn), plain), unknown)


def _plain(value: Any) -> Any:
    """The value without secrets and without Pulumi's own notes."""
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get(_SIGNATURE) == _SECRET:
        return SECRET
    return {key: _plain(each) for key, each in value.items() if key != _DEFAULTS}
