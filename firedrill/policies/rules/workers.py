"""Rules about Workers and what holds their data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from firedrill.policies.rule import Declared, Item, Rule, entries, today
from firedrill.resources import OBSERVED_SERVICE, R2_BUCKET, WORKERS_SCRIPT
from firedrill.vendors.cloudflare.rules.scripts import (
    DATE,
    SCRIPT_NAME,
    future_date_breaches,
    is_date,
    module_breaches,
)
from firedrill.vendors.rules.breach import Breach, shown

# Since then an error that an object throws keeps its name on the way to the caller.
# Source: developers.cloudflare.com/workers/configuration/compatibility-flags
OLDEST_COMPATIBILITY_DATE = "2026-04-21"
PRODUCTION = frozenset(("prod", "prd", "production", "live"))
BEFORE_PRODUCTION = frozenset(("non", "not", "no", "pre"))


def scripts(item: Item) -> list[Mapping[str, Any]]:
    """The inputs of the Worker's script: the resource's, or what Wrangler's file comes to in a service."""
    script = item.inputs.get("script") if item.type == OBSERVED_SERVICE else item.inputs
    return [script] if script else []


def _holds_objects(item: Item) -> bool:
    """Whether objects live in the Worker: it binds a class, or makes one."""
    types = {binding.get("type") for binding in entries(item.inputs.get("bindings"))}
    made = [step.get(key) for step in _steps(item) for key in ("newSqliteClasses", "newClasses", "renamedClasses")]
    return "durable_object_namespace" in types or any(made)


def _logpush(item: Item, _: Declared) -> Iterator[str]:
    if item.inputs.get("logpush") is not True and _holds_objects(item):
        yield f"logpush is {item.inputs.get('logpush')!r}: a Logpush job gets nothing from this Worker"


def _observability(item: Item, _: Declared) -> Iterator[str]:
    settings = item.inputs.get("observability") or {}
    logs = settings.get("logs") or {}
    missing = [name for name, value in (("enabled", settings), ("logs.enabled", logs)) if value.get("enabled") is None]
    if missing:
        yield f"observability does not say {' and '.join(missing)}: whoever deploys next decides"


def _stored_by_choice(item: Item, _: Declared) -> Iterator[str]:
    settings = item.inputs.get("observability") or {}
    for kind in ("logs", "traces"):
        block = settings.get(kind) or {}
        ways = [f"observability.{kind}.destinations"] if block.get("destinations") else []
        ways += ["Logpush"] if kind == "logs" and item.inputs.get("logpush") else []
        if block.get("enabled") and block.get("persist") is None and ways:
            told = f"observability.{kind}.persist is not stated, and true by default"
            yield f"{told}: Cloudflare stores, and bills, what leaves by {' and '.join(ways)} as well"


def _compatibility_date(item: Item, _: Declared) -> Iterator[str]:
    for script in scripts(item):
        given = script.get("compatibilityDate")
        if not is_date(given) or str(given) < OLDEST_COMPATIBILITY_DATE:
            allowed = f"{DATE}, not before {OLDEST_COMPATIBILITY_DATE}"
            yield str(Breach("compatibilityDate", shown(given) if given else "", allowed))
        for breach in future_date_breaches(given if is_date(given) else None, today().isoformat()):
            yield str(breach._replace(field="compatibilityDate"))


def _steps(item: Item) -> list[Mapping[str, Any]]:
    migrations = item.inputs.get("migrations")
    return [migrations, *entries(migrations.get("steps"))] if isinstance(migrations, Mapping) else []


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
    if item.protect or (service is None and item.type == WORKERS_SCRIPT and not _holds_objects(item)):
        return
    services = [service] if service else declared.of(OBSERVED_SERVICE)
    environments = dict.fromkeys(str(each.inputs.get("environment")) for each in services)
    for environment in filter(_is_production, environments):
        yield f"it is not protected in {environment}: one `pulumi destroy` deletes what it holds"


def _is_production(environment: str) -> bool:
    """Whether a part of the name says so: `prod-eu`, but neither `pre-prod` nor `product`."""
    words = set(re.split(r"[-_.]", environment.lower()))
    return bool(words & PRODUCTION) and not words & BEFORE_PRODUCTION


def _name(item: Item, _: Declared) -> Iterable[str]:
    yield from map(str, SCRIPT_NAME.breaches("scriptName", item.inputs.get("scriptName")))


def _main_module(item: Item, _: Declared) -> Iterator[str]:
    given = {"main_module": "mainModule", "content": "content", "content_file": "contentFile"}
    for breach in module_breaches({name: item.inputs.get(key) for name, key in given.items()}):
        yield str(breach._replace(field=given[breach.field]))


RULES = (
    Rule(
        "worker-logpush-on",
        "Logpush sends records only of Workers that have it switched on, and it is off by default. A Worker without"
        " Durable Objects is not one of those that are observed.",
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
        "worker-logs-stored-by-choice",
        "What is delivered elsewhere is stored by Cloudflare too, unless it is told not to; both are billed.",
        "set persist to false, or to true where you want it in Cloudflare's dashboard as well (docs/ways-out.md)",
        (WORKERS_SCRIPT,),
        _stored_by_choice,
        level="advisory",
    ),
    Rule(
        "worker-compatibility-date-recent",
        "With an older date the names of errors do not survive the way from an object to its caller.",
        f"set compatibilityDate to {OLDEST_COMPATIBILITY_DATE} or later and test the Worker with it",
        (WORKERS_SCRIPT, OBSERVED_SERVICE),
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
    Rule(
        "worker-main-module-stated",
        "Cloudflare takes no upload of modules that does not say with which of them the Worker begins.",
        "set mainModule to the name of the module in content",
        (WORKERS_SCRIPT,),
        _main_module,
    ),
)
