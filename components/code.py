"""The code of each Worker: its bundle, and Wrangler's file where Wrangler deploys it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.errors import DeclarationError, refuse
from components.service_model import Managed, Service
from components.worker import bundle
from components.worker.bundle import Bundle
from components.wrangler import checks, file, script


@dataclass(frozen=True)
class Code:
    """What a Worker runs. `script` holds the inputs that Wrangler's file amounts to; empty for a managed Worker."""

    bundle: Bundle
    script: dict[str, Any]


def read(root: Path, service: Service, environment: str) -> Code:
    """Bundle the Worker's module and check its file; `root` is the project's folder.

    Raises DeclarationError with every problem of the Worker.
    """
    classes = [observed.name for observed in service.classes]
    if isinstance(service.script, Managed):
        return Code(bundle.build(root, service.key, service.script.entry, classes), {})
    configured = file.read(root, service.script.config, environment)
    refuse(f"The Worker {service.key!r}, which Wrangler deploys,", checks.problems(configured, service, root))
    built = bundle.build(root, service.key, configured.entry, classes)
    return Code(built, script.script_inputs(configured, built))


def read_all(root: Path, services: Sequence[Service], environment: str) -> dict[str, Code]:
    """The code of all Workers by key; raises DeclarationError with the problems of every one."""
    found, refused = {}, []
    for service in services:
        try:
            found[service.key] = read(root, service, environment)
        except DeclarationError as error:
            refused.append(str(error))
    if refused:
        raise DeclarationError("\n".join(refused))
    return found
