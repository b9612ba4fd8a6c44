"""The command that estimates what a stack costs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from firedrill.cli.options import REFUSED, RootOption, StackOption


def cost(
    stack: StackOption = "dev",
    traffic: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A month's traffic; by default the drill's minute, all month.")
    ] = None,
    prices: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Prices of your own, over those of docs/prices.md.")
    ] = None,
    resources: Annotated[
        Path | None, typer.Option(help="Estimate these rendered resources instead of rendering the stack.")
    ] = None,
    json_report: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    root: RootOption = Path(),
) -> None:
    """Estimate what a month of a stack costs at Cloudflare and Datadog. Exit code 1: more than its budget."""
    from firedrill.cost.report import lines, to_json
    from firedrill.cost.run import run_cost
    from firedrill.drill.choice import Choice
    from firedrill.drill.stages import Stages
    from firedrill.report.terminal import console_for, say

    choice = Choice(stack, root, resources=resources)
    found, budget = run_cost(choice, Stages(console_for(sys.stderr)), traffic, prices)
    if json_report:
        sys.stdout.write(to_json(stack, found, budget))
    else:
        console = console_for(sys.stdout)
        for line in lines(stack, found, budget):
            say(line, console)
    if budget is not None and found.total > budget:
        raise typer.Exit(REFUSED)
