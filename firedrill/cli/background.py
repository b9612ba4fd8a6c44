"""Commands about stacks that run in the background: status, logs, down."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from firedrill.cli.options import RootOption, StackOption


def status(
    json_report: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    root: RootOption = Path(),
) -> None:
    """Show every stack of the project: deployed or not, running since when and where, monitors that are not OK."""
    from firedrill.engine.workspace import Workspace
    from firedrill.live.status import lines, statuses, to_json

    workspace = Workspace.of(root)
    found = statuses(workspace.root, workspace.folder, workspace.state)
    sys.stdout.write(to_json(found) if json_report else "".join(f"{line}\n" for line in lines(found)))


def logs(
    stack: StackOption = "dev",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until the stack ends, or Ctrl-C.")] = False,
    worker: Annotated[str, typer.Option(help="Only what is of this Worker (its service); all by default.")] = "",
    root: RootOption = Path(),
) -> None:
    """Print the last logs, changes of monitors and notifications of a running stack, a line each."""
    from firedrill.engine.workspace import Workspace
    from firedrill.live.attach import print_logs

    print_logs(Workspace.of(root).folder, stack, sys.stdout, worker=worker, follow=follow)


def down(stack: StackOption = "dev", root: RootOption = Path()) -> None:
    """End a running stack; its objects keep their data. Exit code 0 also when it does not run, which is said."""
    from firedrill.engine.workspace import Workspace
    from firedrill.live.attach import end_stack

    ended = end_stack(Workspace.of(root).folder, stack)
    sys.stdout.write(f"the stack {stack!r} {'has ended; its objects keep their data' if ended else 'does not run'}\n")
