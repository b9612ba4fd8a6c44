"""Options that several commands share, and the exit codes of all."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

NOT_PROVEN = REFUSED = PROBLEMS = 1
COULD_NOT_RUN = 2
INTERRUPTED = 130

StackOption = Annotated[str, typer.Option("--stack", "-s", help="The stack: Pulumi.<stack>.yaml.")]
RootOption = Annotated[Path, typer.Option(help="The Pulumi project's folder.", hidden=True)]
