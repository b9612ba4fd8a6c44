"""The Durable Object classes of a Worker: what migrations do to them, and what bindings need of them.

Source: developers.cloudflare.com/durable-objects/reference/durable-objects-migrations; the texts of errors are those
that users have reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from firedrill.vendors.rules.breach import Breach, shown

NEW = {"new_classes": "new-class", "new_sqlite_classes": "new-sqlite-class"}
"""What makes classes, and what Cloudflare calls such a migration."""


@dataclass(frozen=True)
class Live:
    """What Cloudflare holds for the script: its migration tag ("" before the first migration) and its classes."""

    migration_tag: str = ""
    classes: frozenset[str] = frozenset()


NOTHING = Live()


def steps(migrations: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Each step of an upload's migrations, in their order, with where it is."""
    several = migrations.get("steps")
    if not several:
        return [("migrations", migrations)]
    return [(f"migrations.steps[{index}]", step) for index, step in enumerate(several)]


def bound_classes(script: Mapping[str, Any]) -> dict[str, str]:
    """The script's own Durable Object classes that its bindings name, sorted, and a binding of each."""
    found = {}
    for binding in script.get("bindings") or ():
        if binding.get("type") == "durable_object_namespace" and not foreign_script(binding, script):
            found[str(binding.get("class_name") or "")] = str(binding.get("name"))
    return {name: found[name] for name in sorted(found) if name}


def foreign_script(binding: Mapping[str, Any], script: Mapping[str, Any]) -> str:
    """The other script that has the class of a binding, "" for the script itself."""
    named = str(binding.get("script_name") or "")
    return "" if named == script.get("script_name") else named


def key_value_classes(script: Mapping[str, Any]) -> set[str]:
    """The classes that its migrations create without SQLite, by the names that these leave them."""
    found: set[str] = set()
    for _, step in steps(script.get("migrations") or {}):
        found.update(step.get("new_classes") or ())
        found.update(each["to"] for each in step.get("renamed_classes") or () if each["from"] in found)
    return found


def live_before(script: Mapping[str, Any]) -> Live:
    """What Cloudflare has to hold for the upload to fit: nothing, or the old tag and every class that no step makes."""
    migrations = script.get("migrations") or {}
    made: set[str] = set()
    needed = set(bound_classes(script))
    for _, step in steps(migrations):
        made.update(name for key in NEW for name in step.get(key) or ())
        needed.update(step.get("deleted_classes") or ())
        for moved in (*(step.get("renamed_classes") or ()), *(step.get("transferred_classes") or ())):
            made.add(moved["to"])
        needed.update(renamed["from"] for renamed in step.get("renamed_classes") or ())
    tag = migrations.get("old_tag") or ""
    return Live(tag, frozenset(needed - made)) if tag else NOTHING


def migration_breaches(script: Mapping[str, Any], live: Live) -> Iterator[Breach]:
    """What Cloudflare would refuse of the migrations of an upload, and of its bindings to classes after them."""
    migrations, bound = script.get("migrations") or {}, bound_classes(script)
    old = migrations.get("old_tag") or ""
    if migrations and old != live.migration_tag:
        text = f"Actor migration tag precondition failed, got tag {old!r} when expected tag is {live.migration_tag!r}"
        allowed = f"{shown(live.migration_tag)}, the tag that is live (Cloudflare: {text} [code: 10079])"
        yield Breach("migrations.old_tag", shown(old) if old else "", allowed, "set it to that tag")
        return
    classes = set(live.classes)
    for place, step in steps(migrations):
        yield from step_breaches(place, step, classes, bound)
    deleted = {name for _, step in steps(migrations) for name in step.get("deleted_classes") or ()}
    for name, binding in bound.items():
        if name not in classes | deleted:
            yield class_breach(binding, name)


def classes_after(script: Mapping[str, Any], live: Live = NOTHING) -> set[str]:
    """The classes that Cloudflare holds for the script once the migrations of an upload are applied."""
    classes = set(live.classes)
    for place, step in steps(script.get("migrations") or {}):
        for _ in step_breaches(place, step, classes):
            continue
    return classes


def step_breaches(
    place: str, step: Mapping[str, Any], classes: set[str], bound: Mapping[str, str] = {}
) -> Iterator[Breach]:
    """What Cloudflare would refuse of a step, which leaves the classes that there are after it in `classes`."""
    for key, migration in NEW.items():
        for name in step.get(key) or ():
            if name in classes:
                text = f"Cannot apply {migration} migration to class {name!r} that is already depended on by existing"
                allowed = f"a class that does not exist yet (Cloudflare: {text} Durable Objects [code: 10074])"
                yield Breach(f"{place}.{key}", shown(name), allowed, "send only the migrations that are not live yet")
            classes.add(name)
    for renamed in step.get("renamed_classes") or ():
        yield from _existing(f"{place}.renamed_classes", renamed["from"], classes)
        classes.discard(renamed["from"])
        if renamed["to"] in classes:
            allowed = "a name that no class of the Worker has, since the objects of the one that has it would be lost"
            value = f"{renamed['from']!r} to {renamed['to']!r}"
            yield Breach(f"{place}.renamed_classes", value, allowed, "delete that class in an earlier step")
        classes.add(renamed["to"])
    classes.update(moved["to"] for moved in step.get("transferred_classes") or ())
    for name in step.get("deleted_classes") or ():
        if name in bound:
            yield deletion_breach(place, name, bound[name])
        else:
            yield from _existing(f"{place}.deleted_classes", name, classes)
        classes.discard(name)


def deletion_breach(place: str, name: str, binding: str) -> Breach:
    """That a step deletes a class that a binding names."""
    text = f"Cannot apply --delete-class migration to class {name!r} without also removing the binding that"
    allowed = f"a class that no binding names (Cloudflare: {text} references it. [code: 10061])"
    return Breach(f"{place}.deleted_classes", shown(name), allowed, f"remove the binding {binding} first")


def class_breach(binding: str, name: str, script: str = "") -> Breach:
    """That a binding names a class that there is not, of its own script or of another one."""
    text = f"Cannot create binding for class {name!r}{f' of script {script!r}' if script else ''} because it is not"
    ensure = "" if script else " Ensure a --new-class migration has been applied to it."
    text += f" currently configured to implement Durable Objects.{ensure} [code: 10061]"
    change = "deploy that Worker first" if script else "add it to new_sqlite_classes"
    return Breach(f"bindings.{binding}.class_name", shown(name), f"a class that exists (Cloudflare: {text})", change)


def _existing(field: str, name: str, classes: set[str]) -> Iterator[Breach]:
    if name not in classes:
        there = ", ".join(sorted(classes)) or "none"
        yield Breach(field, shown(name), f"a class that exists by then ({there})")
