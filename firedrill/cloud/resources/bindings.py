"""The bindings of a Worker.

Source: developers.cloudflare.com/workers/configuration/multipart-upload-metadata (bindings)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.cloud.values import Json, secret
from firedrill.vendors.errors import FiredrillError, Unsupported

DURABLE_OBJECT = "durable_object_namespace"
_BINDINGS: Mapping[str, frozenset[str]] = {
    DURABLE_OBJECT: frozenset({"className"}),
    "plain_text": frozenset({"text"}),
    "secret_text": frozenset(),
    "json": frozenset({"json"}),
    "analytics_engine": frozenset({"dataset"}),
}
"""The types of bindings that a Worker gets here, and what each needs beside its name."""


def with_secret_text(binding: Any) -> Any:
    """The binding, its text marked as a secret if it is one."""
    if not isinstance(binding, dict) or binding.get("type") != "secret_text":
        return binding
    return {key: secret(value) if key == "text" else value for key, value in binding.items()}


def check_binding(binding: Mapping[str, Any], place: str) -> None:
    """Raise Unsupported for a type that is not there, FiredrillError for a binding that lacks something."""
    kind, name = str(binding.get("type")), binding.get("name")
    if kind not in _BINDINGS:
        raise Unsupported(f"binding type {kind!r} (there is {', '.join(sorted(_BINDINGS))})", place)
    if name is not None and not isinstance(name, str):
        raise FiredrillError(f"{place}: a binding of type {kind!r} has the name {name!r}; give it a text.")
    for key in ("name", *sorted(_BINDINGS[kind])):
        if not binding.get(key) and binding.get(key) != "":
            raise FiredrillError(f"{place}: the binding {name!r} of type {kind!r} has no {key}; set it.")


def secret_texts(inputs: Mapping[str, Any]) -> Json:
    """The texts of a script's secret_text bindings, by name."""
    bindings = (each for each in inputs.get("bindings") or () if each["type"] == "secret_text")
    return {binding["name"]: binding["text"] for binding in bindings if "text" in binding}


def without_text(binding: Json) -> Json:
    """A binding as Cloudflare gives it back: without its text if that is a secret."""
    is_secret = binding["type"] == "secret_text"
    return {key: value for key, value in binding.items() if key != "text"} if is_secret else binding


def with_text(binding: Json, texts: Mapping[str, Any]) -> Json:
    """The same with its text among those known."""
    return {**binding, "text": texts[binding["name"]]} if binding["name"] in texts else binding
