"""The command that proves to Cloudflare whose destinations are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from firedrill.cli.options import REFUSED, RootOption, StackOption


def challenge(
    stack: StackOption = "dev",
    destination: Annotated[str, typer.Option(metavar="NAME", help="Only this destination of the stack.")] = "",
    token_file: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A file with the token that you have read yourself; - for standard input."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Ask for new tokens where the known ones hold, too.")] = False,
    root: RootOption = Path(),
) -> None:
    """Prove to Cloudflare that S3, GCS, Azure and Sumo destinations are yours: ask, read the token, keep it as secret.

    CLOUDFLARE_API_TOKEN needs Logs Write. Exit code 0: every token is set, 1: one is not, 2: could not run.
    """
    from firedrill.challenge.run import run_challenge

    if not run_challenge(stack, root, destination=destination, token_file=token_file, again=again):
        raise typer.Exit(REFUSED)
