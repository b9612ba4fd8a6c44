"""What a file of Wrangler's amounts to as inputs of a `WorkersScript`, so that the drill runs it as it would be."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from firedrill.components.worker.bundle import Bundle
from firedrill.components.wrangler.checks import exported_classes
from firedrill.components.wrangler.file import Configuration, Migration, WranglerFile
from firedrill.salt import SALT
from firedrill.vendors.cloudflare.rules.queues import WORKER

_CAMEL = re.compile(r"_([a-z0-9])")


def script_inputs(file: WranglerFile, bundle: Bundle, uploaded: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The inputs in the provider's camelCase, as of a first deployment, with the bindings that are `uploaded`.

    Secrets are not in the file: the salt is "". What Wrangler deploys beside the script is told as `queueConsumers`
    (names of queues), `containers` (names of classes), `assets` (its directory relative to the project) and
    `d1Migrations` (that of each binding).
    Source: developers.cloudflare.com/workers/configuration/multipart-upload-metadata
    """
    configuration = file.configuration
    made = _made(configuration)
    bindings = [_inputs(made.get(each["name"], each) if each["type"] == INHERITED else each) for each in uploaded]
    bindings.append({"type": "secret_text", "name": SALT, "text": ""})
    inputs = {
        "scriptName": configuration.name,
        "mainModule": PurePosixPath(bundle.path).name,
        "contentFile": bundle.path,
        "contentSha256": bundle.sha256,
        "modules": list(bundle.modules),
        "compatibilityDate": configuration.compatibility_date,
        "compatibilityFlags": list(configuration.compatibility_flags),
        "migrations": _migrations(configuration),
        "bindings": sorted(bindings, key=lambda binding: str(binding["name"])),
        "logpush": configuration.logpush,
        "observability": _observability(configuration.observability),
        "queueConsumers": [each.queue for each in configuration.queues.consumers if each.type == WORKER],
        "containers": [each.class_name for each in configuration.containers],
        "assets": _assets(file),
        "d1Migrations": [
            {"binding": each.binding, "directory": file.from_project(each.migrations_dir)}
            for each in configuration.d1_databases
        ],
    }
    return {key: value for key, value in inputs.items() if value or key not in _MAY_LACK}


_MAY_LACK = ("modules", "queueConsumers", "containers", "assets", "d1Migrations")


def _observability(given: Mapping[str, Any]) -> dict[str, Any]:
    """With what Wrangler's file may leave out and the resource has to say: `logs` alone observe, too.

    Source: developers.cloudflare.com/workers/wrangler/configuration/#observability
    """
    logs = given.get("logs")
    if not isinstance(logs, Mapping):
        return {"enabled": False, **given} if given else {}
    enabled = bool(logs.get("enabled", given.get("enabled", False)))
    return {"enabled": enabled, **given, "logs": {"enabled": enabled, "invocation_logs": True, **logs}}


def bindings_in(configuration: Configuration) -> list[dict[str, Any]]:
    """The objects and texts of the file (API JSON), for a Worker that nobody will run."""
    objects = [
        {"type": "durable_object_namespace", **each.model_dump(exclude_defaults=True)}
        for each in configuration.durable_objects.bindings
    ]
    texts = [(name, value) for name, value in configuration.vars.items() if isinstance(value, str)]
    return [*objects, *({"type": "plain_text", "name": name, "text": text} for name, text in texts)]


INHERITED = "inherit"
"""The type of what has no id in the upload, since the deployment makes the resource, or keeps the one that it made."""


def _made(configuration: Configuration) -> dict[str, dict[str, str]]:
    """The bindings whose resource a deployment makes where the file does not name it, by name; each stands for its own.

    Source: developers.cloudflare.com/workers/wrangler/configuration/#automatic-provisioning
    """
    lists = (
        ("kv_namespace", "namespace_id", configuration.kv_namespaces),
        ("r2_bucket", "bucket_name", configuration.r2_buckets),
        ("d1", "id", configuration.d1_databases),
        ("queue", "queue_name", configuration.queues.producers),
    )
    return {
        each.binding: {"type": kind, "name": each.binding, key: each.binding}
        for kind, key, bound in lists
        for each in bound
    }


def _assets(file: WranglerFile) -> dict[str, Any]:
    given = file.configuration.assets
    return {**given, "directory": file.from_project(str(given["directory"]))} if given.get("directory") else {}


def _inputs(binding: Mapping[str, Any]) -> dict[str, Any]:
    inputs = {_CAMEL.sub(lambda found: found[1].upper(), key): value for key, value in binding.items()}
    return inputs | ({"json": json.dumps(inputs["json"])} if binding["type"] == "json" else {})


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
