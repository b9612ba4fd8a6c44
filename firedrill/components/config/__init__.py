"""The stack's config, read and checked as a whole: every problem is reported at once.

keys.yaml has the keys with their defaults. What the project and its program give goes over these, the stack over that:
`workers` and `monitors` field by field, so that each names only what it changes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from firedrill.components.config import assembly as services
from firedrill.components.config import dangers, destinations, monitors, region, workers
from firedrill.components.config.advice import Advice
from firedrill.components.config.keys import MERGED, NAMESPACE, Key, declared_keys, of_project
from firedrill.components.config.levels import Level, level
from firedrill.components.config.monitors import Resolved
from firedrill.components.danger_settings import DangerSettings
from firedrill.components.model import DeclaredWorker
from firedrill.components.monitors.profiles import PROFILES
from firedrill.components.monitors.table import CONFIGURABLE_MONITORS
from firedrill.components.problems import Problem, refuse
from firedrill.components.settings import Settings
from firedrill.vendors.rules.models import faults
from firedrill.vendors.rules.sites import source_breaches

__all__ = ["CONFIGURABLE_MONITORS", "NAMESPACE", "Key", "declared_keys", "load", "of_project"]

PROVIDER_CREDENTIALS = (
    *("cloudflare:apiKey", "cloudflare:apiToken", "cloudflare:apiUserServiceKey"),
    *("datadog:apiKey", "datadog:appKey", "datadog:bearerToken"),
    *("datadog:awsSecretAccessKey", "datadog:awsSessionToken"),
)
"""Source: pulumi.com/registry/packages/cloudflare/installation-configuration, and the same of datadog."""

_READ: Mapping[str, Callable[[str], Any]] = {"array": json.loads, "integer": int, "object": json.loads}
"""What reads the text of a key, by its type; other types stay as they are."""
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def load(
    given: Mapping[str, str],
    is_secret: Callable[[str], bool],
    stack: str,
    project: Mapping[str, Any] = _NOTHING,
    program: Mapping[str, Any] = _NOTHING,
) -> tuple[Settings, tuple[DeclaredWorker, ...]]:
    """What one stack configures for all of its Workers, and each of these.

    `given` is the config as Pulumi hands it over: full keys, values as text, objects as JSON; `is_secret` says whether
    the value of a full key was encrypted. Of other namespaces only the providers' credentials are looked at. Secrets
    must be there and encrypted, but are neither returned nor shown. `project` is `of_project`; `program` has the values
    that the program gives, by key: those of secrets are outputs. Raises DeclarationError with every problem.
    """
    keys = declared_keys()
    texts = {key.removeprefix(f"{NAMESPACE}:"): text for key, text in given.items() if key.startswith(f"{NAMESPACE}:")}
    own = {name: _value(text, keys[name]) if name in keys else text for name, text in texts.items()}
    advice = Advice(stack, program.keys() - own.keys())
    layers = {name: [source[name] for source in (project, program, own) if name in source] for name in MERGED}
    plain = [name for name, key in keys.items() if not key.secret and name not in MERGED]
    values = {name: own.get(name, program.get(name, keys[name].default)) for name in plain}
    values = {name: value for name, value in values.items() if value is not None}
    named = destinations.named(values["destinations"])
    values["destinations"], problems = destinations.read(values["destinations"], advice)
    entries, of_workers = workers.read(layers["workers"], advice)
    of_bindings = workers.named(entries)
    credentials = [name for each in values["destinations"].values() for name in each.secrets]
    credentials += of_bindings
    known = {*keys, *named, *of_bindings}
    found = [
        advice.unknown(name, name, "a config key", tuple(keys)) for name in {**own, **program} if name not in known
    ]
    found += [advice.given_twice(name) for name in program if name in own and name not in MERGED]
    found += problems
    needed = [name for name, key in keys.items() if key.secret and key.default is None]
    if values["platformMetrics"] != "none":
        needed.append("analyticsToken")
    needed = list(dict.fromkeys((*needed, *credentials)))
    found += [advice.missing_secret(name) for name in needed if name not in program and not own.get(name, "").strip()]
    secrets = [*(name for name, key in keys.items() if key.secret), *credentials]
    secret_keys = [*(f"{NAMESPACE}:{name}" for name in secrets), *PROVIDER_CREDENTIALS]
    found += [advice.plain_secret(key) for key in secret_keys if given.get(key, "").strip() and not is_secret(key)]
    found += [advice.plain_in_program(name) for name in secrets if isinstance(program.get(name), str)]

    settings = None
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        found += [advice.invalid(fault) for fault in faults(Settings, error)]
    found += of_workers
    off, problems = monitors.switched_off(values["switchedOff"], advice)
    found += problems
    profile = PROFILES.get(values["profile"], PROFILES["standard"])  # any other is told as a wrong value of its key
    levels, problems = _levels("monitors", (keys["monitors"].default, profile.fields, *layers["monitors"]), advice)
    found += problems
    of_dangers, problems = _levels("dangers", (keys["dangers"].default, profile.dangers, *layers["dangers"]), advice)
    found += problems
    observed = {}
    for entry in entries:
        parts, problems = _monitors(entry, levels, off, advice)
        of_worker, more = _dangers(entry, of_dangers, advice)
        observed[entry.key] = (*parts, of_worker)
        found += [*problems, *more]
    valid = {entry.key: entry.settings for entry in entries if entry.settings is not None}
    if settings is not None:
        found += services.name_problems(settings, valid, advice)
        found += services.heartbeat_problems(settings, valid, advice)
        found += services.routing_problems(settings, advice)
        found += services.destination_problems(settings, valid, advice)
        taken = source_breaches("logSource", settings.log_source)
        found += [advice.told(each.field, each.value, each.allowed) for each in taken]
        settings = region.kept(settings)
        found += region.problems(settings, advice)
    refuse(f"The config of stack {stack!r}", found)
    assert settings is not None  # a problem otherwise
    return settings, tuple(services.service(settings, key, worker, *observed[key]) for key, worker in valid.items())


def _value(text: str, key: Key) -> Any:
    """A key's value as its type has it."""
    try:
        return _READ[key.type](text) if key.type in _READ else text
    except ValueError:
        return text  # told when its fields are read


