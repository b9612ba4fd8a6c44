"""The command line, run as a user does, in this process."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple

import pytest

from firedrill import cli


class Ran(NamedTuple):
    """What a command line came to; `screen` is both streams as they come on a terminal."""

    code: object
    out: str
    err: str
    screen: str


class _Tee(io.StringIO):
    """One stream that a screen shows too."""

    def __init__(self, screen: io.StringIO) -> None:
        super().__init__()
        self.screen = screen

    def write(self, text: str) -> int:
        self.screen.write(text)
        return super().write(text)


def firedrill(*arguments: str, stdin: str = "", folder: Path | None = None) -> Ran:
    """Run `firedrill ARGUMENTS...`; paths are relative to `folder`."""
    screen = io.StringIO()
    out, err = _Tee(screen), _Tee(screen)
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "argv", ["firedrill", *arguments])
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        if folder is not None:
            patch.chdir(folder)
        with pytest.raises(SystemExit) as ended:
            cli.run()
    return Ran(ended.value.code, out.getvalue(), err.getvalue(), screen.getvalue())
