"""Secrets of a stack's file in two revisions: their values stay unknown, but not that there are others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from firedrill.documents import mistakes_told
from firedrill.review.renderings import ORDER, ResourceChange
from firedrill.vendors.rules.documents import read_text, yaml_value

SECRET = "pulumi:config:Secret"  # noqa: S105 - the type of a change
_ANEW = "encrypted again, so its value may have changed; everything that reads it is then updated"


def secret_changes(stack: str, base: Path, head: Path) -> list[ResourceChange]:
    """The secrets that are set, removed or encrypted again; `base` and `head` are two roots of the project."""
    old, new = (dict(_secrets(_config(root / f"Pulumi.{stack}.yaml"), "")) for root in (base, head))
    found = [ResourceChange("removed", SECRET, key) for key in old.keys() - new.keys()]
    found += [ResourceChange("added", SECRET, key) for key in new.keys() - old.keys()]
    both = old.keys() & new.keys()
    found += [ResourceChange("changed", SECRET, key, (_ANEW,)) for key in both if old[key] != new[key]]
    return sorted(found, key=lambda change: (ORDER.index(change.kind), change.name))


def _config(file: Path) -> Any:
    with mistakes_told():
        content = yaml_value(read_text(file, file.name), file.name)
    return content.get("config") if isinstance(content, Mapping) else None


def _secrets(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """The encrypted texts by their places in the config."""
    if isinstance(value, Mapping):
        if set(value) == {"secure"}:
            yield path, str(value["secure"])
            return
        for key, inner in value.items():
            yield from _secrets(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _secrets(inner, f"{path}[{index}]")
