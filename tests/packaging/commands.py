"""Commands as a stranger runs them: no module of the checkout is in their way."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from firedrill.environment import NETWORK, for_child


def run(command: Sequence[object], folder: Path, code: int = 0, **own: str) -> str:
    """What a command prints that ends with this code; `own` are variables of its environment."""
    environment = for_child("PIP_*", "NPM_*", "npm_*", *NETWORK) | own
    done = subprocess.run(
        list(map(str, command)), cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout
