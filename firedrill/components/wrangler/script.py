"""What a file of Wrangler's amounts to as inputs of a `WorkersScript`, so that the drill runs it as it would be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from firedrill.components.worker.bundle import Bundle
from firedrill.components.wrangler.checks import SALT, exported_classes
from firedrill.components.wrangler.file import Configuration, Migration, WranglerFile

_TYPES = {
    "analytics_engine_datasets": "analytics_engine",
    "d1_databases": "d1",
    "dispatch_namespaces": "dispatch_namespace",
    "kv_namespaces": "kv_namespace",
    "mtls_certificates": "mtls_certificate",
    "r2_buckets": "r2_bucket",
    "ratelimits": "ratelimit",
    "secrets_store_secrets": "secrets_store_secret",
    "services": "service",
    "vpc_services": "vpc_service",
    "worker_loaders": "worker_loader",
    "workflows": "workflow",
}
"""What Wrangler calls bindings -> their type, where it is not the same word."""
_NAMED = ("ratelimits", "send_email")
"""Where a binding's name is its `name`, not its `binding`."""
_TEXTS = ("alias", "define", "vars")
"""Where any key may be, `binding` too."""


def script_inputs(file: WranglerFile, bundle: Bundle) -> dict[str, Any]:
    """The inputs in the provider's camelCase, as of a first deployment. Secrets are not in the file: the salt is "".

    Source: developers.cloudflare.com/workers/configuration/multipart-upload-metadata
    """
    configuration = file.configuration
    return {
        "scriptName": configuration.name,
        "mainModule": PurePosixPath(bundle.path).name,
        "contentFile": bundle.path,
        "contentSha256": bundle.sha256,
        "compatibilityDate": configuration.compatibility_date,
        "compatibilityFlags": list(configuration.compatibility_flags),
        "migrations": _migrations(configuration),
        "bindings": sorted(_bindings(file), key=lambda binding: str(binding["name"])),
        "logpush": configuration.logpush,
        "observability": configuration.observability,
    }


def _migrations(configuration: Configuration) -> dict[str, Any]:
    if configuration.exports:
        classes = exported_classes(configuration)
        kinds = {"newClasses": False, "newSqliteClasses": True}
        listed = {key: [name for name in classes if classes[name] == sqlite] for key, sqlite in kinds.items()}
        return {"newTag": "exports"} | {key: names for key, names in listed.items() if names}
    return {"newTag": configuration.migrations[-1].tag, "steps": [_step(each) for each in configuration.migrations]}


def _step(migration: Migration) -> dict[str, Any]:
    step = {
        "newClasses": list(migration.new_classes),
        "newSqliteClasses": list(migration.new_sqlite_classes),
        "renamedClasses": [{"from": each.source, "to": each.to} for each in migration.renamed_classes],
        "deletedClasses": list(migration.deleted_classes),
        "transferredClasses": [{"from": each.source, "to": each.to} for each in migration.transferred_classes],
    }
    return {key: classes for key, classes in step.items() if classes}


def _bindings(file: WranglerFile) -> Iterator[dict[str, Any]]:
    """Every binding with its type; of those that workerd cannot provide alone, only that there is one."""
    for each in file.configuration.durable_objects.bindings:
        binding = {"type": "durable_object_namespace", "name": each.name, "className": each.class_name}
        yield binding | ({"scriptName": each.script_name} if each.script_name else {})
    for name, value in file.configuration.vars.items():
        if isinstance(value, str):
            yield {"type": "plain_text", "name": name, "text": value}
        else:
            yield {"type": "json", "name": name, "json": json.dumps(value)}
    for key, value in file.fields.items():
        if key in _TEXTS:
            continue
        yield from _named(value, "name" if key in _NAMED else "binding", _TYPES.get(key, key))
    yield from _named(_part(file, "queues", "producers"), "binding", "queue")
    for unsafe in _objects(_part(file, "unsafe", "bindings")):
        yield from _named(unsafe, "name", str(unsafe.get("type", "unsafe")))
    yield {"type": "secret_text", "name": SALT, "text": ""}


def _part(file: WranglerFile, key: str, part: str) -> Any:
    value = file.fields.get(key)
    return value.get(part) if isinstance(value, Mapping) else None


def _named(value: Any, name: str, kind: str) -> Iterator[dict[str, Any]]:
    """Bindings of this type under the names by which the code finds what `value` is or lists."""
    yield from ({"type": kind, "name": each[name]} for each in _objects(value) if isinstance(each.get(name), str))


def _objects(value: Any) -> list[Mapping[str, Any]]:
    return [each for each in (value if isinstance(value, list) else [value]) if isinstance(each, Mapping)]
