"""The rendering process: `python -m firedrill.render STACK` in the project's folder prints resources, or why not.

With --unbundled after the stack, Workers are declared with code that is not there.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from firedrill.errors import CannotRun
from firedrill.installed import WITHOUT_BUNDLES
from firedrill.render.protocol import COULD_NOT_RUN, REFUSED, UNBUNDLED
from firedrill.resources import dumps
from firedrill.vendors.errors import FiredrillError


def main(stack: str) -> int:
    """Render and print; returns the exit code."""
    answer = os.dup(1)  # stdout is the caller's: what the program prints, or what it starts, goes elsewhere
    os.dup2(2, 1)
    gc.disable()  # halves the import of the providers, whose thousands of classes are not garbage
    from firedrill.render.mock_engine import run_program

    try:
        resources = run_program(stack, Path.cwd())
    except FiredrillError as error:
        _answer(answer, str(error))
        return COULD_NOT_RUN if isinstance(error, CannotRun) else REFUSED
    _answer(answer, dumps(resources))
    return 0


def _answer(descriptor: int, text: str) -> None:
    with open(descriptor, "w", encoding="utf-8") as caller:
        caller.write(text)


if __name__ == "__main__":
    if UNBUNDLED in sys.argv[2:]:
        os.environ[WITHOUT_BUNDLES] = "1"
    code = main(sys.argv[1])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # taking those classes apart in an orderly end takes long
