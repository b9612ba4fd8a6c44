"""Commands that prepare a project: setup."""

from __future__ import annotations

import sys
from pathlib import Path

from firedrill.cli.options import RootOption


def setup(root: RootOption = Path()) -> None:
    """Install workerd and esbuild, which run Workers here, into the project's .firedrill; skipped when they are there.

    They come from npm, pinned by version and hash; where npm is missing, Node comes from PyPI first. The Pulumi CLI,
    which preview, up, refresh and destroy need, is not installed: see pulumi.com/docs/install.
    """
    from firedrill.setup import set_up

    set_up(root, lambda line: sys.stderr.write(f"firedrill: {line}\n"))
