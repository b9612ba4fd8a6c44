"""A managed Worker's further bindings, from the names that the config has for their fields to those of the API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.alias_generators import to_camel, to_snake

from firedrill.vendors.cloudflare.rules.bindings import FIELDS, KINDS, binding_breaches
from firedrill.vendors.cloudflare.rules.forms import Form
from firedrill.vendors.cloudflare.rules.scripts import DURABLE_OBJECT
from firedrill.vendors.rules.breach import Breach, shown

SECRETS = {"secret_text": ("text",), "secret_key": ("key_base64", "key_jwk")}
"""Types with a secret, and the fields of the API that it may be in; in the config it is `secret`, a config key."""
REMOVE = "remove it"
"""The change of what must not be there."""
_WORDS = [*(each for each in FIELDS if "_" in each and each not in KINDS), "max_attempts", "timeout_ms"]
_SNAKE = re.compile(rf"\b({'|'.join(_WORDS)})\b")


def api_binding(name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """A binding as the API has it, but for `secret`, which names the config key of its secret."""
    given = {key: value for key, value in fields.items() if key != "json" and value is not None}
    binding = {"name": name, **{to_snake(key): _snake(value) for key, value in given.items()}}
    return binding | ({"json": json.dumps(fields["json"])} if "json" in fields else {})


def breaches(fields: Mapping[str, Any], credential: Form) -> Iterator[Breach]:
    """What is wrong with the fields of a binding, named as the config has them; a secret is never shown."""
    kind = fields.get("type")
    if not isinstance(kind, str):
        yield Breach("type", "" if kind is None else shown(kind), "a type of binding, such as r2_bucket")
        return
    if kind == "plain_text":
        yield Breach("type", shown(kind), "any other type, since plain text stands in variables")
        return
    if kind == DURABLE_OBJECT and not fields.get("scriptName"):
        allowed = "the Worker whose class it is; those of this Worker stand in classes"
        yield Breach("scriptName", "", allowed)
    if kind == "json" and not _in_json(fields.get("json")):
        yield Breach("json", shown(fields["json"]), "any value but .nan and .inf, which JSON does not have")
        return
    binding = api_binding("", fields)
    given = {key: value for key, value in binding.items() if key not in ("name", "type", "secret")}
    hidden = SECRETS.get(kind, ())
    for field in hidden:
        if given.pop(field, None) is not None:
            yield Breach(to_camel(field), "text", "nothing, since secret names the config key that holds it", REMOVE)
    if hidden:
        for breach in credential.breaches("secret", fields.get("secret")):
            yield breach._replace(value=breach.value and "not a valid name")  # perhaps it is the secret
        given |= {"text": "hidden"} if kind == "secret_text" else {}
    elif "secret" in fields:
        given["secret"] = fields["secret"]
    for breach in binding_breaches(kind, given):
        value, allowed = as_config(breach.value), as_config(breach.allowed)
        if breach.field == "json":
            allowed = "any value"
        yield Breach(to_camel(breach.field), value, allowed, breach.change)


def with_secret(binding: Mapping[str, Any], secret: Any) -> dict[str, Any]:
    """The binding with its secret where the API has it."""
    field = "text" if binding["type"] == "secret_text" else "key_jwk" if binding["format"] == "jwk" else "key_base64"
    return {**{key: value for key, value in binding.items() if key != "secret"}, field: secret}


def as_config(text: str) -> str:
    """A text with the names of fields as the config has them."""
    return _SNAKE.sub(lambda found: to_camel(found[1]), text)


def _in_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True


def _snake(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {to_snake(key): _snake(each) for key, each in value.items()}
    return value
