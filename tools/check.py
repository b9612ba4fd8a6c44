"""Lint, format, types and generated files: everything that needs no test run. Exit code 1 when anything is wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
sys.path.insert(0, str(ROOT))

from firedrill.environment import PYTHON, for_child  # noqa: E402 - found through the line above


def main() -> int:
    """Run every check, even after one failed, so that all problems show at once."""
    python = str(BIN / "python")
    checks = [
        ("ruff check", [str(BIN / "ruff"), "check", "--quiet", "."]),
        ("ruff format", [str(BIN / "ruff"), "format", "--quiet", "--check", "."]),
        ("mypy --strict", [str(BIN / "mypy"), "--no-error-summary"]),
        ("import-linter", [str(BIN / "lint-imports"), "--no-logo", "--no-cache"]),
        ("generated files", [python, "tools/gen.py", "--check"]),
        ("tsc on the Worker", [python, "tools/declarations.py", "--check"]),
    ]
    failed = [name for name, command in checks if not passes(name, command)]
    return 1 if failed else 0


def passes(name: str, command: list[str]) -> bool:
    """Run one check; prints its output only when it fails."""
    environment = for_child(*PYTHON)
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    print(f"{'ok    ' if done.returncode == 0 else 'FAILED'} {name}", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
