"""The commands of the engine, as the command line calls them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from firedrill.cloud.sinks import parse_sinks
from firedrill.engine.operations import LocalStack, operate
from firedrill.engine.stack_resources import deployed_resources
from firedrill.resources import Resource


def run_operation(
    operation: str, stack: str, root: Path, *, rotate: Sequence[str] = (), sinks: Sequence[str] = (), diff: bool = False
) -> bool:
    """Run up, preview, refresh or destroy on a stack in the local cloud; returns whether Pulumi was content.

    `rotate` names secrets that are replaced with new ones, `sinks` are as in `parse_sinks`, `diff` shows each change in
    full. Raises FiredrillError for a mistake in the project's files, CannotRun when the engine cannot run.
    """
    options = ("--diff",) if diff else ()
    given = parse_sinks(sinks)
    return operate(LocalStack.of(stack, root), operation, rotate=rotate, options=options, sinks=given).ok


def deployed_stack(stack: str, root: Path) -> list[Resource]:
    """The resources of a stack as the local cloud holds them; see deployed_resources."""
    return deployed_resources(LocalStack.of(stack, root))
