"""What a stack has deployed: its resources as the cloud holds them, with the names and parents that Pulumi knows.

The cloud knows no components, and Pulumi's state not what was changed by hand: the drill needs both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from firedrill.cloud.contents import identified, identity
from firedrill.engine import binary
from firedrill.engine.operations import LocalStack
from firedrill.engine.process import Engine
from firedrill.engine.recorded import exported
from firedrill.resources import Resource
from firedrill.vendors.errors import FiredrillError

_PULUMIS_OWN = "pulumi:"
"""Begins the types of stacks and providers."""
_STACK = "pulumi:pulumi:Stack"


def deployed_resources(stack: LocalStack) -> list[Resource]:
    """The components of the stack, by URN, then its other resources in the order of `firedrill.cloud.contents`.

    Raises FiredrillError when the stack is not deployed, or when the cloud does not hold all of it any more.
    """
    recorded = _recorded(stack)
    missing = {
        (each["type"], identity(each["type"], each["id"], each["outputs"])): each for each in recorded if each["custom"]
    }
    found = []
    for identified_by, resource in identified(stack.workspace.cloud):
        known = missing.pop((resource.type, identified_by), None)
        if known is not None:  # otherwise another stack has it, or nobody
            found.append(replace(resource, **_place(known)))
    if missing:
        gone = ", ".join(sorted(_place(each)["name"] for each in missing.values()))
        raise FiredrillError(
            f"Stack {stack.name!r} has lost {gone} in the local cloud. "
            f"To repair it: firedrill refresh --stack {stack.name}, then firedrill up --stack {stack.name}"
        )
    components = [
        Resource(type=each["type"], id="", inputs=each.get("inputs", {}), **_place(each))
        for each in sorted(recorded, key=lambda each: str(each["urn"]))
        if not each["custom"]
    ]
    return components + found


def _place(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """What Pulumi knows of a resource's place in its program."""
    urn, parent = recorded["urn"], recorded.get("parent", "")
    return {
        "urn": urn,
        "name": urn.rpartition("::")[2],
        "parent": "" if parent.split("::")[2:3] == [_STACK] else parent,
        "depends_on": tuple(sorted(set(recorded.get("dependencies", ())))),
    }


def _recorded(stack: LocalStack) -> list[dict[str, Any]]:
    """The resources of the stack in Pulumi's state."""
    workspace = stack.workspace
    resources: list[dict[str, Any]] = []
    if workspace.state_file(stack.config.project, stack.name).exists():
        engine = Engine(binary.find(workspace.root).path, workspace.engine, workspace.environment())
        resources = exported(engine, stack.name)
    own = [each for each in resources if not each["type"].startswith(_PULUMIS_OWN)]
    if not own:
        raise FiredrillError(f"Stack {stack.name!r} is not deployed. Deploy it: firedrill up --stack {stack.name}")
    return own
