"""The stack's config, read and checked as a whole: every problem is reported at once.

Pulumi.yaml declares the keys and holds their defaults. Pulumi replaces an object by a stack's object whole; here a
stack's `monitors` are laid over the declared ones field by field, so that a stack names only what it changes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from components.errors import DeclarationError
from components.monitors import guards
from components.monitors.table import BY_ID
from components.monitors.thresholds import MonitorSettings, problems
from components.settings import Settings

NAMESPACE = "firedrill"
CONFIGURABLE_MONITORS = tuple(spec.id for spec in BY_ID.values() if spec.has_settings)


@dataclass(frozen=True)
class Key:
    """One key as Pulumi.yaml declares it; `default` is None where a stack must give a value."""

    type: str
    description: str
    default: Any = None
    secret: bool = False


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the config, and what to do about it. `value` is empty where there is none to show."""

    path: str
    value: str
    allowed: str
    change: str

    def __str__(self) -> str:
        """Three lines: what is there, what may be, what to do."""
        return (
            f"{NAMESPACE}:{self.path} {f'is {self.value}' if self.value else 'is missing'}\n"
            f"  allowed: {self.allowed}\n"
            f"  change:  {self.change}"
        )


def declared_keys(project: Path) -> dict[str, Key]:
    """The keys that Pulumi.yaml declares; `project` is that file."""
    config = yaml.safe_load(project.read_text(encoding="utf-8"))["config"]
    return {name: Key(**declaration) for name, declaration in config.items()}


def load(given: Mapping[str, str], keys: Mapping[str, Key], stack: str) -> Settings:
    """The settings of one stack.

    `given` is the config as Pulumi hands it over: full keys, values as text, objects as JSON. Other namespaces are
    left alone. Secrets must be there but are neither returned nor shown. Raises DeclarationError with every problem.
    """
    own = {key.removeprefix(f"{NAMESPACE}:"): text for key, text in given.items() if key.startswith(f"{NAMESPACE}:")}
    found = [_unknown(name, keys, stack) for name in own if name not in keys]
    secrets = [name for name, key in keys.items() if key.secret]
    found += [_missing_secret(name, stack) for name in secrets if not own.get(name, "").strip()]
    values = {name: own.get(name, key.default) for name, key in keys.items() if not key.secret}
    values = {name: value for name, value in values.items() if value is not None}
    values["monitors"], monitor_problems = _monitors(values.get("monitors"), keys["monitors"].default, stack)
    found += monitor_problems
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        found += [_invalid(detail, stack) for detail in error.errors()]
    if found:
        count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
        raise DeclarationError(f"The config of stack {stack!r} has {count}.\n" + "\n".join(map(str, found)))
    return settings


def _monitors(given: Any, defaults: dict[str, dict[str, Any]], stack: str) -> tuple[dict[str, Any], list[Problem]]:
    """The declared monitors under the stack's, and what is wrong across their fields."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            given = None
    if not isinstance(given, dict) or not all(isinstance(fields, dict) for fields in given.values()):
        return dict(defaults), [
            Problem("monitors", "not an object of objects", "monitor ids with fields each", _set("monitors", stack))
        ]
    found = []
    for name in sorted(given.keys() - CONFIGURABLE_MONITORS):
        allowed = f"one of {', '.join(CONFIGURABLE_MONITORS)}"
        change = _drop(f"monitors.{name}", name, CONFIGURABLE_MONITORS, stack)
        found.append(Problem(f"monitors.{name}", "not a monitor with thresholds", allowed, change))
    merged = {name: {**defaults.get(name, {}), **given.get(name, {})} for name in CONFIGURABLE_MONITORS}
    valid: dict[str, MonitorSettings] = {}
    for name, fields in merged.items():
        try:
            valid[name] = MonitorSettings.model_validate(fields)
        except ValidationError:
            continue  # told field by field when the whole is validated
    refused = guards.problems(valid)
    for name, settings in valid.items():
        query = BY_ID[name].query
        assert not hasattr(query, "parts")
        refused += [(f"{name}.{key}", value, allowed) for key, value, allowed in problems(query, settings)]
    for where, value, allowed in refused:
        found.append(Problem(f"monitors.{where}", _shown(value), allowed, _set(f"monitors.{where}", stack)))
    return merged, found


def _invalid(detail: ErrorDetails, stack: str) -> Problem:
    path = ".".join(str(part) for part in detail["loc"])
    allowed, siblings = _allowed(detail["loc"])
    if detail["type"] == "missing":
        return Problem(path, "", allowed, _set(path, stack))
    if detail["type"] == "extra_forbidden":
        fields = f"one of {', '.join(siblings)}"
        return Problem(path, "not a field of a monitor", fields, _drop(path, str(detail["loc"][-1]), siblings, stack))
    return Problem(path, _shown(detail["input"]), allowed, _set(path, stack))


def _allowed(location: tuple[int | str, ...]) -> tuple[str, tuple[str, ...]]:
    """What the field at `location` may hold, and the names of the fields beside it."""
    model = MonitorSettings if location[0] == "monitors" and len(location) > 1 else Settings
    fields = {str(field.alias): field.description or "" for field in model.model_fields.values()}
    return fields.get(str(location[-1]), ""), tuple(fields)


def _unknown(name: str, keys: Mapping[str, Key], stack: str) -> Problem:
    return Problem(name, "not a config key", f"one of {', '.join(keys)}", _drop(name, name, tuple(keys), stack))


def _missing_secret(name: str, stack: str) -> Problem:
    change = f"run: pulumi config set --secret {NAMESPACE}:{name} --stack {stack}"
    return Problem(name, "", "a secret, encrypted by Pulumi", change)


def _set(path: str, stack: str) -> str:
    return f"set it in Pulumi.{stack}.yaml, or run: pulumi config set --path {NAMESPACE}:{path} VALUE --stack {stack}"


def _drop(path: str, name: str, known: tuple[str, ...], stack: str) -> str:
    near = get_close_matches(name, known, n=1)
    meant = f"did you mean {near[0]}? Otherwise " if near else ""
    command = f"pulumi config rm --path {NAMESPACE}:{path} --stack {stack}"
    return f"{meant}remove it from Pulumi.{stack}.yaml, or run: {command}"


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else repr(value)
