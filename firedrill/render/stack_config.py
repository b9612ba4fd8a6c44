"""A stack's config as Pulumi hands it to the program, except that every secret is a placeholder.

So no credential is needed to render, and none can end up in what is rendered.
Source: pulumi.com/docs/iac/concepts/projects/project-file and .../stacks (stack settings file)
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firedrill.config_keys import NAMESPACE, config_keys
from firedrill.documents import is_there, mistakes_told, text_of
from firedrill.project import read_project, stacks
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.breach import shown
from firedrill.vendors.rules.documents import yaml_mapping, yaml_value
from firedrill.vendors.rules.suggestions import hint, nearest

PLACEHOLDER = "firedrill-placeholder"
_STACK = re.compile(r"[A-Za-z0-9_.-]+")

_STACK_KEYS = ("config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt")
_PROJECT_KEYS = (
    *("name", "runtime", "description", "main", "config", "backend", "author", "website", "license", "options"),
    *("template", "plugins", "packages", "stackConfigDir", "requiredPulumiVersion"),
)
"""Pulumi lets a project have others as well."""
_ENTRY_KEYS = ("type", "description", "default", "value", "secret", "items")
"""Of a key's declaration in Pulumi.yaml."""


@dataclass(frozen=True)
class StackConfig:
    """The `project`'s name and the `values` of one stack: full keys, everything as text, objects as JSON."""

    project: str
    values: dict[str, str]
    secret_keys: tuple[str, ...]


def read(stack: str, root: Path) -> StackConfig:
    """The config of `stack` with the defaults of Pulumi.yaml.

    Raises FiredrillError when a file is missing or wrong, or has the value of a declared secret in plain text.
    """
    if not _STACK.fullmatch(stack):
        raise FiredrillError(
            f"{stack!r} is not the name of a stack; allowed: letters, digits, '-', '_' and '.', without an "
            "organisation or a project before it."
        )
    project = read_project(root)
    _require_known_keys(project)
    name = project.get("name")
    if not isinstance(name, str) or not name:
        there = "is missing" if name in (None, "") else f"is {shown(name)}"
        raise FiredrillError(f"Pulumi.yaml: name {there}; give the project one, as text: name: firedrill")
    _require_python(project.get("runtime", "python"))
    path = root / f"Pulumi.{stack}.yaml"
    if not is_there(path):
        raise FiredrillError(_no_stack(stack, root))
    values: dict[str, Any] = {}
    secrets: dict[str, Any] = {}
    declared = {_full_key(name, key): entry for key, entry in _config(project, "Pulumi.yaml").items()}
    content = _content(path)
    for key in content:
        if key not in _STACK_KEYS:
            raise FiredrillError(
                f"{path.name}: {key!r} is not a known key{hint(key, _STACK_KEYS)}; allowed: {', '.join(_STACK_KEYS)}."
            )
    given = _config(content, path.name)
    for key, entry in {**_own_keys([*declared, *given]), **declared}.items():
        if not isinstance(entry, dict):
            values[key] = entry
        elif entry.get("secret"):
            values[key] = PLACEHOLDER
            secrets[key] = entry.get("value", entry.get("default"))
        elif "value" in entry or "default" in entry:
            values[key] = entry.get("value", entry.get("default"))
    for key, value in given.items():
        if ":" not in key:
            raise FiredrillError(f"{path.name}: the config key {key!r} has no namespace; write it as {name}:{key}")
        if key in secrets:
            secrets[key] = value
        else:
            values[key] = _without_secrets(value)
    _refuse_plain(secrets, stack)
    texts = {key: _text(value) for key, value in values.items()}
    return StackConfig(name, texts, tuple(sorted(key for key, text in texts.items() if PLACEHOLDER in text)))


def _own_keys(used: Iterable[str]) -> dict[str, Any]:
    """The secrets that firedrill's components read, where a project has config for them: nothing else declares them."""
    if not any(key.startswith(f"{NAMESPACE}:") for key in used):
        return {}
    return {f"{NAMESPACE}:{key}": dict(entry) for key, entry in config_keys().items() if entry.get("secret")}


def _refuse_plain(secrets: Mapping[str, Any], stack: str) -> None:
    """Refuse plain values of declared secrets, without telling them; an empty one tells nothing.

    Of a secret that is declared with a type, Pulumi refuses them as well.
    """
    texts = {key: _text("" if value is None else _without_secrets(value)) for key, value in secrets.items()}
    plain = [key for key, text in texts.items() if text.strip() and PLACEHOLDER not in text]
    if plain:
        raise FiredrillError(
            "\n".join(
                f"{key} is a secret, but its value is not encrypted, so let its issuer replace it. "
                f"Run: pulumi config set --secret {key} --stack {stack}"
                for key in plain
            )
        )


def _no_stack(stack: str, root: Path) -> str:
    known = stacks(root)
    there = f"There is no stack {stack!r}{hint(stack, known)}: Pulumi.{stack}.yaml does not exist."
    if known:
        return f"{there} Stacks: {', '.join(known)}."
    return f"{there} There are no stacks here: make the file, which may be empty, or run: pulumi stack init {stack}"


def _content(path: Path) -> dict[str, Any]:
    """What a file of config says; it may be empty."""
    text = text_of(path, path.name)
    with mistakes_told():
        return {} if yaml_value(text, path.name) is None else yaml_mapping(text, path.name)


def _config(content: Mapping[str, Any], file: str) -> Mapping[str, Any]:
    config = content.get("config")
    if config is None:
        return {}
    if not isinstance(config, dict):
        raise FiredrillError(f"{file}: config is {shown(config)}; it has to be a mapping of keys to values.")
    return {str(key): value for key, value in config.items()}


def _require_known_keys(project: Mapping[str, Any]) -> None:
    """Refuse what is most likely a known key of Pulumi.yaml that is misspelled."""
    places: list[tuple[str, Mapping[str, Any], tuple[str, ...]]] = [("", project, _PROJECT_KEYS)]
    places += [
        (f"config, {key}: ", entry, _ENTRY_KEYS)
        for key, entry in _config(project, "Pulumi.yaml").items()
        if isinstance(entry, dict)
    ]
    for place, entry, known in places:
        for key in entry:
            if key not in known and (meant := nearest(key, known)):
                raise FiredrillError(f"Pulumi.yaml: {place}{key!r} is not a known key; did you mean {meant!r}?")


def _require_python(runtime: Any) -> None:
    """Source: pulumi.com/docs/iac/concepts/projects/project-file (runtime, as a name or as an object with a name)."""
    name = runtime.get("name") if isinstance(runtime, dict) else runtime
    options = runtime.get("options", {}) if isinstance(runtime, dict) else {}
    if not isinstance(options, dict):
        raise FiredrillError(f"Pulumi.yaml: runtime.options is {shown(options)}; allowed: a mapping of keys to values.")
    if not isinstance(options.get("virtualenv") or "", str):
        raise FiredrillError(
            f"Pulumi.yaml: runtime.options.virtualenv is {shown(options['virtualenv'])}; allowed: the path of a folder."
        )
    if name != "python":
        raise FiredrillError(
            f"Pulumi.yaml: runtime is {name!r}; only programs in Python can be rendered, with: runtime: python"
        )


def _full_key(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _without_secrets(value: Any) -> Any:
    """`value` with a placeholder for each encrypted part."""
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            if not isinstance(value["secure"], str):
                told = "a value 'secure' of the config is not text; set it again: pulumi config set --secret"
                raise FiredrillError(told)
            return PLACEHOLDER
        return {key: _without_secrets(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_secrets(inner) for inner in value]
    return value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)
