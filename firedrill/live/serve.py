"""Run what a stack has deployed to the local cloud."""

from __future__ import annotations

from pathlib import Path

from firedrill.cloud.deployed import deployed_scripts
from firedrill.engine.deployed import deployed_resources
from firedrill.engine.operations import LocalStack
from firedrill.live.program import programs_of
from firedrill.live.run import SPEED, run_live


def serve_stack(stack: str, root: Path, *, port: int = 0, speed: float = SPEED) -> None:
    """Run what a stack has deployed to the local cloud, until Ctrl-C; `port` and `speed` are those of `run_live`.

    Raises FiredrillError when the stack is not deployed, CannotRun when workerd cannot run or ends.
    """
    local = LocalStack.of(stack, root)
    folder = local.workspace.folder
    resources = deployed_resources(local)
    programs = programs_of(resources, deployed_scripts(local.workspace.cloud), root, folder)
    run_live(resources, programs, folder, stack, port=port, speed=speed)
