"""The stand-in's program: serves the project of the folder that it is started in, and prints its port."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from firedrill.engine.language_host import served

signal.signal(signal.SIGINT, lambda *_: os._exit(0))  # so the engine ends it
with served(Path.cwd()) as address:
    sys.stdout.write(f"{address.rpartition(':')[2]}\n")
    sys.stdout.flush()
    sys.stdin.read()
