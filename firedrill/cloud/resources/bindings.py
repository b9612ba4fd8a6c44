"""The bindings of a Worker.

Source: developers.cloudflare.com/workers/configuration/multipart-upload-metadata (bindings)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.cloud.values import Json, secret
from firedrill.vendors.cloudflare.rules.scripts import BINDINGS
from firedrill.vendors.errors import Unsupported


def with_secret_text(binding: Any) -> Any:
    """The binding, its text marked as a secret if it is one."""
    if not isinstance(binding, dict) or binding.get("type") != "secret_text":
        return binding
    return {key: secret(value) if key == "text" else value for key, value in binding.items()}


def refuse_unknown(binding: Mapping[str, Any], place: str) -> None:
    """Raise Unsupported for a type that a Worker does not get here."""
    if binding.get("type") not in BINDINGS:
        raise Unsupported(
            f"binding type {str(binding.get('type'))!r} (supported: {', '.join(sorted(BINDINGS))})", place
        )


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
