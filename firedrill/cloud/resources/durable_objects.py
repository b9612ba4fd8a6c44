"""The Durable Object namespaces of a Worker: one per class, kept through renames, gone with the class.

Source: developers.cloudflare.com/durable-objects/reference/durable-objects-migrations
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from firedrill.vendors.errors import FiredrillError, Unsupported

Classes = dict[str, str]
"""Namespace ids by the name of the class."""


def migrate(
    migrations: Mapping[str, Any], classes: Classes, new_namespace: Callable[[str], str], place: str
) -> Classes:
    """The classes after the migrations of an upload (API JSON), applied in their order.

    `new_namespace` gives the id for a new class's namespace. Raises FiredrillError, beginning with `place`, for a class
    to rename or to delete that there is not, and Unsupported for one to transfer.
    """
    after = dict(classes)

    def take(name: str, change: str) -> str:
        if name not in after:
            raise FiredrillError(
                f"{place}: Cannot apply {change} migration to class {name!r}: the Worker has no such class;"
                f" it has {', '.join(sorted(after)) or 'none'}."
            )
        return after.pop(name)

    for step in migrations.get("steps") or [migrations]:
        if step.get("transferred_classes"):
            raise Unsupported("transferred_classes", place)
        for key in ("new_classes", "new_sqlite_classes"):
            after.update((name, new_namespace(name)) for name in step.get(key) or ())
        for renamed in step.get("renamed_classes") or ():
            after[renamed["to"]] = take(renamed["from"], "renamed-class")
        for name in step.get("deleted_classes") or ():
            take(name, "deleted-class")
    return after
