"""The modules that a Worker's main one imports, as its declaration names them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from firedrill.runtime.source_map import MODULE
from firedrill.vendors.cloudflare.rules.modules import KINDS, Module
from firedrill.vendors.errors import FiredrillError, Mistakes

FOLDER = "firedrill/"
"""What the names of the modules begin with by which the drill makes a Worker fail, and watches it."""
OWN = ("main.mjs", MODULE)
"""What the drill calls its main module, and the bundle."""


def modules_of(script: Mapping[str, Any], folder: Path) -> tuple[Module, ...]:
    """The `modules` of a script (API JSON of a WorkerVersion's); their files are relative to `folder`.

    Raises FiredrillError for a file that is missing, a kind that workerd cannot run here, or a name of the drill's own.
    """
    mistakes, found = Mistakes(), []
    for each in script.get("modules", []):
        with mistakes.collect():
            found.append(_module(each, folder, f"the module {each['name']!r} of {script['script_name']!r}"))
    mistakes.raise_all()
    return tuple(found)


def _module(told: Mapping[str, Any], folder: Path, place: str) -> Module:
    name, kind = str(told["name"]), str(told.get("content_type"))
    if kind not in KINDS:
        raise FiredrillError(f"{place} is of type {kind}, which cannot run here; it can be {', '.join(KINDS)}")
    if name in OWN or name.startswith(FOLDER):
        raise FiredrillError(f"{place} has a name that the drill needs for a module of its own; rename it")
    if told.get("content_file") is None:
        return Module(name, kind, base64.b64decode(told.get("content_base64") or ""))
    path = folder / told["content_file"]
    if not path.is_file():
        raise FiredrillError(f"{place}: {told['content_file']!r} does not exist; build it first")
    return Module(name, kind, path.read_bytes())
