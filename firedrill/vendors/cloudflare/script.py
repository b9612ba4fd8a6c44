"""What Cloudflare's API would answer to the upload of a WorkersScript, given what it already holds.

Sources: developers.cloudflare.com/durable-objects/reference/durable-objects-migrations (rules),
developers.cloudflare.com/workers/configuration/multipart-upload-metadata (fields and the default date),
developers.cloudflare.com/workers/runtime-apis/rpc (date); the texts of errors are those that users have reported.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from firedrill.vendors.errors import FiredrillError, as_one

DEFAULT_COMPATIBILITY_DATE = "2021-11-02"
RPC_DATE = "2024-04-03"

_NEW = {"new_classes": "new-class", "new_sqlite_classes": "new-sqlite-class"}


@dataclass(frozen=True)
class Live:
    """What Cloudflare holds for the script: its migration tag ("" before the first migration) and its classes."""

    migration_tag: str = ""
    classes: frozenset[str] = frozenset()


def check_script(script: Mapping[str, Any], live: Live = Live()) -> None:
    """Raise FiredrillError with every reason, one a line, why the upload (API JSON) would fail or not work."""
    place = f"WorkersScript {script['script_name']!r}"
    bound = bound_classes(script)
    problems = _date_problems(script, bound)
    migrations = script.get("migrations") or {}
    if migrations and migrations.get("old_tag", "") != live.migration_tag:
        problems.append(
            "Actor migration tag precondition failed, got tag"
            f" {migrations.get('old_tag', '')!r} when expected tag is {live.migration_tag!r} [code: 10079];"
            " set migrations.old_tag to the tag that is live"
        )
    else:
        problems += _class_problems(migrations, bound, set(live.classes))
    if problems:
        raise as_one([FiredrillError(f"{place}: {problem}") for problem in problems])


def live_before(script: Mapping[str, Any]) -> Live:
    """What Cloudflare has to hold for the upload to fit: nothing, or the old tag and every class that no step makes."""
    migrations = script.get("migrations") or {}
    made: set[str] = set()
    needed = set(bound_classes(script))
    for step in _steps(migrations):
        made.update(name for key in _NEW for name in step.get(key) or ())
        needed.update(step.get("deleted_classes") or ())
        for moved in (*(step.get("renamed_classes") or ()), *(step.get("transferred_classes") or ())):
            made.add(moved["to"])
        needed.update(renamed["from"] for renamed in step.get("renamed_classes") or ())
    tag = migrations.get("old_tag") or ""
    return Live(tag, frozenset(needed - made)) if tag else Live()


def bound_classes(script: Mapping[str, Any]) -> list[str]:
    """The script's own Durable Object classes that its bindings name, sorted."""
    bindings = (each for each in script.get("bindings") or () if each["type"] == "durable_object_namespace")
    return sorted({each["class_name"] for each in bindings if not each.get("script_name")})


def key_value_classes(script: Mapping[str, Any]) -> set[str]:
    """The classes that its migrations create without SQLite, by the names that these leave them."""
    found: set[str] = set()
    for step in _steps(script.get("migrations") or {}):
        found.update(step.get("new_classes") or ())
        found.update(each["to"] for each in step.get("renamed_classes") or () if each["from"] in found)
    return found


def _date_problems(script: Mapping[str, Any], bound: list[str]) -> list[str]:
    date = script.get("compatibility_date") or DEFAULT_COMPATIBILITY_DATE
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", date):
        return [f"compatibility_date is {date!r}; it has to be a date like '2026-01-01'"]
    if bound and date < RPC_DATE and "rpc" not in (script.get("compatibility_flags") or ()):
        given = repr(date) if script.get("compatibility_date") else f"missing, which means {date!r}"
        return [
            f"compatibility_date is {given}; the methods of {', '.join(bound)} can be called (RPC) from {RPC_DATE} on:"
            " set a later date, or the compatibility flag 'rpc'"
        ]
    return []


def _class_problems(migrations: Mapping[str, Any], bound: list[str], classes: set[str]) -> list[str]:
    """Apply the steps to the live classes in their order, then see whether every binding finds its class."""
    problems = []
    for step in _steps(migrations):
        for key, migration in _NEW.items():
            for name in step.get(key) or ():
                if name in classes:
                    problems.append(
                        f"Cannot apply {migration} migration to class {name!r} that is already depended on by existing"
                        " Durable Objects [code: 10074]; send only the migrations that are not live yet"
                    )
                classes.add(name)
        for renamed in step.get("renamed_classes") or ():
            classes.discard(renamed["from"])
            if renamed["to"] in classes:
                problems.append(
                    f"Cannot apply renamed-class migration to class {renamed['from']!r}: the Worker already has a class"
                    f" {renamed['to']!r}, whose objects would be lost; delete that one in a step before"
                )
            classes.add(renamed["to"])
        classes.update(moved["to"] for moved in step.get("transferred_classes") or ())
        for name in step.get("deleted_classes") or ():
            classes.discard(name)
            if name in bound:
                problems.append(
                    f"Cannot apply --delete-class migration to class {name!r} without also removing the binding that"
                    " references it. [code: 10061]; remove the binding first"
                )
    deleted = {name for step in _steps(migrations) for name in step.get("deleted_classes") or ()}
    problems += [
        f"Cannot create binding for class {name!r} because it is not currently configured to implement Durable Objects."
        " Ensure a --new-class migration has been applied to it. [code: 10061]; add it to new_sqlite_classes"
        for name in bound
        if name not in classes | deleted
    ]
    return problems


def _steps(migrations: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(migrations.get("steps") or [migrations])
