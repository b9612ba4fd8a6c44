"""The config keys of the package, and what a project's own Pulumi.yaml says under them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from firedrill.components.problems import DeclarationError
from firedrill.vendors.rules.documents import DocumentError, read_text, yaml_mapping

NAMESPACE = "firedrill"
"""The namespace of every key, whatever a project is called."""
MERGED = ("workers", "monitors", "dangers")
"""The keys whose objects are laid over one another field by field: the package's, the project's, the stack's.

Pulumi replaces an object of the project by one of the stack whole."""
_FILE = Path(__file__).with_name("keys.yaml")


@dataclass(frozen=True)
class Key:
    """One config key; `default` is None where a stack must give a value."""

    description: str
    type: str = "string"
    default: Any = None
    secret: bool = False


@cache
def declared_keys() -> Mapping[str, Key]:
    """Every config key by its name without the namespace."""
    return {name: Key(**fields) for name, fields in yaml_mapping(read_text(_FILE, _FILE.name), _FILE.name).items()}


def of_project(root: Path) -> dict[str, Any]:
    """What the Pulumi.yaml of the program in `root` has for the keys in `MERGED`; nothing where there is no such file.

    It may lie in a folder above: `main` in it names the program's.

    Raises DeclarationError when it cannot be read.
    Source: pulumi.com/docs/iac/concepts/projects/project-file (config: a value, or an object with default or value)
    """
    path = next((path for each in (root, *root.parents) if (path := each / "Pulumi.yaml").is_file()), None)
    if path is None:
        return {}
    try:
        project = yaml_mapping(read_text(path, path.name), path.name)
    except DocumentError as error:
        raise DeclarationError(f"{error}.") from None
    own = f"{project.get('name')}:"
    config = {name if ":" in name else own + name: entry for name, entry in (project.get("config") or {}).items()}
    found = {}
    for name in MERGED:
        entry = config.get(f"{NAMESPACE}:{name}")
        if isinstance(entry, Mapping):
            found[name] = entry.get("value", entry.get("default"))
    return {name: value for name, value in found.items() if isinstance(value, Mapping)}
