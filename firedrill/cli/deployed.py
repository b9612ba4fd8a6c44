"""The command that looks at a real deployment: verify."""

from __future__ import annotations

import secrets
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from firedrill.cli.options import PROBLEMS, RootOption, StackOption, number

_EVERY_S = {False: 10.0, True: 1.0}
"""How often to look, by whether the stack is local."""
_RUNS = 16**4


def verify(
    stack: StackOption = "dev",
    local: Annotated[bool, typer.Option("--local", help="Verify the stack that firedrill up runs.")] = False,
    export: Annotated[
        Path | None, typer.Option(help="What `pulumi stack export` has written; else it is asked for.", metavar="FILE")
    ] = None,
    worker: Annotated[
        list[str] | None,
        typer.Option(metavar="SCRIPT=URL", help="Where a Worker answers, if not as the stack says (may be repeated)."),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            help="How long to wait for each thing, in seconds.",
            metavar="SECONDS",
            parser=number("--timeout", float, "a number of seconds above 0", lambda value: value > 0),
        ),
    ] = 300.0,
    page: Annotated[
        bool, typer.Option("--page", help="Page whom the stack's monitors notify by a monitor that is deleted again.")
    ] = False,
    json_report: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    root: RootOption = Path(),
) -> None:
    """Send canary requests through a deployment and see that all arrives. Exit code 1: something does not work."""
    from firedrill.verify.check import Check, Patience
    from firedrill.verify.deployed import verify_stack
    from firedrill.verify.report import line, summary, to_json, works
    from firedrill.verify.sources import addresses

    def progress(text: str) -> None:
        sys.stderr.write(f"{text}\n")

    patience = Patience(timeout, _EVERY_S[local], time.monotonic, time.sleep, progress)
    checks: list[Check] = []
    run = secrets.randbelow(_RUNS)
    found = verify_stack(
        stack, root, patience, run, local=local, export=export, workers=addresses(worker or ()), page=page
    )
    for check in found:
        checks.append(check)
        if not json_report:
            sys.stdout.write(f"{line(check)}\n")
            sys.stdout.flush()
    sys.stdout.write(to_json(stack, checks) if json_report else f"{summary(stack, checks)}\n")
    if not works(checks):
        raise typer.Exit(PROBLEMS)
