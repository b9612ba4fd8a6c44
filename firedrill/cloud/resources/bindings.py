"""The bindings of a Worker.

Source: developers.cloudflare.com/workers/configuration/multipart-upload-metadata (bindings)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from firedrill.cloud.state import State
from firedrill.cloud.tokens import WORKERS_KV_NAMESPACE
from firedrill.cloud.values import Json, secret
from firedrill.vendors.cloudflare import from_pulumi
from firedrill.vendors.cloudflare.rules.bindings import KINDS, binding_breaches
from firedrill.vendors.cloudflare.rules.scripts import COMPLETE, KV_NAMESPACE
from firedrill.vendors.errors import FiredrillError, Unsupported, as_one, refuse
from firedrill.vendors.rules.breach import Breach

_ID = re.compile(r"[0-9a-f]{32}")


def with_secret_texts(inputs: Json) -> Json:
    """The inputs of an upload, the texts of its secret_text bindings marked as secrets."""
    if not isinstance(inputs.get("bindings"), list):
        return inputs
    return {**inputs, "bindings": [_with_secret_text(binding) for binding in inputs["bindings"]]}


def _with_secret_text(binding: Any) -> Any:
    return sensitive(binding) if isinstance(binding, dict) and binding.get("type") == "secret_text" else binding


def sensitive(binding: Json) -> Json:
    """The binding with its text as a secret, which the provider makes of the text of any type."""
    return {key: secret(value) if key == "text" else value for key, value in binding.items()}


def refuse_unknown(bindings: Iterable[Mapping[str, Any]], place: str) -> None:
    """Raise Unsupported for each type that there is not, FiredrillError for fields that are not those of the type."""
    bindings = list(bindings)
    found = [
        Unsupported(f"binding type {str(each.get('type'))!r} (supported: {', '.join(sorted(KINDS))})", place)
        for each in bindings
        if each.get("type") not in KINDS
    ]
    if found:
        raise as_one(found)
    refuse(place, [breach for each in bindings for breach in _breaches(from_pulumi.api(dict(each)))])


def _breaches(binding: Mapping[str, Any]) -> Iterator[Breach]:
    """What is wrong with a binding (API JSON), but for what the rules of uploads say of it."""
    kind, fields = binding["type"], {key: value for key, value in binding.items() if key not in ("name", "type")}
    for breach in binding_breaches(kind, fields):
        if breach.value or kind not in COMPLETE:
            yield breach._replace(field=f"bindings.{binding.get('name')}.{breach.field}")


def refuse_missing(bindings: Iterable[Mapping[str, Any]], state: State, place: str) -> None:
    """Raise FiredrillError for a binding to a KV namespace that does not exist."""
    for binding in bindings:
        if binding["type"] != KV_NAMESPACE or _ID.fullmatch(binding["namespaceId"]):
            continue  # an id of the account's that was not made here is taken to be there
        if binding["namespaceId"] not in state.of(WORKERS_KV_NAMESPACE):
            raise FiredrillError(
                f"{place}: there is no KV namespace {binding['namespaceId']!r} for the binding {binding['name']}"
                " [code: 10041]; bind the id of one."
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
