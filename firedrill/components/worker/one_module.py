"""Workers of this package that are one module, uploaded as it is, and that nobody observes: no Logpush."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath
from typing import Any

from firedrill.components.worker.bundle import Bundle
from firedrill.components.worker.output import BUNDLES, write


def copied(module: Path, root: Path) -> Bundle:
    """The module, copied into the project's folder `root`, in which a provider reads what it uploads."""
    content, path = module.read_bytes(), f"{BUNDLES}/firedrill/{module.name}"
    write(root / path, content)
    return Bundle(path, hashlib.sha256(content).hexdigest())


def script_inputs(code: Bundle, compatibility_date: str) -> dict[str, Any]:
    """What the WorkersScript is besides its account, name and bindings."""
    return {
        "main_module": PurePosixPath(code.path).name,
        "content_file": code.path,
        "content_sha256": code.sha256,
        "compatibility_date": compatibility_date,
        "logpush": False,
        "observability": {"enabled": True, "logs": {"enabled": True, "invocation_logs": False}},
    }
