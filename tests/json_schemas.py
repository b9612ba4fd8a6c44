"""What commands print as JSON, held to its schema."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from firedrill.schemas import schema


def as_its_schema_says(name: str, printed: str) -> Any:
    """The document that a command printed. Fails where it differs from the schema of that name."""
    document = json.loads(printed)
    assert [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(document)] == []
    return document


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads(schema(name)))
