"""docs/config.md: every config key, and the fields of those that are objects."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from firedrill.components.config import Key, declared_keys
from firedrill.components.danger_settings import DangerSettings
from firedrill.components.destination_fields import DestinationSettings
from firedrill.components.destination_settings import KINDS
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.settings import ClassSettings, DeployWindow, Route, WorkerSettings
from tools.pages.markdown import page, table
from tools.pages.shipped import FROM_COMPONENTS

_FIELD_HEAD = ("field", "default", "what it is", "allowed")
_MODELS: dict[str, type[BaseModel]] = {
    "A Worker: `workers.<key>`": WorkerSettings,
    "A class: `workers.<key>.classes.<name>`": ClassSettings,
    "A monitor: `monitors.<id>`, also of a Worker and of a class": MonitorSettings,
    "Who hears of a level: `routes.page`, `routes.chat`": Route,
    "A deployment: `deployWindow`": DeployWindow,
    "A danger: `dangers.<id>`, also of a Worker": DangerSettings,
}


def markdown() -> str:
    """The page of the config keys, and of the fields of those that are objects."""
    rows = (
        (f"`{name}`", key.type, _default(key), " ".join(key.description.split()))
        for name, key in declared_keys().items()
    )
    blocks = ["# Config keys", FROM_COMPONENTS, table(("key", "type", "default", "what it is"), rows)]
    for heading, model in _MODELS.items():
        blocks += [f"## {heading}", table(_FIELD_HEAD, _fields(model))]
    of_all = list(_fields(DestinationSettings))
    of_kinds = [(f"`{kind}`", *row) for kind, model in KINDS.items() for row in _fields(model) if row not in of_all]
    rows_of_types = [*(("any", *row) for row in of_all), *of_kinds]
    blocks += ["## A destination: `destinations.<name>`", table(("`type`", *_FIELD_HEAD), rows_of_types)]
    return page(*blocks)


def _fields(model: type[BaseModel]) -> Iterable[tuple[str, ...]]:
    """A row per field of a config object."""
    for field in model.model_fields.values():
        default = "required" if field.is_required() else _value(field.default)
        yield f"`{field.alias}`", default, field.title or "", field.description or ""


def _default(key: Key) -> str:
    if key.secret:
        return "required, secret" if key.default is None else "secret"
    if key.default is None:
        return "required"
    return (
        "in [keys.yaml](../firedrill/components/config/keys.yaml)"
        if key.default and key.type == "object"
        else _value(key.default)
    )


def _value(default: Any) -> str:
    """A default as it would be written in a stack's file; none for an empty one."""
    return f"`{json.dumps(default)}`" if default not in ("", None, (), {}) else ""
