"""Rendered resources (contract 2): what a stack declares, without a network, an account or the Pulumi CLI.

The program runs under Pulumi's mock engine in a process of its own: it imports the providers, which takes seconds, and
whatever it does to the interpreter ends with it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from firedrill.environment import PYTHON, for_child, for_python
from firedrill.errors import CannotRun
from firedrill.extras import require
from firedrill.installed import PACKAGES
from firedrill.render.protocol import COULD_NOT_RUN, REFUSED, UNBUNDLED
from firedrill.resources import Resource, loads
from firedrill.vendors.errors import FiredrillError

Rendering = Callable[[], list[Resource]]
"""Gives the resources of a rendering that has ended, or raises what was wrong."""
_FORKED = Path(__file__).with_name("forked.py")


def render(stack: str, root: Path, *, bundled: bool = True) -> list[Resource]:
    """The resources that the program in `root` declares for `stack`, sorted by URN; the same every time.

    Without `bundled`, esbuild is not needed: Workers are declared with code that is not there.

    Secrets are masked: the program never gets one. Raises FiredrillError when the stack cannot be declared,
    CannotRun when it cannot be tried.
    """
    require("pulumi")
    done = subprocess.run(
        # -P: no module of the project stands for one of ours
        [sys.executable, "-P", "-m", "firedrill.render", stack, *([] if bundled else [UNBUNDLED])],
        cwd=root,
        env=for_python(_packages(root)),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return _resources(stack, done)


def render_all(wanted: Sequence[tuple[str, Path]]) -> dict[tuple[str, Path], Rendering]:
    """The rendering of each stack of a project, given with its folder: as `render` gives it, or raises it.

    Linux forks one process that has imported the providers; elsewhere, forking after their import is not safe.
    """
    require("pulumi")
    if sys.platform != "linux":
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = {each: pool.submit(render, *each) for each in wanted}
        return {each: future.result for each, future in found.items()}
    with tempfile.TemporaryDirectory(prefix="firedrill-") as name:
        folder = Path(name)
        jobs = [
            {"stack": stack, "root": str(root.resolve()), "packages": str(_packages(root))} for stack, root in wanted
        ]
        (folder / "jobs.json").write_text(json.dumps(jobs), encoding="utf-8")
        ran = subprocess.run(
            [sys.executable, "-P", str(_FORKED), str(folder)],
            env=for_child(*PYTHON),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        return {
            (stack, root): partial(_resources, stack, _done(folder / str(number), ran))
            for number, (stack, root) in enumerate(wanted)
        }


def _done(place: Path, ran: subprocess.CompletedProcess[str]) -> subprocess.CompletedProcess[str]:
    """How one of several renderings ended; as all of them did where it did not come to an end."""
    code = place.with_suffix(".code")
    if not code.is_file():
        return ran
    out, err = (place.with_suffix(each).read_bytes().decode(errors="replace") for each in (".out", ".err"))
    return subprocess.CompletedProcess(ran.args, int(code.read_text(encoding="utf-8")), out, err)


def _resources(stack: str, done: subprocess.CompletedProcess[str]) -> list[Resource]:
    """What a rendering process printed, or the mistake that it told."""
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
