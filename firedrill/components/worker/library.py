"""What a Worker imports as `firedrill`, copied into the project: a bundle names the same files on every machine.

esbuild writes the path of each module into the bundle, whose bytes must not depend on where the package is installed.
"""

from __future__ import annotations

from pathlib import Path

from firedrill.components.worker.output import write

PACKAGES = ".firedrill/lib"
"""Relative to the project's folder; where a bundler looks for packages after each node_modules."""
FOLDER = f"{PACKAGES}/firedrill"
MAIN = f"{FOLDER}/telemetry.mjs"
"""What `import ... from "firedrill"` is."""
SOURCE = Path(__file__).parents[2] / "worker"


def copy(root: Path) -> None:
    """Bring the npm package into the project's folder `root`, for those who have not installed it."""
    for source in sorted(each for each in SOURCE.rglob("*") if each.is_file()):
        write(root / FOLDER / source.relative_to(SOURCE), source.read_bytes())
