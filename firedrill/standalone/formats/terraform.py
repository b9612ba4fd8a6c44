"""`terraform show -json` of a plan or of a state, and OpenTofu's.

Source: developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.declared.declaration import Declared
from firedrill.documents import WRONG_SHAPE, wrong_shape
from firedrill.resources import SECRET, Resource
from firedrill.standalone.formats.found import Found, declare, filled
from firedrill.standalone.formats.terraform_names import TYPES, camel, inputs_of
from firedrill.standalone.words import shortened
from firedrill.vendors.cloudflare.rules.destinations.address import credentials_in
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.unknown import is_unknown

MAJOR = "1"
"""The version of the format that is read, which Terraform has written since 1.1."""

_VENDORS = ("cloudflare_", "datadog_")
_INDEX = re.compile(r"\[[^\]]*\]")
_Configured = dict[tuple[str, ...], Any]
"""The expressions of each resource in the configuration: by the names of its modules, its type and its name."""


def recognises(value: Any) -> bool:
    """Whether it is one of them, or Terraform's own file of a state."""
    return isinstance(value, dict) and ("format_version" in value or {"lineage", "serial"} <= value.keys())


def read(value: dict[str, Any], place: str) -> Declared:
    """What is there once the plan is applied, or what the state holds; data sources are not looked at.

    Raises FiredrillError for another version of the format, and for what does not have its shape.
    """
    version = value.get("format_version")
    if version is None:
        raise FiredrillError(f"{place} is Terraform's state file; give what `terraform show -json` prints of it.")
    if not isinstance(version, str) or version.partition(".")[0] != MAJOR:
        raise FiredrillError(
            f"{place}: its format_version is {shortened(version)}; supported is {MAJOR}.x, "
            "which `terraform show -json` prints since Terraform 1.1."
        )
    try:
        return _read(value, place)
    except WRONG_SHAPE as error:
        raise FiredrillError(
            f"{place} does not have the shape of `terraform show -json`: {wrong_shape(error)}; "
            "give all that the command prints, unchanged."
        ) from error


def _read(value: dict[str, Any], place: str) -> Declared:
    root = (value.get("planned_values") or value.get("values") or {}).get("root_module") or {}
    changes = {each["address"]: each["change"] for each in value.get("resource_changes") or ()}
    configured = dict(_configured((value.get("configuration") or {}).get("root_module") or {}, ()))
    found, others = [], []
    for each in _resources(root):
        if each["type"] in TYPES:
            change = changes.get(each["address"]) or {}
            found.append(_found(each, change.get("after_unknown") or {}, configured))
        elif each["type"].startswith(_VENDORS):
            others.append(each["type"])
    return declare(found, others, place)


def _resources(module: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The managed resources of a module and of those in it."""
    yield from (each for each in module.get("resources") or () if each.get("mode", "managed") == "managed")
    for child in module.get("child_modules") or ():
        yield from _resources(child)


def _configured(module: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for each in module.get("resources") or ():
        yield (*path, each["type"], each["name"]), each.get("expressions") or {}
    for name, call in (module.get("module_calls") or {}).items():
        yield from _configured(call.get("module") or {}, (*path, name))


def _found(resource: Mapping[str, Any], after_unknown: Mapping[str, Any], configured: _Configured) -> Found:
    address, kind = resource["address"], resource["type"]
    modules = _INDEX.sub("", address).split(".")[:-2][1::2]
    expressions = configured.get((*modules, kind, resource["name"]), {})
    # what is not configured, too, is unknown where the provider decides it, an id for one
    given = {key: each for key, each in after_unknown.items() if each is not True or key in expressions}
    values = {key: each for key, each in (resource.get("values") or {}).items() if each is not None}
    masked = {
        key: _masked(each, (resource.get("sensitive_values") or {}).get(key), key) for key, each in values.items()
    }
    whole = filled(masked, given)
    unknown = {camel(key): key for key, each in whole.items() if key != "id" and is_unknown(each)}
    token, inputs = TYPES[kind], inputs_of(kind, whole)
    unknown = {key: name for key, name in unknown.items() if key in inputs}
    return Found(Resource(token, address, "", str(values.get("id") or address), inputs), unknown)


def _masked(value: Any, sensitive: Any, name: str) -> Any:
    """The value without what Terraform calls sensitive, but for the address of a destination.

    Cloudflare's provider calls an address sensitive for the credentials in it.
    """
    if sensitive is True:
        if name != "destination_conf" or not isinstance(value, str):
            return SECRET
        for credential in credentials_in(value):
            value = value.replace(credential, SECRET)
        return value
    if isinstance(value, dict) and isinstance(sensitive, dict):
        return {key: _masked(each, sensitive.get(key), key) for key, each in value.items()}
    if isinstance(value, list) and isinstance(sensitive, list):
        marks = [*sensitive, *[None] * len(value)]
        return [_masked(each, mark, name) for each, mark in zip(value, marks, strict=False)]
    return value
