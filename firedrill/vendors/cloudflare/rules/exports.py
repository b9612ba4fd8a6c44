"""What a Worker's code exports, and the Durable Object classes that Cloudflare looks for there.

Sources of the texts: users have reported them (github.com/cloudflare/workers-sdk/issues/4943,
github.com/botiverse/hands/pull/167).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from firedrill.vendors.cloudflare.rules.migrations import (
    NEW,
    Live,
    bound_classes,
    classes_after,
    migration_breaches,
    steps,
)
from firedrill.vendors.rules.breach import Breach

_LISTED = re.compile(r"\bexport\s*\{([^{}]*)\}")
_DECLARED = re.compile(r"\bexport\s+(?:async\s+)?(?:class|const|let|var|function\b\s*\*?)\s*([\w$]+)")
_UNREADABLE = re.compile(r"\bexport\s*(?:\*\s*from\b|(?:const|let|var)\s*[\[{])")
_DEFAULT = re.compile(r"\bexport\s+default\b")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")


def exported_names(code: str) -> set[str]:
    """The names that a module seems to export, as bundlers and people write it."""
    listed = [each.split()[-1] for found in _LISTED.findall(code) for each in found.split(",") if each.strip()]
    default = ["default"] if _DEFAULT.search(code) else []
    return {each for each in (*listed, *_DECLARED.findall(code), *default) if _NAME.fullmatch(each)}


def is_python(script: Mapping[str, Any]) -> bool:
    """Whether the main module of an upload (API JSON) is Python."""
    return str(script.get("main_module")).endswith(".py")


def export_breaches(script: Mapping[str, Any], code: str, live: Live) -> Iterator[Breach]:
    """The classes that an upload (API JSON) makes or keeps and that its code does not export.

    Nothing of a module whose exports cannot be read off, as it passes on all those of another one or is Python, nor of
    migrations that are refused themselves.
    """
    if is_python(script) or _UNREADABLE.search(code) or any(migration_breaches(script, live)):
        return
    names = exported_names(code)
    for name in sorted(classes_after(script, live) - names):
        yield export_breach(script, name, names, live)


def export_breach(script: Mapping[str, Any], name: str, exported: Iterable[str], live: Live) -> Breach:
    """That the code of an upload exports other names than that of a class."""
    made = {each for _, step in steps(script.get("migrations") or {}) for key in NEW for each in step.get(key) or ()}
    text, change = "", "export the class, or correct its name"
    if name in made:
        text = f"Cannot apply new-class migration to class {name!r} that is not exported by script. [code: 10070]"
    elif name in live.classes:
        text = f"New version of script does not export class {name!r} which is depended on by existing Durable Objects."
        text += " If you want to delete these Durable Objects, you will need to apply a --delete-class migration."
        text, change = f"{text} [code: 10064]", "export the class, or delete it in a migration (deleted_classes)"
    listed = ", ".join(sorted(exported)) or "none"
    allowed = f"a class that the code exports ({f'Cloudflare: {text}; ' if text else ''}exported: {listed})"
    binding = bound_classes(script).get(name)
    return Breach(f"bindings.{binding}.class_name" if binding else "migrations", repr(name), allowed, change)
