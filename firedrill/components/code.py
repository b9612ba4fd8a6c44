"""The code of each Worker: its bundle with the migration that it needs, or what Wrangler's file says of it."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from firedrill.components.model import ByWrangler, DeclaredWorker, Managed
from firedrill.components.problems import DeclarationError, refuse
from firedrill.components.worker import bundle, library
from firedrill.components.worker.bundle import Bundle
from firedrill.components.worker.migrations import DeclaredClasses, migration_block
from firedrill.components.wrangler import checks, file
from firedrill.components.wrangler.script import bindings_in, script_inputs
from firedrill.components.wrangler.upload import upload_of

_UNRESOLVED = 'Could not resolve "firedrill'
"""As esbuild tells it, through Wrangler."""


@dataclass(frozen=True)
class Code:
    """What a Worker runs.

    With a managed Worker `migrations` are what its upload has to send; otherwise `script` holds the inputs of a
    WorkersScript that Wrangler's file amounts to.
    """

    bundle: Bundle
    migrations: dict[str, Any] = field(default_factory=dict)
    script: dict[str, Any] = field(default_factory=dict)


def read_all(
    root: Path, services: Sequence[DeclaredWorker], environment: str, live_tags: Mapping[str, str]
) -> dict[str, Code]:
    """The code of all Workers by key; `root` is the project's folder, `live_tags` has what Cloudflare holds by name.

    Raises DeclarationError with the problems of every Worker.
    """
    found, refused = {}, []
    for service in services:
        try:
            if isinstance(service.script, Managed):
                found[service.key] = _managed(root, service, service.script, live_tags.get(service.script_name))
            else:
                found[service.key] = _by_wrangler(root, service, service.script, environment)
        except DeclarationError as error:
            refused.append(str(error))
    if refused:
        raise DeclarationError("\n".join(refused))
    return found


def _managed(root: Path, service: DeclaredWorker, script: Managed, live_tag: str | None) -> Code:
    built = bundle.build(root, service.key, script.entry, _names(service))
    declared = DeclaredClasses(
        place=f"firedrill:workers.{service.key}",
        renamed_from={observed.name: observed.renamed_from for observed in service.classes},
        deleted=script.deleted_classes,
        known_tags=script.known_tags,
    )
    return Code(built, migrations=migration_block(declared, live_tag))


def _by_wrangler(root: Path, service: DeclaredWorker, script: ByWrangler, environment: str) -> Code:
    named = script.environment
    configured = file.read(root, script.config, named or environment, required=bool(named))
    refuse(f"The Worker {service.key!r}, which Wrangler deploys,", checks.problems(configured, service, root))
    if bundle.unbundled():
        built = bundle.nothing(service.key)
        return Code(built, script=script_inputs(configured, built, bindings_in(configured.configuration)))
    library.copy(root)
    try:
        upload = upload_of(root, configured)
    except DeclarationError as error:
        if _UNRESOLVED not in str(error):
            raise
        to = posixpath.relpath(library.MAIN, posixpath.dirname(configured.path) or ".")
        to = to if to.startswith("../") else f"./{to}"
        toml = configured.path.endswith(".toml")
        alias = f'alias = {{ firedrill = "{to}" }}' if toml else f'"alias": {{ "firedrill": "{to}" }}'
        package = "Install the npm package firedrill beside it (docs/bring-your-own.md)"
        raise DeclarationError(f"{error}\n{package}, or add to {configured.path}: {alias}") from None
    built = bundle.keep(root, service.key, configured.entry, _names(service), upload.made)
    return Code(built, script=script_inputs(configured, built, upload.bindings))


def _names(service: DeclaredWorker) -> list[str]:
    return [observed.name for observed in service.classes]
