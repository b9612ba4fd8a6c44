"""Rendered resources (contract 2): what a stack declares, without a network, an account or the Pulumi CLI.

The program runs under Pulumi's mock engine in a process of its own: it imports the providers, which takes seconds, and
whatever it does to the interpreter ends with it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from firedrill.environment import for_python
from firedrill.errors import CannotRun
from firedrill.extras import require
from firedrill.installed import PACKAGES
from firedrill.render.protocol import COULD_NOT_RUN, REFUSED, UNBUNDLED
from firedrill.resources import Resource, loads
from firedrill.vendors.errors import FiredrillError


def render(stack: str, root: Path, *, bundled: bool = True) -> list[Resource]:
    """The resources that the program in `root` declares for `stack`, sorted by URN; the same every time.

    Without `bundled`, esbuild is not needed: Workers are declared with code that is not there.

    Secrets are masked: the program never gets one. Raises FiredrillError when the stack cannot be declared,
    CannotRun when it cannot be tried.
    """
    require("pulumi")
    done = subprocess.run(
        [
            sys.executable,
            "-P",
            "-m",
            "firedrill.render",
            stack,
            *([] if bundled else [UNBUNDLED]),
        ],  # -P: no module of the project stands for one of ours
        cwd=root,
        env=for_python(_packages(root)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode == COULD_NOT_RUN:
        raise CannotRun(_told(done))
    if done.returncode == REFUSED:
        raise FiredrillError(_told(done))
    if done.returncode != 0:
        last = "\n".join(done.stderr.strip().splitlines()[-5:])
        raise FiredrillError(f"Rendering stack {stack!r} ended with exit code {done.returncode}.\n{last}".strip())
    return loads(done.stdout, f"The rendering of stack {stack!r}")


def _told(done: subprocess.CompletedProcess[str]) -> str:
    """What the rendering said; earlier revisions say it on standard error."""
    return done.stdout or done.stderr.strip()


def _packages(root: Path) -> Path:
    """Where the child imports this package from.

    A checkout of Firedrill has a package of its own, of which its components are a part: a revision renders itself.
    """
    own = (root / "firedrill" / "render" / "__main__.py").is_file()
    return root.resolve() if own else PACKAGES
