"""The command that lists what a drill would run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from firedrill.cli.options import RootOption, StackOption


def list(  # noqa: A001 - the name of the command
    stack: StackOption = "dev",
    resources: Annotated[
        Path | None, typer.Option(help="List what these rendered resources declare instead of rendering the stack.")
    ] = None,
    json_report: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    root: RootOption = Path(),
) -> None:
    """List Workers, their scenarios with what each fires, and their monitors with what proves each; runs nothing."""
    from firedrill.drill.choice import Choice
    from firedrill.drill.listing import listed
    from firedrill.report.listing import lines, to_json
    from firedrill.report.terminal import console_for, say

    found = listed(Choice(stack, root, resources=resources))
    if json_report:
        sys.stdout.write(to_json(stack, found))
        return
    console = console_for(sys.stdout)
    for line in lines(found):
        say(line, console)
