"""The bindings of a Worker.

Source: developers.cloudflare.com/workers/configuration/multipart-upload-metadata (bindings)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from firedrill.cloud.values import Json, secret
from firedrill.vendors.cloudflare.rules.scripts import BINDINGS
from firedrill.vendors.errors import Unsupported


def with_secret_text(binding: Any) -> Any:
    """The binding, its text marked as a secret if it is one."""
    return sensitive(binding) if isinstance(binding, dict) and binding.get("type") == "secret_text" else binding


def sensitive(binding: Json) -> Json:
    """The binding with its text as a secret, which the provider makes of the text of any type."""
    return {key: secret(value) if key == "text" else value for key, value in binding.items()}


def refuse_unknown(binding: Mapping[str, Any], place: str) -> None:
    """Raise Unsupported for a type that a Worker does not get here."""
    if binding.get("type") not in BINDINGS:
        raise Unsupported(
            f"binding type {str(binding.get('type'))!r} (supported: {', '.join(sorted(BINDINGS))})", place
        )


def without_text(binding: Json) -> Json:
    """A binding as Cloudflare gives it back: without its text if that is a secret."""
    is_secret = binding["type"] == "secret_text"
    return {key: value for key, value in binding.items() if key != "text"} if is_secret else binding


def refreshed(live: Sequence[Json], known: Sequence[Json]) -> list[Json]:
    """The bindings as the provider reads them: those that the stack knows first, as it knows them.

    Of the `live` ones it sees which secret_text there still is, and which bindings are new; not what changed in one.
    Source: github.com/cloudflare/terraform-provider-cloudflare, internal/services/workers_script/custom.go
    """
    names = {(each["type"], each["name"]) for each in live}
    kept = [each for each in known if each["type"] != "secret_text" or (each["type"], each["name"]) in names]
    seen = {(each["type"], each["name"]) for each in known}
    return [*kept, *(without_text(each) for each in live if (each["type"], each["name"]) not in seen)]
