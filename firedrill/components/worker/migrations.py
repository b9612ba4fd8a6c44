"""Which Durable Object migration to send with an upload.

Cloudflare holds one migration tag per Worker and takes an upload only if its `old_tag` is that tag (error 10079
otherwise). So the tag itself says which classes are live, `classes:ChatRoom+Counter`: what is live and what is declared
give the step between them, whatever was deployed before and from wherever (docs/adr/0010).
Source: developers.cloudflare.com/durable-objects/reference/durable-object-class-migrations-legacy
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from firedrill.components.problems import DeclarationError

_PREFIX = "classes:"
MAX_TAG = 255
"""Characters; how long a tag may be at Cloudflare is not documented."""


@dataclass(frozen=True)
class DeclaredClasses:
    """The classes of one Worker as the config wants them."""

    place: str
    """Where the config has the Worker: `firedrill:workers.chat-room`."""
    renamed_from: Mapping[str, str]
    """The class that each of them takes the objects of, by name; "" for none."""
    deleted: Collection[str] = ()
    """The classes whose objects may be destroyed."""
    known_tags: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The classes that are live at tags made elsewhere."""


def tag_of(classes: Iterable[str]) -> str:
    """The migration tag that says that exactly these classes are live."""
    return _PREFIX + "+".join(sorted(classes))


def migration_block(declared: DeclaredClasses, live_tag: str | None) -> dict[str, Any]:
    """The `migrations` of an upload, given the tag that Cloudflare holds (None: none yet).

    A class that is live keeps its objects, whatever it says it was renamed from. Nothing to do is said as `old_tag`
    equal to `new_tag`, which passes at every deployment.
    Raises DeclarationError when the tag does not say which classes are live, or when data would be lost.
    """
    live = _live_classes(declared, live_tag)
    new = [name for name in declared.renamed_from if name not in live]
    renamed = {name: declared.renamed_from[name] for name in new if declared.renamed_from[name] in live}
    gone = sorted(live.difference(declared.renamed_from, renamed.values()))
    _check_deleted(declared, gone)
    steps: dict[str, list[Any]] = {
        "new_sqlite_classes": sorted(name for name in new if name not in renamed),
        "renamed_classes": [{"from": source, "to": name} for name, source in sorted(renamed.items())],
        "deleted_classes": gone,
    }
    steps = {key: step for key, step in steps.items() if step}
    block: dict[str, Any] = {"new_tag": tag_of(declared.renamed_from) if steps or live_tag is None else live_tag}
    return block | ({} if live_tag is None else {"old_tag": live_tag}) | steps


def _live_classes(declared: DeclaredClasses, live_tag: str | None) -> set[str]:
    if live_tag is None:
        return set()
    if live_tag.startswith(_PREFIX):
        return set(live_tag.removeprefix(_PREFIX).split("+"))
    if live_tag not in declared.known_tags:
        raise DeclarationError(
            f"Cloudflare holds the Durable Object migration tag {live_tag!r} for this Worker, which does not say which "
            "classes are live.\n"
            f"Say so in {declared.place}.migrations, with every class that has objects there now, for example:\n"
            f"  migrations: {{ {live_tag}: [{', '.join(sorted(declared.renamed_from))}] }}"
        )
    return set(declared.known_tags[live_tag])


def _check_deleted(declared: DeclaredClasses, gone: Collection[str]) -> None:
    refused = [name for name in gone if name not in declared.deleted]
    if refused:
        names = ", ".join(refused)
        raise DeclarationError(
            f"Cloudflare would destroy every object of {names} with all its data: live, but not in "
            f"{declared.place}.classes.\n"
            f"Declare it again; or say which class takes over its objects, with renamedFrom: {refused[0]}; or, to lose "
            f"the data, add to {declared.place}.deletedClasses: {names}"
        )
