"""A resource in a file of another tool, as the rendered resource that the translators read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from firedrill.declared.declaration import Declaration, Declared, Json, Kind, kind_of, rendered
from firedrill.resources import LOGPUSH_JOB, Resource
from firedrill.vendors.rules.unknown import UNKNOWN, is_unknown

_READ_ANYWAY: tuple[Kind, ...] = ("dashboard", "SLO")
"""Kinds in which a value that is not known yet hides only itself."""
_DISPENSABLE = frozenset({"description", "escalationMessage", "message", "name", "restrictedRoles", "tags"})
"""Inputs without which the rest can be checked."""
_ENCRYPTED_DESTINATION = "https://[secret]"
"""A destination whose parts nobody may read; of this kind Cloudflare asks nothing that depends on its parts."""


@dataclass(frozen=True)
class Found:
    """A resource in Pulumi's form; its `name` is what its tool calls it.

    `unknown` maps the inputs that are known only after a deployment to their names in the tool; such values, or what
    is inside them, are UNKNOWN.
    """

    resource: Resource
    unknown: Mapping[str, str] = field(default_factory=dict)


def declare(found: Iterable[Found], others: Iterable[str], place: str) -> Declared:
    """What the resources declare, and how many there are of types that nothing reads.

    An order of pipelines or indexes may list more than is declared, as Datadog's own are in it, too.
    """
    declarations = tuple(_declaration(each) for each in found)
    return Declared(place, declarations, Counter(others)).with_own_order()


def _declaration(found: Found) -> Declaration:
    resource, kind = found.resource, kind_of(found.resource.type)
    unread = [name for key, name in found.unknown.items() if key not in _DISPENSABLE]
    inputs = {key: value for key, value in resource.inputs.items() if key not in found.unknown or _partly(key, kind)}
    if "name" in found.unknown:
        inputs["name"] = resource.name
    notes = []
    if unread and kind not in _READ_ANYWAY:
        name = str(inputs.get("name") or resource.name)
        notes = [f"{_listed(unread)} {_is(unread)} known only after the deployment, so nothing of it is checked"]
        return Declaration(kind, name, None, (), resource.id, resource.urn, resource.name, resource.name, tuple(notes))
    if unknown := [name for key, name in found.unknown.items() if key != "restrictedRoles"]:
        notes.append(
            f"{_listed(unknown)} {_is(unknown)} known only after the deployment and {_is(unknown)} not checked"
        )
    if resource.type == LOGPUSH_JOB and inputs.get("destinationConf") == "[secret]":
        inputs["destinationConf"] = _ENCRYPTED_DESTINATION
        notes.append("its destination is a secret, which is not in the file and is not checked")
    declaration = rendered(replace(resource, inputs=inputs))
    return replace(declaration, address=resource.name, notes=tuple(notes))


def _partly(key: str, kind: Kind) -> bool:
    return kind in _READ_ANYWAY and key not in _DISPENSABLE


def _listed(names: Iterable[str]) -> str:
    return " and ".join(sorted(map(repr, names)))


def _is(names: list[str]) -> str:
    return "are" if len(names) > 1 else "is"


def filled(value: Any, unknown: Any) -> Any:
    """The value with UNKNOWN wherever `unknown`, of the same shape, has true."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict):
        given: Json = value if isinstance(value, dict) else {}
        inner = {key: filled(given.get(key), each) for key, each in unknown.items() if key in given or _any(each)}
        return {**given, **inner}
    if isinstance(unknown, list):
        entries = value if isinstance(value, list) else []
        longest = max(len(entries), len(unknown))
        pairs = zip([*entries, *[None] * longest], [*unknown, *[None] * longest], strict=False)
        return [filled(entry, each) for entry, each in list(pairs)[:longest]]
    return value


def _any(unknown: Any) -> bool:
    return is_unknown(filled(None, unknown))
