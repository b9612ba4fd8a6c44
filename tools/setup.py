"""Set up .venv and node_modules inside this folder: from PyPI and npm only, skipped when nothing changed.

Runs under the system's Python with the standard library alone.
Where npm is missing, or Node too old for Wrangler, Node comes from PyPI (requirements-node.txt).
Every package is pinned by its hash (docs/adr/0013).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from firedrill.setup import INSTALLED, NODE, NPM_CI, PIP_INSTALL, allowed, node_is_missing  # noqa: E402 - found through the line above
from firedrill.setup import run as run_in  # noqa: E402

VENV = ROOT / ".venv"
STAMP = VENV / "firedrill-setup"
PACKAGES = "requirements.txt"
INPUTS = (PACKAGES, NODE, "package.json", "package-lock.json", "firedrill/setup.py", "tools/setup.py")


def main() -> int:
    """Bring the folder up to date; returns the exit code (0 ready, 2 something is missing on this machine)."""
    if sys.version_info < (3, 11):  # noqa: UP036 - run by whatever Python the machine has
        return fail(
            f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.",
            "Install it, then run: make PYTHON=python3.12",
        )
    wanted = digest()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return 0
    STAMP.unlink(missing_ok=True)
    steps = (
        (
            "a virtual environment in .venv",
            make_venv,
            "Install Python's venv module (Debian and Ubuntu: apt install python3-venv).",
        ),
        (
            "Python packages (about a minute the first time)",
            install_python,
            "Check that pip reaches its package index, then run the command again.",
        ),
        (
            f"{INSTALLED} from npm",
            install_node,
            "Check that npm reaches its registry, then run the command again.",
        ),
    )
    for number, (what, step, remedy) in enumerate(steps, 1):
        print(f"set-up {number}/{len(steps)}: {what}", file=sys.stderr, flush=True)
        problem = step()
        if problem:
            return fail(f"set-up stopped at {what}:\n{problem}", remedy)
    STAMP.write_text(wanted)
    return 0


def digest() -> str:
    """Everything the set-up depends on, as one hash: pins, this script, the interpreter and the folder's place."""
    hashed = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for name in INPUTS:
        path = ROOT / name
        hashed.update(path.read_bytes() if path.exists() else b"")
    return hashed.hexdigest()


def make_venv() -> str:
    """Create the virtual environment, again where another Python made it; returns what went wrong, or ''."""
    version = [str(VENV / "bin" / "python"), "-c", "import sys; print(sys.version)"]
    try:
        made_by = subprocess.run(version, env=allowed(), capture_output=True, text=True, check=False).stdout.strip()
    except OSError:
        made_by = ""
    if made_by == sys.version:
        return ""
    shutil.rmtree(VENV, ignore_errors=True)
    return run([sys.executable, "-m", "venv", str(VENV)])


def install_python() -> str:
    """Install the locked Python packages, and this checkout beside them; returns what went wrong, or ''."""
    return pip_install(PACKAGES) or install_checkout()


def install_checkout() -> str:
    """Put this folder on the path of .venv's Python, and the command beside it; returns what went wrong, or ''.

    What an editable installation does, without a build backend that would have to be fetched.
    """
    packages = VENV / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    command = VENV / "bin" / "firedrill"
    try:
        (packages / "firedrill.pth").write_text(f"{ROOT}\n", encoding="utf-8")
        command.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -P -m firedrill "$@"\n', encoding="utf-8")
        command.chmod(0o755)
    except OSError as error:
        return f"  {error.filename}: {error.strerror}"
    return ""


def pip_install(requirements: str) -> str:
    """Install what this file names, and only if every hash is the one that it gives; returns what went wrong, or ''."""
    return run([str(VENV / "bin" / "python"), *PIP_INSTALL, "-r", requirements])


def install_node() -> str:
    """Install the locked npm packages, bringing Node from PyPI where it lacks; returns what went wrong, or ''."""
    npm, environment, why = shutil.which("npm"), allowed(), node_is_missing(ROOT)
    if why:
        print(f"set-up: {why}, bringing Node from PyPI", file=sys.stderr, flush=True)
        problem = pip_install(NODE)
        if problem:
            return problem
        npm = str(VENV / "bin" / "npm")
        environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment['PATH']}"
    return run([str(npm), *NPM_CI], environment)


def run(command: list[str], environment: dict[str, str] | None = None) -> str:
    """Run a command in the project's folder; returns the end of its output when it fails, else ''."""
    return run_in(command, ROOT, environment or allowed())


def fail(problem: str, remedy: str) -> int:
    """Say what is wrong and what to do; returns the exit code."""
    print(f"{problem}\n{remedy}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(fail("set-up interrupted.", "Run the command again to go on."))
