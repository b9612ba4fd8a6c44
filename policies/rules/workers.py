"""Rules about Workers and what holds their data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from firedrill.resources import WORKERS_SCRIPT
from policies.model import Declared, Item, Rule

R2_BUCKET = "cloudflare:index/r2Bucket:R2Bucket"

# Since then an error that an object throws keeps its name on the way to the caller.
# Source: developers.cloudflare.com/workers/configuration/compatibility-flags
OLDEST_COMPATIBILITY_DATE = date(2026, 4, 21)
MAX_SCRIPT_NAME = 63  # Source: developers.cloudflare.com/workers/configuration/routing/workers-dev (DNS label)
PRODUCTION = ("prod", "production")


def _logpush(item: Item, _: Declared) -> Iterator[str]:
    types = {binding.get("type") for binding in item.inputs.get("bindings") or ()}
    if item.inputs.get("logpush") is not True and "durable_object_namespace" in types:
        yield f"logpush is {item.inputs.get('logpush')!r}: a Logpush job gets nothing from this Worker"


def _observability(item: Item, _: Declared) -> Iterator[str]:
    settings = item.inputs.get("observability") or {}
    logs = settings.get("logs") or {}
    missing = [name for name, value in (("enabled", settings), ("logs.enabled", logs)) if value.get("enabled") is None]
    if missing:
        yield f"observability does not say {' and '.join(missing)}: whoever deploys next decides"


def _compatibility_date(item: Item, _: Declared) -> Iterator[str]:
    given = item.inputs.get("compatibilityDate")
    try:
        recent = date.fromisoformat(str(given)) >= OLDEST_COMPATIBILITY_DATE
    except ValueError:
        recent = False
    if not recent:
        yield f"compatibilityDate is {given!r}, before {OLDEST_COMPATIBILITY_DATE}"


def _steps(item: Item) -> list[Mapping[str, Any]]:
    migrations = item.inputs.get("migrations") or {}
    return [migrations, *(migrations.get("steps") or ())]


def _removal(item: Item, declared: Declared) -> Iterator[str]:
    service = declared.service(item)
    acknowledged = (service.inputs.get("deletedClasses") or ()) if service else ()
    for step in _steps(item):
        for name in step.get("deletedClasses") or ():
            if name not in acknowledged:
                yield f"the migration deletes class {name} with the data of all its objects, which nobody acknowledged"


def _key_value_classes(item: Item, _: Declared) -> Iterator[str]:
    for step in _steps(item):
        for name in step.get("newClasses") or ():
            yield f"class {name} is created with key-value storage, which cannot become SQLite later"


def _protected(item: Item, declared: Declared) -> Iterator[str]:
    service = declared.service(item)
    environment = service.inputs.get("environment") if service else None
    if environment in PRODUCTION and not item.protect:
        yield f"it is not protected in {environment}: one `pulumi destroy` deletes what it holds"


def _name(item: Item, _: Declared) -> Iterable[str]:
    name = str(item.inputs.get("scriptName", ""))
    if not 0 < len(name) <= MAX_SCRIPT_NAME:
        yield f"scriptName {name!r} has {len(name)} characters, workers.dev takes 1 to {MAX_SCRIPT_NAME}"


RULES = (
    Rule(
        "worker-logpush-on",
        "Logpush sends records only of Workers that have it switched on, and it is off by default. A Worker without"
        " Durable Objects is none of those that are observed.",
        "set logpush=True on the WorkersScript",
        (WORKERS_SCRIPT,),
        _logpush,
    ),
    Rule(
        "worker-observability-stated",
        "What a Worker does not state about observability is reset or kept depending on who deploys it.",
        "state observability.enabled and observability.logs.enabled",
        (WORKERS_SCRIPT,),
        _observability,
    ),
    Rule(
        "worker-compatibility-date-recent",
        "With an older date the names of errors do not survive the way from an object to its caller.",
        f"set compatibilityDate to {OLDEST_COMPATIBILITY_DATE} or later and test the Worker with it",
        (WORKERS_SCRIPT,),
        _compatibility_date,
        level="advisory",
    ),
    Rule(
        "worker-class-removal-acknowledged",
        "A deleted Durable Object class takes the data of every object with it, for good.",
        "name the class in deletedClasses of the Worker's entry in the config, or keep the class",
        (WORKERS_SCRIPT,),
        _removal,
        whole=True,
    ),
    Rule(
        "worker-classes-on-sqlite",
        "Only SQLite-backed classes have point-in-time recovery and SQL, and storage cannot be changed afterwards.",
        "create the class with newSqliteClasses",
        (WORKERS_SCRIPT,),
        _key_value_classes,
        level="advisory",
    ),
    Rule(
        "production-protected",
        "Deleting a Worker deletes its objects' data; deleting a bucket deletes the archive.",
        "set firedrill:protect to true in the stack's config",
        (WORKERS_SCRIPT, R2_BUCKET),
        _protected,
        whole=True,
    ),
    Rule(
        "worker-name-within-limits",
        "The name is a part of the Worker's address.",
        "choose a shorter name",
        (WORKERS_SCRIPT,),
        _name,
    ),
)
