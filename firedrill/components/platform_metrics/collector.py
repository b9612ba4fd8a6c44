"""The collector Worker as declared: firedrill/worker/collector.mjs, which is one module and is uploaded as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from firedrill.components.worker.bundle import Bundle
from firedrill.components.worker.output import BUNDLES, write

SOURCE = Path(__file__).parents[2] / "worker" / "collector.mjs"
_PATH = f"{BUNDLES}/firedrill/{SOURCE.name}"
"""In the project's folder, as a provider reads what it uploads."""
SCHEDULE = "*/5 * * * *"
"""UTC. The collector's window spans five runs: change both together."""


@dataclass(frozen=True)
class Target:
    """Where the metrics of one Worker's objects go: the `prefix` of their names and the `tags` of all of them."""

    prefix: str
    tags: Sequence[str]


def code(root: Path) -> Bundle:
    """The collector's module, copied into the project's folder `root`."""
    content = SOURCE.read_bytes()
    write(root / _PATH, content)
    return Bundle(_PATH, hashlib.sha256(content).hexdigest())


def name(owner: str, environment: str) -> str:
    """The collector's name at Cloudflare, one per stack; `owner` is that of names.py."""
    return f"{owner}-collector-{environment}"


def collector_bindings(
    account_id: str, site: str, workers: Mapping[str, Target], token: Any, api_key: Any
) -> list[dict[str, Any]]:
    """What the collector finds in its environment, sorted by name; `workers` by their names at Cloudflare."""
    targets = {name: {"prefix": target.prefix, "tags": list(target.tags)} for name, target in workers.items()}
    return [
        {"type": "plain_text", "name": "ACCOUNT_ID", "text": account_id},
        {"type": "secret_text", "name": "CLOUDFLARE_TOKEN", "text": token},
        {"type": "secret_text", "name": "DD_API_KEY", "text": api_key},
        {"type": "plain_text", "name": "DD_SITE", "text": site},
        {"type": "json", "name": "WORKERS", "json": json.dumps(targets, sort_keys=True)},
    ]


def script_inputs(bundle: Bundle, compatibility_date: str) -> dict[str, Any]:
    """What the WorkersScript is besides its name and bindings. It is not observed: it has no Logpush."""
    return {
        "main_module": PurePosixPath(bundle.path).name,
        "content_file": bundle.path,
        "content_sha256": bundle.sha256,
        "compatibility_date": compatibility_date,
        "logpush": False,
        "observability": {"enabled": True, "logs": {"enabled": True, "invocation_logs": False}},
    }
