"""Options that several commands share, those of the command line itself, and the exit codes of all."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from firedrill import __version__
from firedrill.errors import CannotRun
from firedrill.vendors.errors import FiredrillError

T = TypeVar("T")
Parser = Callable[[Any], Any]

NOT_PROVEN = REFUSED = PROBLEMS = 1
COULD_NOT_RUN = 2
INTERRUPTED = 130

StackOption = Annotated[str, typer.Option("--stack", "-s", help="The stack: Pulumi.<stack>.yaml.")]


def number(option: str, kind: Callable[[str], T], allowed: str, holds: Callable[[T], bool] = lambda _: True) -> Parser:
    """A parser of the value of `option` that names the value it refuses, which typer's own does not."""

    def parsed(text: Any) -> T:
        with suppress(ValueError):
            value = kind(text)
            if holds(value):
                return value
        raise FiredrillError(f"{option} is {str(text)!r}; allowed: {allowed}.")

    return parsed


def _project(context: typer.Context, root: Path) -> Path:
    """The folder that was given, else the nearest with a Pulumi.yaml from here upward; here, where there is none."""
    given = context.get_parameter_source("root")
    if given is not None and given.name == "COMMANDLINE":
        return root
    here = Path.cwd()
    found = next((each for each in (here, *here.parents) if (each / "Pulumi.yaml").is_file()), here)
    return root if found == here else found


RootOption = Annotated[Path, typer.Option(help="The Pulumi project's folder.", hidden=True, callback=_project)]


def _tell_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"firedrill {__version__}\n")
        raise typer.Exit


def _enter(folders: list[Path] | None) -> None:
    for folder in folders or ():
        try:
            os.chdir(folder)
        except OSError as error:
            raise CannotRun(f"cannot change to the folder {str(folder)!r}: {error.strerror}; correct -C") from error


def _without_colours(wanted: bool) -> None:
    if wanted:
        os.environ["NO_COLOR"] = "1"  # what we start sees it too: no-color.org


def everywhere(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_tell_version, is_eager=True)
    ] = False,
    directory: Annotated[
        list[Path] | None,
        typer.Option(
            "-C",
            metavar="DIR",
            help="Run as if started in this folder; a second one is inside the first.",
            callback=_enter,
        ),
    ] = None,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="Write without colours, as NO_COLOR=1 does.", callback=_without_colours)
    ] = False,
) -> None:
    """Cloudflare Durable Object monitoring as Pulumi code, with every alert proven to fire before you deploy it."""
