"""What becomes of a Worker's Durable Object classes, and of the data of their objects.

Every revision is rendered as for a first deployment, whose migration creates all classes: not what an update does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from firedrill.resources import Resource

_MAKE = ("newSqliteClasses", "newClasses")


def class_changes(old: Resource, new: Resource, service: Mapping[str, Any]) -> tuple[list[str], str]:
    """One phrase for each class that is new, renamed or gone, and whose data is lost, "" for nobody's.

    `service` has the inputs of the ObservedService that `new` belongs to.
    """
    before, after = _made(old), _made(new)
    former = {name: str(each.get("renamedFrom", "")) for name, each in (service.get("classes") or {}).items()}
    renamed = {former[name]: name for name in sorted(after - before) if former.get(name) in before - after}
    gone = sorted(before - after - renamed.keys())
    deleted = [name for name in gone if name in (service.get("deletedClasses") or ())]
    phrases = [f"class {old} is renamed to {new} and keeps its objects" for old, new in renamed.items()]
    phrases += [f"class {name} is new" for name in sorted(after - before - {*renamed.values()})]
    phrases += [f"class {name} is deleted" for name in deleted]
    phrases += [
        f"class {name} is gone, which a deployment refuses: say who takes over its objects (renamedFrom: {name}),"
        f" or give them up (deletedClasses: [{name}])"
        for name in gone
        if name not in deleted
    ]
    return phrases, f"the objects of {', '.join(deleted)} and all their data" if deleted else ""


def without_migrations(script: Resource) -> Resource:
    """A Worker without what a first deployment of it would migrate."""
    return replace(script, inputs={key: value for key, value in script.inputs.items() if key != "migrations"})


def _made(script: Resource) -> set[str]:
    """The classes that are there after the Worker's migrations."""
    migrations = script.inputs.get("migrations") or {}
    steps = [migrations, *(migrations.get("steps") or ())]
    return {str(name) for step in steps for key in _MAKE for name in step.get(key) or ()}
