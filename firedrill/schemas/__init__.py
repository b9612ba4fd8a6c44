"""What commands print as JSON: the version that they all carry, and a JSON Schema for each (draft 2020-12)."""

from __future__ import annotations

import json
from pathlib import Path

from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

VERSION = 1
"""Of every JSON output; it rises when a field is gone or means something else, not when one is added."""
_HERE = Path(__file__).parent


def titles() -> dict[str, str]:
    """What each schema is of, by its name: that of the command."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8"))["title"] for file in sorted(_HERE.glob("*.json"))}


def schema(name: str) -> str:
    """The text of the schema with that name. Raises FiredrillError for one that does not exist."""
    known = titles()
    if name not in known:
        raise FiredrillError(f"there is no schema {name!r}{hint(name, known)}; there are {', '.join(known)}.")
    return (_HERE / f"{name}.json").read_text(encoding="utf-8")
