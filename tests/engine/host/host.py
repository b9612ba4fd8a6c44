"""The stand-in's program: serves the project of the folder that it is started in, and prints its port."""

from __future__ import annotations

import sys
from pathlib import Path

from firedrill.engine.language_host import served

with served(Path.cwd()) as address:
    sys.stdout.write(f"{address.rpartition(':')[2]}\n")
    sys.stdout.flush()
    sys.stdin.read()
