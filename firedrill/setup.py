"""`firedrill setup`: workerd, esbuild and Wrangler for a project, pinned by version and hash, in its own .firedrill.

Standard library alone, for tools/setup.py. Where npm is missing, or Node too old for Wrangler, Node comes from PyPI.
Source: docs.npmjs.com/cli/v11/commands/npm-ci (refuses what differs from the lock file)
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from firedrill.environment import NETWORK, for_child
from firedrill.errors import CannotRun
from firedrill.installed import FROM_NPM, NODE_VENV, OLDEST_NODE, PACKAGES, node

NODE = "requirements-node.txt"
_SHIPPED = Path(__file__).with_name("npm")
_LOCKS = ("package.json", "package-lock.json")
_STAMP = "firedrill-setup"
INSTALLED = "workerd, esbuild and Wrangler"
NPM_CI = ("ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
"""The packages ship their binaries: no install script needs to run."""
PIP_INSTALL = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes")


def set_up(root: Path, tell: Callable[[str], object]) -> None:
    """Install into `root`/.firedrill what runs Workers, unless it is there; `tell` gets a line for each step.

    Raises CannotRun with the end of what pip or npm said.
    """
    locks = _SHIPPED if _SHIPPED.is_dir() else PACKAGES
    folder = root.resolve() / FROM_NPM
    wanted = hashlib.sha256(b"".join((locks / name).read_bytes() for name in _LOCKS)).hexdigest()
    stamp = folder / _STAMP
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        tell(f"{INSTALLED} are installed in {FROM_NPM}")
        return
    stamp.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    for name in _LOCKS:
        shutil.copyfile(locks / name, folder / name)
    npm, environment, why = shutil.which("npm"), allowed(), node_is_missing(root)
    if why:
        tell(f"{why}: bringing Node from PyPI into {NODE_VENV}")
        bin_folder = _bring_node(root.resolve() / NODE_VENV, locks / NODE)
        npm = str(bin_folder / "npm")
        environment["PATH"] = f"{bin_folder}{os.pathsep}{environment.get('PATH', '')}"
    tell(f"installing {INSTALLED} from npm into {FROM_NPM}")
    _require(
        run([str(npm), *NPM_CI, "--omit=dev"], folder, environment),
        f"npm could not install {INSTALLED}",
        "check that npm reaches its registry",
    )
    stamp.write_text(wanted, encoding="utf-8")


def node_is_missing(root: Path) -> str:
    """Why Node has to be brought for the project in `root`, "" where npm and a recent Node are there."""
    if shutil.which("npm") is None:
        return "no npm on PATH"
    return "" if node(root) else f"no Node on PATH that is {'.'.join(map(str, OLDEST_NODE))} or later"


def allowed(*more: str) -> dict[str, str]:
    """The environment of what set-up runs: pip and npm find their own settings in it, and `more` is let through."""
    return for_child("PIP_*", "NODE_*", "NPM_*", "npm_*", *NETWORK, *more)


def run(command: list[str], folder: Path, environment: Mapping[str, str]) -> str:
    """Run a command in a folder; returns the end of its output when it fails, else ''."""
    try:
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    except OSError as error:
        return f"  {command[0]}: {error.strerror}"
    if done.returncode == 0:
        return ""
    return "\n".join(f"  {line}" for line in (done.stdout + done.stderr).strip().splitlines()[-15:])


def _bring_node(venv: Path, lock: Path) -> Path:
    """Install Node into a virtual environment of its own; returns the folder that it is in."""
    shutil.rmtree(venv, ignore_errors=True)
    _require(
        run([sys.executable, "-m", "venv", str(venv)], venv.parent, allowed()),
        "a virtual environment for Node could not be made",
        "install Node, or Python's venv module (Debian and Ubuntu: apt install python3-venv)",
    )
    _require(
        run([str(venv / "bin" / "python"), *PIP_INSTALL, "-r", str(lock)], venv.parent, allowed()),
        "Node could not be installed from PyPI",
        "install Node, or check that pip reaches its package index",
    )
    return venv / "bin"


def _require(problem: str, what: str, remedy: str) -> None:
    if problem:
        raise CannotRun(f"{what}:\n{problem}\n{remedy}, then run the command again.")
