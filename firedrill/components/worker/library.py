"""What a Worker imports as `firedrill`, copied into the project: a bundle names the same files on every machine.

esbuild writes the path of each module into the bundle, whose bytes must not depend on where the package is installed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from firedrill.components.worker.output import write

FOLDER = ".firedrill/lib/firedrill"
"""Relative to the project's folder."""
MAIN = f"{FOLDER}/telemetry.mjs"
"""What `import ... from "firedrill"` is."""
SOURCE = Path(__file__).parents[2] / "worker"


def copy(root: Path) -> Mapping[str, str]:
    """Bring the modules into the project's folder `root`; returns their paths there, `./` first, by name.

    The wrappers are `firedrill`, every module `firedrill/<module>`, such as `firedrill/reporter`.
    """
    found = {"firedrill": f"./{MAIN}"}
    for source in sorted(SOURCE.glob("*.mjs")):
        path = f"{FOLDER}/{source.name}"
        found[f"firedrill/{source.stem}"] = f"./{path}"
        write(root / path, source.read_bytes())
    return found
