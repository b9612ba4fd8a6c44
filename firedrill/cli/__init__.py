"""The command line: thin commands over plain functions; a user's mistake ends as one clear message and exit code 2."""

from __future__ import annotations

import gc
import os
import sys
from contextlib import suppress
from inspect import isfunction
from io import TextIOWrapper
from typing import Any

import typer
from typer.core import TyperGroup

from firedrill.cli import (
    background,
    cost,
    deployed,
    listing,
    local_cloud,
    night,
    outputs,
    ownership,
    project,
    proof,
    standalone,
)
from firedrill.cli.options import COULD_NOT_RUN, INTERRUPTED, everywhere
from firedrill.errors import unwritable
from firedrill.extras import missing
from firedrill.vendors.errors import FiredrillError

_MODULES = (
    *(project, proof, cost, night, listing, ownership, local_cloud),
    *(background, deployed, standalone, outputs),
)
COMMANDS = [
    found
    for module in _MODULES
    for name, found in vars(module).items()
    if isfunction(found) and found.__module__ == module.__name__ and not name.startswith("_")
]
"""Every public function of these modules, in their order."""


class _Commands(TyperGroup):
    """Keeps click from ending a command with exit code 1 when nobody reads its output: 1 means problems."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _NobodyReads from error


class _NobodyReads(Exception):
    """Whoever read the output has seen enough."""


app = typer.Typer(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.callback()(everywhere)
for command in COMMANDS:
    app.command()(command)


def run() -> None:
    """Run the command line; mistakes end without a traceback, Ctrl-C with exit code 130."""
    gc.set_threshold(50_000, 20, 50)  # modules, records and points are not garbage: search for it less often
    _prepare_streams()
    try:
        try:
            app(prog_name="firedrill", standalone_mode=True)
        finally:
            sys.stdout.flush()
    except FiredrillError as error:
        _stop(str(error), COULD_NOT_RUN)
    except ModuleNotFoundError as error:
        needed = missing(error)
        if needed is None:
            raise
        _stop(str(needed), COULD_NOT_RUN)
    except (_NobodyReads, BrokenPipeError):
        _drop_output()
        sys.exit(COULD_NOT_RUN)
    except OSError as error:
        _drop_output()  # which Python would write again when it exits, with a traceback
        _stop(_os_error(error), COULD_NOT_RUN)
    except SystemExit as done:
        if done.code == INTERRUPTED:  # what typer makes of Ctrl-C, silently
            _stop("interrupted.", INTERRUPTED)
        raise


def _prepare_streams() -> None:
    """Give a standard stream that the shell closed (`<&-`) to /dev/null, and keep any character from ending us."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - until the end
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # of a locale without the characters of a name


def _drop_output() -> None:
    with suppress(OSError):  # no file of the system's, as in tests
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _stop(message: str, code: int) -> None:
    sys.stderr.write(f"firedrill: {message}\n")
    sys.exit(code)


def _os_error(error: OSError) -> str:
    refused = unwritable(error)
    if refused is not None:
        return f"{refused}."
    if isinstance(error, IsADirectoryError) and error.filename:
        return (
            f"{os.fsdecode(error.filename)} is a folder, and a file belongs there; move it away or give another path."
        )
    if isinstance(error, (FileExistsError, NotADirectoryError)) and error.filename:
        return f"{os.fsdecode(error.filename)} needs a folder where a file is; move the file away or give another path."
    where = f" {os.fsdecode(error.filename)}" if error.filename else ""
    return f"the system refused{where}: {error.strerror or error}."
