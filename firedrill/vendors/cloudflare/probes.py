"""Records that no Worker has written, to see which of them a Logpush filter lets through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from firedrill.vendors.cloudflare.rules.fields import FIELDS

_EMPTY: dict[str, Any] = {"string": "", "int": 0, "object": {}}
_VARIED = {
    "Outcome": ("ok", "exception", "exceededCpu", "exceededMemory", "canceled", "unknown"),
    "EventType": ("fetch", "alarm", "worker_rpc", "hibernatable_web_socket", "scheduled"),
    "Entrypoint": ("", "default", "AnyClass"),
    "WallTimeMs": (0, 60_000),
    "CPUTimeMs": (0, 30_000),
}
"""What a filter may tell records of one Worker apart by. Source: as firedrill/vendors/cloudflare/rules/fields.py"""


def others_than(own: Sequence[str]) -> list[str]:
    """Names of other Workers, some of them nearly the same: a prefix is not enough to tell them apart."""
    near = [changed for name in own for changed in (name[:-1], f"{name}-2", f"my-{name}")]
    return [name for name in ("", "api", "worker", *near) if name not in own]


def records(workers: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Records of these Workers, with every combination of what else a filter may ask for."""
    blank = {name: _EMPTY.get(kind, []) for name, kind in FIELDS.items()}
    for worker, *values in product(workers, *_VARIED.values()):
        yield blank | dict(zip(_VARIED, values, strict=True)) | {"ScriptName": worker}
