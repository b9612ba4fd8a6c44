"""A Wrangler configuration file alone: the Worker of the top level and those of its environments.

Bindings and variables are not inherited by environments. A key that Wrangler may know and this list does not is left
alone unless it is close to one that is known.
Source: developers.cloudflare.com/workers/wrangler/configuration
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from firedrill.declared.declaration import Declaration, Declared, Json
from firedrill.documents import mistakes_told
from firedrill.standalone.read import Source, parse_json
from firedrill.vendors.cloudflare.rules.crons import cron_breaches
from firedrill.vendors.cloudflare.rules.wrangler import in_environment
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.documents import json5_value
from firedrill.vendors.rules.suggestions import nearest

_OWN = ("durable_objects", "vars", "kv_namespaces", "r2_buckets", "d1_databases", "queues", "services")
"""Keys that an environment has to repeat, and most Workers have."""
_KEYS = (
    *("$schema", "account_id", "ai", "alias", "analytics_engine_datasets", "assets", "base_dir", "browser", "build"),
    *("compatibility_date", "compatibility_flags", "compliance_region", "containers", "d1_databases", "define", "dev"),
    *("dispatch_namespaces", "durable_objects", "env", "exports", "find_additional_modules", "hyperdrive", "images"),
    *("jsx_factory", "jsx_fragment", "keep_names", "keep_vars", "kv_namespaces", "limits", "logpush", "main"),
    *("migrations", "minify", "mtls_certificates", "name", "no_bundle", "observability", "pipelines", "placement"),
    *("preserve_file_names", "preview_urls", "queues", "r2_buckets", "ratelimits", "route", "routes", "rules"),
    *("secrets_store_secrets", "send_email", "send_metrics", "services", "site", "tail_consumers", "triggers"),
    *("tsconfig", "unsafe", "upload_source_maps", "usage_model", "vars", "vectorize", "version_metadata"),
    *("vpc_services", "worker_loaders", "workers_dev", "workflows"),
)
_TELLING = ("main", "compatibility_date", "durable_objects", "env")
_CLASSES = ("new_classes", "new_sqlite_classes", "renamed_classes", "deleted_classes", "transferred_classes")
_NO_LOGPUSH = "logpush is not true, so Logpush sends nothing of this Worker"


def value_of(source: Source) -> Any:
    """The value of a file of resources: JSON, with comments in a .jsonc file, or TOML in a .toml file."""
    if source.name.endswith(".toml"):
        try:
            return tomllib.loads(source.text)
        except tomllib.TOMLDecodeError as error:
            raise FiredrillError(f"{source.name}: not TOML ({error}).") from error
    if source.name.endswith(".jsonc"):
        with mistakes_told():
            return json5_value(source.text, source.name)
    return parse_json(source)


def recognises(value: Any) -> bool:
    """Whether it is a Wrangler configuration."""
    return isinstance(value, dict) and isinstance(value.get("name"), str) and any(key in value for key in _TELLING)


def read(value: dict[str, Any], place: str) -> Declared:
    """The Worker of the top level, and one for each environment."""
    environments = value.get("env")
    named = environments.items() if isinstance(environments, dict) else ()
    found = [_declaration(value, place, place)]
    for name, own in named:
        if not isinstance(own, dict):
            raise FiredrillError(f"{place}: env.{name} is {shown(own)}; it should be an object.")
        whole = in_environment(value, own, name)
        lost = [key for key in _OWN if value.get(key) and key not in own]
        notes = [f"it has no {key}, which environments do not inherit" for key in lost]
        found.append(_declaration(whole, place, f"{place}: env.{name}", notes, own))
    return Declared(place, tuple(found), {})


def _declaration(
    fields: Json, place: str, address: str, notes: Sequence[str] = (), own: Mapping[str, Any] | None = None
) -> Declaration:
    mistakes: list[FiredrillError] = []
    spec = None
    try:
        spec = _script(fields)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        told = f"its migrations, exports, bindings or variables are not as Wrangler has them ({error!r})."
        mistakes.append(FiredrillError(told))
    mistakes += [FiredrillError(f"{breach}.") for breach in _breaches(fields if own is None else own)]
    logpush = [] if fields.get("logpush") is True else [_NO_LOGPUSH]
    name = str(fields.get("name"))
    return Declaration("WorkersScript", name, spec, tuple(mistakes), address=address, notes=(*notes, *logpush))


def _breaches(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with the keys that the top level or an environment has of its own."""
    for key in fields:
        meant = nearest(key, _KEYS)
        if key not in _KEYS and meant:
            yield Breach(key, "no key of Wrangler's", f"{meant}, perhaps", "correct it")
    for key in ("logpush", "minify", "no_bundle", "keep_names", "workers_dev"):
        if key in fields and not isinstance(fields[key], bool):
            yield Breach(key, shown(fields[key]), "true or false")
    triggers = fields.get("triggers")
    crons = triggers.get("crons") if isinstance(triggers, dict) else None
    yield from cron_breaches(map(str, crons if isinstance(crons, list) else ()))


def _script(fields: Json) -> Json:
    """The upload's metadata, as of a first deployment."""
    script: Json = {
        "script_name": str(fields.get("name") or ""),
        "compatibility_flags": list(fields.get("compatibility_flags") or ()),
        "logpush": fields.get("logpush") is True,
        "bindings": list(_bindings(fields)),
    }
    if date := fields.get("compatibility_date"):
        script["compatibility_date"] = str(date)
    if observability := fields.get("observability"):
        script["observability"] = {"logs": None, **observability}
    steps = fields.get("migrations") or ()
    if exported := _exported(fields):
        script["migrations"] = {"new_tag": "exports", "steps": [exported]}
    elif steps:
        kept = [{key: each[key] for key in _CLASSES if key in each} for each in steps]
        script["migrations"] = {"new_tag": str(steps[-1]["tag"]), "steps": kept}
    return script


def _exported(fields: Json) -> Json:
    """The classes in `exports`, as the step that makes them."""
    found: Json = {}
    for name, each in (fields.get("exports") or {}).items():
        if each.get("type") == "durable-object" and each.get("state", "created") == "created":
            kind = "new_sqlite_classes" if each.get("storage") == "sqlite" else "new_classes"
            found.setdefault(kind, []).append(name)
    return found


def _bindings(fields: Json) -> Iterator[Json]:
    for each in (fields.get("durable_objects") or {}).get("bindings") or ():
        binding = {"type": "durable_object_namespace", "name": each["name"], "class_name": each["class_name"]}
        yield binding | ({"script_name": each["script_name"]} if each.get("script_name") else {})
    for name, text in (fields.get("vars") or {}).items():
        yield {"type": "plain_text", "name": name, "text": str(text)}
    for key in ("kv_namespaces", "r2_buckets", "d1_databases", "services", "analytics_engine_datasets"):
        for each in fields.get(key) or ():
            yield {"type": key, "name": each["binding"]}
