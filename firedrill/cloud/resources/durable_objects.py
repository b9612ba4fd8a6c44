"""The Durable Object namespaces of a Worker: one per class, kept through renames, gone with the class.

Source: developers.cloudflare.com/durable-objects/reference/durable-objects-migrations
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from firedrill.vendors.cloudflare.rules.migrations import steps
from firedrill.vendors.errors import Unsupported

Classes = dict[str, str]
"""Namespace ids by the name of the class."""


def migrate(
    migrations: Mapping[str, Any], classes: Classes, new_namespace: Callable[[str], str], place: str
) -> Classes:
    """The classes after the migrations of an upload (API JSON), applied in their order.

    They break no rule of migrations. `new_namespace` gives the id for a new class's namespace. Raises Unsupported for a
    class to transfer.
    """
    after = dict(classes)
    for _, step in steps(migrations):
        if step.get("transferred_classes"):
            raise Unsupported("transferred_classes", place)
        for key in ("new_classes", "new_sqlite_classes"):
            after.update((name, new_namespace(name)) for name in step.get(key) or ())
        for renamed in step.get("renamed_classes") or ():
            after[renamed["to"]] = after.pop(renamed["from"])
        for name in step.get("deleted_classes") or ():
            del after[name]
    return after
