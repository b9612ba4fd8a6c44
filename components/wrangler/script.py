"""What a file of Wrangler's amounts to as inputs of a `WorkersScript`, so that the drill runs it as it would be."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from components.worker.bundle import Bundle
from components.wrangler.checks import SALT, exported_classes
from components.wrangler.file import Configuration, Migration, WranglerFile

_LISTS = {
    "analytics_engine_datasets": "analytics_engine",
    "d1_databases": "d1",
    "dispatch_namespaces": "dispatch_namespace",
    "hyperdrive": "hyperdrive",
    "kv_namespaces": "kv_namespace",
    "mtls_certificates": "mtls_certificate",
    "pipelines": "pipelines",
    "r2_buckets": "r2_bucket",
    "secrets_store_secrets": "secrets_store_secret",
    "services": "service",
    "vectorize": "vectorize",
    "workflows": "workflow",
}
_SINGLE = ("ai", "assets", "browser", "images", "version_metadata")


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
        return {"newTag": "exports", "newSqliteClasses": exported_classes(configuration)}
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
    for key, kind in _LISTS.items():
        yield from ({"type": kind, "name": name} for name in _names(file.fields.get(key)))
    queues = file.fields.get("queues")
    producers = queues.get("producers") if isinstance(queues, Mapping) else None
    yield from ({"type": "queue", "name": name} for name in _names(producers))
    for key in _SINGLE:
        yield from ({"type": key, "name": name} for name in _names([file.fields.get(key)]))
    yield {"type": "secret_text", "name": SALT, "text": ""}


def _names(entries: Any) -> list[str]:
    """The names under which the code finds `entries`."""
    found = entries if isinstance(entries, list) else []
    return [str(entry["binding"]) for entry in found if isinstance(entry, Mapping) and entry.get("binding")]
