"""What a stack has recorded: Pulumi's state of it, and what of that Pulumi would refuse to delete."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from shlex import quote
from typing import Any

from firedrill.engine.process import Engine
from firedrill.render.stack_config import StackConfig

_ADVISED = re.compile(r"`pulumi (state [^`]+)`")
_BACKEND = ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE")


def exported(engine: Engine, stack: str) -> list[dict[str, Any]]:
    """The resources in the state of a stack; none for one that nothing was deployed for."""
    return json.loads(engine.call("stack", "export", "--stack", stack))["deployment"].get("resources") or []


def protection(stack: str, config: StackConfig, resources: Iterable[dict[str, Any]]) -> str:
    """Why a stack cannot be destroyed: which of its resources are protected, and what to do; "" when none is.

    Pulumi says so too, but without a preview only after it has deleted whatever it could.
    """
    names = [f"{each['type'].rpartition(':')[2]} {_name(each['urn'])}" for each in resources if each.get("protect")]
    if not names:
        return ""
    key = f"{config.project}:protect"
    off = f"set {key}: false in Pulumi.{stack}.yaml" if key in config.values else "remove protect from the program"
    return (
        f"Nothing was deleted, since stack {stack!r} has protected resources: {', '.join(sorted(names))}.\n"
        f"To delete them too, {off}, then run: firedrill up --no-serve --stack {stack} && "
        f"firedrill destroy --stack {stack}"
    )


def advice_for_this_backend(engine: Engine, stack: str, errors: Iterable[str]) -> list[str]:
    """The commands that Pulumi advises in its `errors`, as they have to be run to act on this stack."""
    variables = " ".join(f"{name}={quote(engine.environment[name])}" for name in _BACKEND)
    place = f"-C {quote(str(engine.folder))} --stack {quote(stack)}"
    commands = dict.fromkeys(found for error in errors for found in _ADVISED.findall(error))
    return [
        f"to act on this stack, what Pulumi advises has to be run as: {variables} {quote(str(engine.program))} "
        f"{command} {place}"
        for command in commands
    ]


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]
