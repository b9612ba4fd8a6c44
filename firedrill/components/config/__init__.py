"""The stack's config, read and checked as a whole: every problem is reported at once.

Pulumi.yaml declares the keys and holds their defaults. Pulumi replaces an object by a stack's object whole; here a
stack's `workers` and `monitors` are laid over the declared ones field by field, so that a stack names only what it
changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from firedrill.components.config import assembly as services
from firedrill.components.config import destinations, monitors, workers
from firedrill.components.config.advice import NAMESPACE, Advice
from firedrill.components.config.monitors import CONFIGURABLE_MONITORS, Resolved
from firedrill.components.model import DeclaredWorker
from firedrill.components.problems import DeclarationError, Problem, refuse
from firedrill.components.settings import Settings
from firedrill.vendors.rules.documents import DocumentError, read_text, yaml_mapping
from firedrill.vendors.rules.models import faults
from firedrill.vendors.rules.sites import source_breaches

__all__ = ["CONFIGURABLE_MONITORS", "Key", "declared_keys", "load"]

PROVIDER_CREDENTIALS = (
    *("cloudflare:apiKey", "cloudflare:apiToken", "cloudflare:apiUserServiceKey"),
    *("datadog:apiKey", "datadog:appKey", "datadog:bearerToken"),
    *("datadog:awsSecretAccessKey", "datadog:awsSessionToken"),
)
"""Source: pulumi.com/registry/packages/cloudflare/installation-configuration, and the same of datadog."""

_READ: Mapping[str, Callable[[str], Any]] = {"integer": int, "object": json.loads}
"""What reads the text of a key, by the type that Pulumi.yaml gives it; other types stay as they are."""


@dataclass(frozen=True)
class Key:
    """One key as Pulumi.yaml declares it; `default` is None where a stack must give a value."""

    description: str
    type: str = "string"
    default: Any = None
    secret: bool = False


def declared_keys(project: Path) -> dict[str, Key]:
    """The keys that Pulumi.yaml declares; `project` is that file. Raises DeclarationError when it cannot be read."""
    try:
        config = yaml_mapping(read_text(project, project.name), project.name)["config"]
    except DocumentError as error:
        raise DeclarationError(f"{error}.") from None
    return {name: Key(**declaration) for name, declaration in config.items()}


def load(
    given: Mapping[str, str], is_secret: Callable[[str], bool], keys: Mapping[str, Key], stack: str
) -> tuple[Settings, tuple[DeclaredWorker, ...]]:
    """What one stack configures for all of its Workers, and each of these.

    `given` is the config as Pulumi hands it over: full keys, values as text, objects as JSON; `is_secret` says whether
    the value of a full key was encrypted. Of other namespaces only the providers' credentials are looked at. Secrets
    must be there and encrypted, but are neither returned nor shown. Raises DeclarationError with every problem.
    """
    advice = Advice(stack)
    own = {key.removeprefix(f"{NAMESPACE}:"): text for key, text in given.items() if key.startswith(f"{NAMESPACE}:")}
    values = {name: _value(own.get(name), key) for name, key in keys.items() if not key.secret}
    values = {name: value for name, value in values.items() if value is not None}
    named = destinations.named(values["destinations"])
    values["destinations"], problems = destinations.read(values["destinations"], advice)
    credentials = [name for each in values["destinations"].values() for name in each.secrets]
    known = {*keys, *named}
    found = [advice.unknown(name, name, "a config key", tuple(keys)) for name in own if name not in known]
    found += problems
    needed = [name for name, key in keys.items() if key.secret and key.default is None]
    if values["platformMetrics"] != "none":
        needed.append("analyticsToken")
    needed = list(dict.fromkeys((*needed, *credentials)))
    found += [advice.missing_secret(name) for name in needed if not own.get(name, "").strip()]
    secrets = [*(name for name, key in keys.items() if key.secret), *credentials]
    secret_keys = [*(f"{NAMESPACE}:{name}" for name in secrets), *PROVIDER_CREDENTIALS]
    found += [advice.plain_secret(key) for key in secret_keys if given.get(key, "").strip() and not is_secret(key)]
    of_workers, of_monitors = values.pop("workers"), values.pop("monitors")

    settings = None
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        found += [advice.invalid(fault) for fault in faults(Settings, error)]
    entries, problems = workers.read(of_workers, keys["workers"].default, advice)
    found += problems
    declared = monitors.Level("monitors", keys["monitors"].default)
    level, problems = monitors.level("monitors", of_monitors, CONFIGURABLE_MONITORS, advice)
    found += problems
    observed = {}
    for entry in entries:
        observed[entry.key], problems = _monitors(entry, [declared, level], advice)
        found += problems
    valid = {entry.key: entry.settings for entry in entries if entry.settings is not None}
    if settings is not None:
        found += services.name_problems(settings, valid, advice)
        taken = source_breaches("logSource", settings.log_source)
        found += [advice.told(each.field, each.value, each.allowed) for each in taken]
    refuse(f"The config of stack {stack!r}", found)
    assert settings is not None  # a problem otherwise
    return settings, tuple(services.service(settings, key, worker, *observed[key]) for key, worker in valid.items())


def _value(text: str | None, key: Key) -> Any:
    """A key's value, or its default where the stack gives none."""
    if text is None:
        return key.default
    try:
        return _READ[key.type](text) if key.type in _READ else text
    except ValueError:
        return text  # told when its fields are read


def _monitors(
    entry: workers.Entry, stack: Sequence[monitors.Level], advice: Advice
) -> tuple[tuple[Resolved, dict[str, Resolved]], list[Problem]]:
    """The monitors of a Worker and of each of its classes, by the class's name."""
    level, found = monitors.level(f"{entry.path}.monitors", entry.monitors, CONFIGURABLE_MONITORS, advice)
    worker, problems = monitors.resolve(monitors.OF_WORKERS, [*stack, level], advice)
    found += problems
    of_classes = {}
    for name, fields in entry.classes.items():
        path = f"{entry.path}.classes.{name}.monitors"
        of_class, problems = monitors.level(path, fields.get("monitors", {}), monitors.OF_CLASSES, advice)
        found += problems
        of_classes[name], problems = monitors.resolve(monitors.OF_CLASSES, [*stack, level, of_class], advice)
        found += problems
    return (worker, of_classes), found
