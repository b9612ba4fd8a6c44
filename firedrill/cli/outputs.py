"""The command about what others print as JSON: schema."""

from __future__ import annotations

import json
import sys
from typing import Annotated

import typer


def schema(
    name: Annotated[
        str,
        typer.Argument(help="The command whose output it is of, or drill-file; lists those of commands by default."),
    ] = "",
) -> None:
    """Print the JSON Schema of what a command prints as JSON, or writes with --json; or of drill files, for editors."""
    if name == "drill-file":
        from firedrill.scenarios.read_drill_file import editor_schema

        sys.stdout.write(f"{json.dumps(editor_schema(), indent=2)}\n")
        return
    from firedrill.schemas import schema as schema_of
    from firedrill.schemas import titles

    listed = "".join(f"{known:<8}  {title}\n" for known, title in titles().items())
    sys.stdout.write(schema_of(name) if name else listed)
