"""The commands of the engine, as the command line calls them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from firedrill.cloud.sinks import parse_sinks
from firedrill.engine.operations import LocalStack, Prepare, operate
from firedrill.engine.stack_resources import deployed_resources
from firedrill.engine.workspace import Workspace
from firedrill.resources import Resource
from firedrill.sinks.local import LocalDestinations
from firedrill.sinks.programs import Programs


def run_operation(
    operation: str,
    stack: str,
    root: Path,
    *,
    rotate: Sequence[str] = (),
    sinks: Sequence[str] = (),
    diff: bool = False,
    prepare: Prepare | None = None,
) -> bool:
    """Run up, preview, refresh or destroy on a stack in the local cloud; returns whether Pulumi was content.

    `rotate` names secrets that are replaced with new ones, `sinks` are as in `parse_sinks`, `diff` shows each change in
    full; with `prepare`, which is as in `operate`, real services stand for destinations while it runs. Raises
    FiredrillError for a mistake in the project's files, CannotRun when the engine cannot run.
    """
    options = ("--diff",) if diff else ()
    given, local = parse_sinks(sinks), LocalStack.of(stack, root)
    if prepare is None:
        return operate(local, operation, rotate=rotate, options=options, sinks=given).ok
    with local_destinations(local.workspace, given) as there:
        return operate(
            local, operation, rotate=rotate, options=options, sinks=given, destinations=there, prepare=prepare
        ).ok


@contextmanager
def local_destinations(workspace: Workspace, sinks: Mapping[str, str]) -> Iterator[LocalDestinations]:
    """What stands for destinations of a project until the block ends; `sinks` as in `Programs`."""
    with ExitStack() as ends, TemporaryDirectory(prefix="firedrill-") as files:
        yield LocalDestinations(Programs(workspace.root, ends, Path(files), sinks))


def deployed_stack(stack: str, root: Path) -> list[Resource]:
    """The resources of a stack as the local cloud holds them; see deployed_resources."""
    return deployed_resources(LocalStack.of(stack, root))
