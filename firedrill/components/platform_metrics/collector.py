"""The collector Worker as declared: firedrill/worker/collector.mjs, which is one module and is uploaded as it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firedrill.components.worker import library
from firedrill.components.worker.bundle import Bundle
from firedrill.components.worker.one_module import copied

SOURCE = library.SOURCE / "collector.mjs"
SCHEDULE = "*/5 * * * *"
"""UTC. The collector's window spans five runs: change both together."""


@dataclass(frozen=True)
class Target:
    """Where the metrics of one Worker's objects go: the `prefix` of their names and the `tags` of all of them."""

    prefix: str
    tags: Sequence[str]


def code(root: Path) -> Bundle:
    """The collector's module, copied into the project's folder `root`."""
    return copied(SOURCE, root)


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
