"""Files that a run makes for a provider to upload."""

from __future__ import annotations

import os
from pathlib import Path

BUNDLES = ".firedrill/bundles"
"""Relative to the project's folder, as a provider reads what it uploads."""


def write(path: Path, content: bytes) -> None:
    """Make the file have this content, at once: another run may be reading it."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
