"""Which Durable Object migration to send with an upload.

Cloudflare compares the upload's `old_tag` with the tag it holds and answers error 10079 when they differ, and every
deployment sends the block again. So the live tag is read before each deployment, and only what is missing is sent.
Source: developers.cloudflare.com/durable-objects/reference/durable-objects-migrations
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components.errors import DeclarationError


@dataclass(frozen=True)
class Migration:
    """One step in the history of a Worker's classes; steps are only ever added at the end."""

    tag: str
    new_sqlite_classes: tuple[str, ...]


def migration_block(history: Sequence[Migration], live_tag: str | None) -> dict[str, Any]:
    """The `migrations` of an upload, given the whole `history` and the tag that Cloudflare holds (None: never any).

    Nothing to do is said as `old_tag` equal to `new_tag` without steps, which passes at every deployment.
    Raises DeclarationError when the live tag is not in the history.
    """
    tags = [migration.tag for migration in history]
    if live_tag is not None and live_tag not in tags:
        raise DeclarationError(
            f"Cloudflare holds the Durable Object migration tag {live_tag!r} for this Worker, but the declared history "
            f"is: {', '.join(tags)}.\nAdd the missing migrations to it, or deploy from the sources that made the tag."
        )
    pending = history[tags.index(live_tag) + 1 :] if live_tag is not None else history
    block: dict[str, Any] = {"new_tag": tags[-1]}
    if live_tag is not None:
        block["old_tag"] = live_tag
    steps = [{"new_sqlite_classes": list(migration.new_sqlite_classes)} for migration in pending]
    if len(steps) == 1:
        return block | steps[0]
    return block | {"steps": steps} if steps else block