def _levels(name: str, layers: Sequence[Any], advice: Advice) -> tuple[list[Level], list[Problem]]:
    """What the package, the project, the program and the stack say of all monitors, or of all dangers."""
    known, sort = (CONFIGURABLE_MONITORS, monitors.SORT) if name == "monitors" else (dangers.known(), dangers.SORT)
    read = [level(name, given, known, sort, advice) for given in layers]
    return [each for each, _ in read], [problem for _, problems in read for problem in problems]


def _dangers(
    entry: workers.Entry, stack: Sequence[Level], advice: Advice
) -> tuple[dict[str, DangerSettings], list[Problem]]:
    """The dangers of a Worker."""
    own, found = level(f"{entry.path}.dangers", entry.fields.get("dangers", {}), dangers.known(), dangers.SORT, advice)
    resolved, problems = dangers.resolve([*stack, own], advice)
    return resolved, [*found, *problems]


def _monitors(
    entry: workers.Entry, stack: Sequence[Level], off: Level, advice: Advice
) -> tuple[tuple[Resolved, dict[str, Resolved]], list[Problem]]:
    """The monitors of a Worker and of each of its classes, by the class's name; `off` has the last word."""
    own, found = level(f"{entry.path}.monitors", entry.monitors, CONFIGURABLE_MONITORS, monitors.SORT, advice)
    worker, problems = monitors.resolve(monitors.OF_WORKERS, [*stack, own, off], advice)
    found += problems
    of_classes = {}
    for name, fields in entry.classes.items():
        path = f"{entry.path}.classes.{name}.monitors"
        of_class, problems = level(path, fields.get("monitors", {}), monitors.OF_CLASSES, monitors.SORT, advice)
        found += problems
        of_classes[name], problems = monitors.resolve(monitors.OF_CLASSES, [*stack, own, of_class, off], advice)
        found += problems
    return (worker, of_classes), found
