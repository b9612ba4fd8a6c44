"""Run what a stack has deployed to the local cloud."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from firedrill.cloud.contents import deployed_scripts, with_destinations
from firedrill.cloud.sinks import parse_sinks
from firedrill.engine.lock import RUNS, holder
from firedrill.engine.operations import LocalStack
from firedrill.engine.stack_resources import deployed_resources
from firedrill.engine.workspace import Workspace
from firedrill.errors import CannotRun
from firedrill.live.deployable import Program, names_of, programs_of
from firedrill.live.run import SPEED, run_live
from firedrill.ports import require_free
from firedrill.render import render
from firedrill.resources import Resource


def require_ports(stack: str, root: Path, port: int) -> None:
    """See before a deployment that the Workers of a stack can listen at `port` and the ports after it; 0 is any.

    Raises CannotRun when one is in use or the stack runs already, FiredrillError when the stack cannot be declared.
    """
    if not port:
        return
    if who := holder(Workspace.of(root).running(stack)):
        raise CannotRun(f"{who} {RUNS}")
    wanted = [(port + n, f"the Worker {name!r}") for n, name in enumerate(names_of(render(stack, root)))]
    require_free(wanted, "Nothing was deployed. End what listens there, give another --port, or none for any.")


def serve_stack(
    stack: str,
    root: Path,
    *,
    port: int = 0,
    speed: float = SPEED,
    sinks: Sequence[str] = (),
    announce: Callable[[str], None] = print,
    serving: Callable[[], None] = lambda: None,
) -> None:
    """Run what a stack has deployed to the local cloud until it is ended; the options are those of `run_live`.

    `sinks` are as in `parse_sinks`.
    Raises FiredrillError when the stack is not deployed, CannotRun when workerd cannot run or ends.
    """
    local = LocalStack.of(stack, root)
    resources = deployed_resources(local)
    programs = deployed_programs(local, resources)
    folder = local.workspace.folder
    given, resources = parse_sinks(sinks), with_destinations(resources, local.workspace.cloud)
    run_live(
        resources, programs, folder, stack, port=port, speed=speed, sinks=given, announce=announce, serving=serving
    )


def deployed_programs(stack: LocalStack, resources: Sequence[Resource]) -> list[Program]:
    """The Workers among a stack's resources; their objects keep data where the cloud deletes it with the class."""
    state_file = stack.workspace.cloud
    return programs_of(resources, deployed_scripts(state_file), stack.workspace.root, state_file.parent)
