"""The package's config keys, for modules that may not import the components that read them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from firedrill.vendors.rules.documents import read_text, yaml_mapping

NAMESPACE = "firedrill"
_FILE = Path(__file__).parent / "components" / "config" / "keys.yaml"


@cache
def config_keys() -> Mapping[str, Mapping[str, Any]]:
    """By name without the namespace: description, type, and where they have them default and secret."""
    return yaml_mapping(read_text(_FILE, _FILE.name), _FILE.name)
