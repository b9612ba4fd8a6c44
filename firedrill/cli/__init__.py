"""The command line: thin commands over plain functions; a user's mistake ends as one clear message and exit code 2."""

from __future__ import annotations

import gc
import os
import sys
from inspect import isfunction

import typer

from firedrill.cli import background, listing, local_cloud, outputs, project, proof, standalone
from firedrill.cli.options import COULD_NOT_RUN, INTERRUPTED, everywhere
from firedrill.errors import unwritable
from firedrill.extras import missing
from firedrill.vendors.errors import FiredrillError

COMMANDS = [
    found
    for module in (project, proof, listing, local_cloud, background, standalone, outputs)
    for name, found in vars(module).items()
    if isfunction(found) and found.__module__ == module.__name__ and not name.startswith("_")
]
"""Every public function of these modules, in their order."""

app = typer.Typer(
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
    try:
        app(prog_name="firedrill", standalone_mode=True)
    except FiredrillError as error:
        _stop(str(error), COULD_NOT_RUN)
    except ModuleNotFoundError as error:
        needed = missing(error)
        if needed is None:
            raise
        _stop(str(needed), COULD_NOT_RUN)
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(COULD_NOT_RUN)
    except OSError as error:
        _stop(_os_error(error), COULD_NOT_RUN)
    except SystemExit as done:
        if done.code == INTERRUPTED:  # what typer makes of Ctrl-C, without a word
            _stop("interrupted.", INTERRUPTED)
        raise


def _stop(message: str, code: int) -> None:
    sys.stderr.write(f"firedrill: {message}\n")
    sys.exit(code)


def _os_error(error: OSError) -> str:
    refused = unwritable(error)
    if refused is not None:
        return f"{refused}."
    where = f" {os.fsdecode(error.filename)}" if error.filename else ""
    return f"the system refused{where}: {error.strerror or error}."
