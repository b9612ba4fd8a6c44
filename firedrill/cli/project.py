"""Commands that prepare a project: init, setup."""

from __future__ import annotations

import sys
from pathlib import Path

from firedrill.cli.options import RootOption


def init() -> None:
    """Write the files that a project needs into this folder: beside its Wrangler file, or with a small Worker.

    Nothing is overwritten; what is left to fill in is listed.
    """
    from firedrill.init import init as write_project

    done = write_project(Path())
    lines = [*(f"wrote {name}" for name in done.written), *(f"kept {name}, which is there" for name in done.kept)]
    lines += [f"to do: {each}" for each in done.todo]
    lines += ["next: firedrill setup, then firedrill drill"]
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def setup(root: RootOption = Path()) -> None:
    """Install workerd, esbuild and Wrangler into the project's .firedrill: they make and run Workers here.

    They come from npm, pinned by version and hash; where npm is missing, Node comes from PyPI first. The Pulumi CLI,
    which preview, up, refresh and destroy need, is not installed: see pulumi.com/docs/install.
    """
    from firedrill.setup import set_up

    set_up(root, lambda line: sys.stderr.write(f"firedrill: {line}\n"))
