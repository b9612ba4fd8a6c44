"""What one place of the config says of things that each have an id, laid over what other places say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from firedrill.components.config.advice import Advice
from firedrill.components.problems import Problem
from firedrill.vendors.rules.models import field_names


@dataclass(frozen=True)
class Sort:
    """What has ids: its `name`, the `model` of its fields, what an unknown id is not, and what `false` means."""

    name: str
    model: type[BaseModel]
    unknown: str
    absent: str


@dataclass(frozen=True)
class Level:
    """One place of the config, and by id the fields that differ there, or False."""

    path: str
    fields: Mapping[str, Any]


def level(path: str, given: Any, known: Sequence[str], sort: Sort, advice: Advice) -> tuple[Level, list[Problem]]:
    """What `given` at `path` says of what is `known` there, and what in it says nothing."""
    if not isinstance(given, dict):
        return Level(path, {}), [advice.wrong(path, given, f"an object: {sort.name} ids with fields each")]
    found = []
    for name, fields in given.items():
        if name not in known:
            found.append(advice.unknown(f"{path}.{name}", name, sort.unknown, known))
        elif not isinstance(fields, dict) and fields is not False:
            allowed = f"fields ({', '.join(field_names(sort.model))}), or false: {sort.absent}"
            found.append(advice.wrong(f"{path}.{name}", fields, allowed))
    return Level(path, {k: v for k, v in given.items() if k in known and (isinstance(v, dict) or v is False)}), found


def layered(given: Sequence[Any]) -> dict[str, Any] | None:
    """The fields of each place over those of the one before; None when the last word is False."""
    fields: dict[str, Any] = {}
    for each in given:
        fields |= each or {}
    return None if given and given[-1] is False else fields
