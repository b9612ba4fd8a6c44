"""The command that drills a night of trouble."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from firedrill.cli.options import RootOption, StackOption


def night(
    stack: StackOption = "dev",
    resources: Annotated[
        Path | None, typer.Option(help="Drill these rendered resources instead of rendering the stack.")
    ] = None,
    json_report: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    root: RootOption = Path(),
) -> None:
    """Drill one night of trouble: how often each handle is told, without routing and with what the stack declares."""
    from firedrill.drill.choice import Choice
    from firedrill.drill.night import run_night
    from firedrill.drill.stages import Stages
    from firedrill.report.night import lines, to_json
    from firedrill.report.terminal import console_for, say

    found = run_night(Choice(stack, root, resources=resources), Stages(console_for(sys.stderr)))
    if json_report:
        sys.stdout.write(to_json(stack, found))
        return
    console = console_for(sys.stdout)
    for line in lines(stack, found):
        say(line, console)
