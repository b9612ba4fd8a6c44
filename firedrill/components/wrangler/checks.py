"""Whether a Worker that Wrangler deploys will be what the config says of it, and can be observed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from firedrill.components.model import DeclaredWorker
from firedrill.components.problems import Problem
from firedrill.components.wrangler.file import Configuration, WranglerFile
from firedrill.salt import SALT
from firedrill.vendors.cloudflare.rules.migrations import class_breach, classes_after, deletion_breach, step_breaches
from firedrill.vendors.cloudflare.rules.scripts import binding_name_breaches, date_breaches

_CREATED = ("created", "expecting-transfer")


def problems(file: WranglerFile, service: DeclaredWorker, root: Path) -> list[Problem]:
    """Everything that is wrong with the file at once; a key that cannot be read is judged no further."""
    rules = {
        "name": _name(file, service),
        "main": _main(file, root),
        "compatibility_date": _compatibility_date(file),
        "logpush": _logpush(file),
        "vars": _vars(file),
        "durable_objects": _bindings(file, service),
        "d1_databases": _databases(file, root),
        "exports" if file.configuration.exports else "migrations": _classes(file, service),
    }
    found = list(file.unreadable.values())
    for key, told in rules.items():
        if key not in file.unreadable:
            found += told
    return found


def own_bindings(configuration: Configuration) -> dict[str, str]:
    """The Worker's own Durable Object classes by binding; those of other Workers are theirs to observe."""
    bindings = configuration.durable_objects.bindings
    return {each.name: each.class_name for each in bindings if each.script_name in ("", configuration.name)}


def exported_classes(configuration: Configuration) -> dict[str, bool]:
    """The classes that `exports` declare, sorted, with whether each is backed by SQLite."""
    exports = sorted(configuration.exports.items())
    return {
        name: each.storage != "legacy-kv"
        for name, each in exports
        if each.type == "durable-object" and each.state in _CREATED
    }


def declared_classes(configuration: Configuration) -> set[str]:
    """The classes that there are once every migration is applied, or that `exports` declare."""
    steps = [each.model_dump(by_alias=True) for each in configuration.migrations]
    return {*exported_classes(configuration), *classes_after({"migrations": {"steps": steps}})}


def _name(file: WranglerFile, service: DeclaredWorker) -> Iterator[Problem]:
    name = file.configuration.name
    if name != service.script_name:
        allowed = f"{service.script_name!r}, the name of firedrill:workers.{service.key}; one of the two has to change"
        yield file.problem("name", name or None, allowed)


def _main(file: WranglerFile, root: Path) -> Iterator[Problem]:
    main, built = file.configuration.main, file.configuration.build.command
    if not main or not (built or (root / file.entry).is_file()):
        found = file.problem("main", main or None, "a module that exists, relative to this file")
        old = file.configuration.build.upload.main
        yield replace(found, change=f"set it there, in place of build.upload.main ({old})") if old else found


def _databases(file: WranglerFile, root: Path) -> Iterator[Problem]:
    """Without its migrations a database has no tables; their default folder may be left out."""
    for each in file.configuration.d1_databases:
        named = "migrations_dir" in each.model_fields_set
        if named and not (root / file.from_project(each.migrations_dir)).is_dir():
            key = f"d1_databases.{each.binding}.migrations_dir"
            yield file.problem(key, each.migrations_dir, "a folder that exists, relative to this file")


def _compatibility_date(file: WranglerFile) -> Iterator[Problem]:
    given = file.configuration.compatibility_date or None
    for breach in date_breaches(given):
        yield file.problem("compatibility_date", given, breach.allowed)


def _logpush(file: WranglerFile) -> Iterator[Problem]:
    if not file.configuration.logpush:
        found = file.problem("logpush", file.fields.get("logpush"), "true, or Logpush gets none of the Worker's events")
        astray = next((each for each in _places("logpush", file.fields) if "." in each), "")
        yield replace(found, change=f"move it to the top level from {astray}") if astray else found


def _places(key: str, value: object, place: str = "") -> Iterator[str]:
    """The places of a key at any depth, with dots, but for those of environments."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in parts:
        if name == key:
            yield f"{place}{name}"
        elif place or name != "env":
            yield from _places(key, part, f"{place}{name}.")


def _vars(file: WranglerFile) -> Iterator[Problem]:
    if SALT in file.configuration.vars:
        allowed = f"a secret, which nobody can read back: wrangler secret put {SALT}"
        yield Problem(f"{file.place('vars')}.{SALT}", "plain text", allowed, "remove it there")


def _bindings(file: WranglerFile, service: DeclaredWorker) -> Iterator[Problem]:
    place = f"{file.place('durable_objects')}.bindings"
    names = [each.name for each in file.configuration.durable_objects.bindings]
    for breach in binding_name_breaches([*names, *file.configuration.vars]):
        yield Problem(f"{file.place('durable_objects')}.{breach.field}", breach.value, breach.allowed, breach.change)
    given = own_bindings(file.configuration)
    wanted = {observed.binding: observed.name for observed in service.classes if observed.binding}
    if given != wanted:
        allowed = f"{_pairs(wanted)}, as firedrill:workers.{service.key}.classes has them"
        yield Problem(place, _pairs(given), allowed, "change them there, or the classes in the stack's config")


def _classes(file: WranglerFile, service: DeclaredWorker) -> Iterator[Problem]:
    """The classes that exist once every migration is applied in order, or that `exports` declare."""
    live = set(exported_classes(file.configuration))
    key = "exports" if file.configuration.exports else "migrations"
    if file.configuration.exports and file.configuration.migrations:
        allowed = "one of the two, since Wrangler refuses both"
        yield Problem(file.place("exports"), "there beside migrations", allowed, "remove one of them")
        return
    deleted: dict[str, str] = {}
    for step in file.configuration.migrations:
        place = f"{file.place('migrations')}[tag {step.tag!r}]"
        deleted |= dict.fromkeys(step.deleted_classes, place)
        for breach in step_breaches(place, step.model_dump(by_alias=True), live):
            yield Problem.of(breach, "change the step")
    for observed in service.classes:
        if observed.name not in live and observed.name in deleted:
            yield Problem.of(deletion_breach(deleted[observed.name], observed.name, observed.binding))
        elif observed.name not in live and not observed.binding:
            allowed = f"a class that {key} there create: {', '.join(sorted(live)) or 'none'}"
            yield Problem(f"firedrill:workers.{service.key}.classes", observed.name, allowed, f"add it to {key} there")
        elif observed.name not in live:
            breach = class_breach(observed.binding, observed.name)
            place = file.place(f"durable_objects.bindings.{observed.binding}.class_name")
            yield Problem(place, breach.value, breach.allowed, f"add the class to {key} there")


def _pairs(bindings: Mapping[str, str]) -> str:
    return ", ".join(f"{name}: {of}" for name, of in sorted(bindings.items())) or "empty"
