"""The rendering process: `python -m firedrill.render STACK` in the project's folder prints the resources as JSON."""

from __future__ import annotations

import contextlib
import gc
import sys
from pathlib import Path

from firedrill.errors import CannotRun
from firedrill.render.protocol import COULD_NOT_RUN, REFUSED
from firedrill.resources import dumps
from firedrill.vendors.errors import FiredrillError


def main(stack: str) -> int:
    """Render and print; returns the exit code."""
    gc.disable()  # halves the import of the providers, whose thousands of classes are no garbage
    from firedrill.render.mock_engine import run_program

    try:
        with contextlib.redirect_stdout(sys.stderr):  # stdout is the caller's
            resources = run_program(stack, Path.cwd())
    except FiredrillError as error:
        sys.stderr.write(f"{error}\n")
        return COULD_NOT_RUN if isinstance(error, CannotRun) else REFUSED
    sys.stdout.write(dumps(resources))
    gc.freeze()  # nor are they at the end, where searching them would take two seconds
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
