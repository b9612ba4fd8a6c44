"""Two renderings of a stack compared: what is added, removed, replaced, renamed or changed."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from firedrill.cloud.resources import RESOURCE_TYPES
from firedrill.declared.monitor_tags import monitor_tags
from firedrill.declared.ownership import owners
from firedrill.resources import LOGS_METRIC, MONITOR, WORKERS_SCRIPT, Resource
from firedrill.review.classes import class_changes, without_migrations
from firedrill.review.inputs import differences

Kind = Literal["removed", "replaced", "added", "renamed", "changed"]
ORDER: tuple[Kind, ...] = ("removed", "replaced", "added", "renamed", "changed")

_REFUSED = "Pulumi refuses that, since it is protected"
_LOST = {
    WORKERS_SCRIPT: "its Durable Objects and all their data",
    LOGS_METRIC: "the history of the metric",
}


@dataclass(frozen=True)
class ResourceChange:
    """What happens to one resource: `details` in words, and what is `lost` with it, "" for nothing."""

    kind: Kind
    type: str
    name: str
    details: tuple[str, ...] = ()
    lost: str = ""


def compare(before: Sequence[Resource], after: Sequence[Resource]) -> list[ResourceChange]:
    """The changes from one rendering to the other, the gravest kind first and then by type and name.

    Components are left out: they are nothing at a vendor. A resource is the same one when its URN is, or when an
    alias says so.
    """
    old = {each.urn: each for each in _readable(before)}
    found = []
    for new in _readable(after):
        urn = known_as(new, old)
        if urn is None:
            found.append(ResourceChange("added", new.type, _title(new)))
        else:
            found += _changes(old.pop(urn), new, after)
    found += [_destroyed("removed", each, each) for each in old.values()]
    return sorted(found, key=lambda change: (ORDER.index(change.kind), change.type, change.name))


def known_as(resource: Resource, urns: Container[str]) -> str | None:
    """The one of `urns` under which a resource was live before; None for a new one."""
    return next((each for each in (resource.urn, *resource.aliases) if each in urns), None)


def _title(resource: Resource) -> str:
    """What a person knows it by: the name that it has at its vendor, where it has one."""
    return str(resource.inputs.get("name") or resource.inputs.get("scriptName") or resource.name)


def _readable(resources: Sequence[Resource]) -> list[Resource]:
    """Without components, and composite monitors with the names of their parts in place of made-up ids."""
    names = {each.id: monitor_tags(each.inputs, each.name).name for each in resources if each.type == MONITOR}
    return [
        replace(each, inputs=each.inputs | {"query": re.sub(r"\d+", partial(_named, names), each.inputs["query"])})
        if each.type == MONITOR and each.inputs.get("type") == "composite"
        else each
        for each in resources
        if not each.type.startswith("firedrill:")
    ]


def _named(names: Mapping[str, str], found: re.Match[str]) -> str:
    return names.get(found[0], found[0])


def _changes(old: Resource, new: Resource, around: Sequence[Resource]) -> list[ResourceChange]:
    lost = ""
    details: tuple[str, ...] = ()
    if new.type == WORKERS_SCRIPT:
        service = owners(around).get(new.urn)
        phrases, lost = class_changes(old, new, service.inputs if service else {})
        details = tuple(phrases)
        old, new = without_migrations(old), without_migrations(new)
    details = (*differences(old, new), *details)
    immutable = RESOURCE_TYPES[new.type].immutable if new.type in RESOURCE_TYPES else ()
    if any(_at(old.inputs, path) != _at(new.inputs, path) for path in immutable):
        return [_destroyed("replaced", old, new, details)]
    if details:
        return [ResourceChange("changed", new.type, _title(new), details, lost)]
    if old.name != new.name:
        return [ResourceChange("renamed", new.type, new.name, (f"was {old.name}",))]
    return []


def _destroyed(kind: Kind, old: Resource, new: Resource, details: tuple[str, ...] = ()) -> ResourceChange:
    """A resource that is deleted, to be created again as `new` or not; Pulumi deletes none that is protected.

    Source: pulumi.com/docs/iac/concepts/resources/options/protect
    """
    if old.protect and new.protect:
        return ResourceChange(kind, new.type, _title(new), (*details, _REFUSED))
    return ResourceChange(kind, new.type, _title(new), details, _LOST.get(new.type, ""))


def _at(inputs: Mapping[str, object], path: str) -> object:
    value: object = inputs
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
