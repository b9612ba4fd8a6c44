"""docs/config.md: every config key, and the fields of those that are objects."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.alias_generators import to_camel

from firedrill.components.config import Key, declared_keys
from firedrill.components.danger_settings import DangerSettings
from firedrill.components.destination_fields import DestinationSettings
from firedrill.components.destination_settings import KINDS
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.components.routing_settings import DeployWindow, Route
from firedrill.components.script_settings import ScriptSettings
from firedrill.components.worker.further import SECRETS, as_config
from firedrill.components.worker_settings import ClassSettings, WorkerSettings
from firedrill.vendors.cloudflare.rules.bindings import FIELDS, ONE_OF, allowed
from firedrill.vendors.cloudflare.rules.bindings import KINDS as KINDS_OF_BINDINGS
from firedrill.vendors.cloudflare.rules.scripts import DURABLE_OBJECT
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
    blocks += [
        "## A binding: `workers.<key>.bindings.<name>`",
        table(("`type`", "needs", "may have"), _bindings()),
        "Values are texts, but for those that say otherwise: "
        + "; ".join(f"`{to_camel(name)}`: {as_config(allowed(name))}" for name in FIELDS if allowed(name) != "text")
        + ". `json` is any value. `secret` names a config key that holds the secret. Texts stand in `variables`, the "
        "Worker's own classes in `classes`.",
    ]
    return page(*blocks)


def _bindings() -> Iterable[tuple[str, ...]]:
    """A row per type of binding."""
    for kind, of in KINDS_OF_BINDINGS.items():
        if kind == "plain_text":
            continue
        hidden = SECRETS.get(kind, ())
        either = ONE_OF.get(kind, ())
        needs = [f"`{to_camel(name)}`" for name in of.needs if name not in hidden]
        needs += ["`scriptName`"] if kind == DURABLE_OBJECT else []
        needs += [" or ".join(f"`{to_camel(name)}`" for name in either)] if either else []
        needs += ["`secret`"] if hidden else []
        may = [f"`{to_camel(name)}`" for name in of.may if name not in (*hidden, *either, "script_name")]
        may += ["`scriptName`"] if kind == "workflow" else []
        yield f"`{kind}`", ", ".join(needs), ", ".join(may)


def _fields(model: type[BaseModel]) -> Iterable[tuple[str, ...]]:
    """A row per field of a config object; what it shares with others comes last."""
    own = model.__annotations__ if issubclass(model, ScriptSettings) else model.model_fields
    for _, field in sorted(model.model_fields.items(), key=lambda item: item[0] not in own):
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
