"""Rendered resources of any Pulumi program as the vendors' API JSON, by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Literal

from firedrill.documents import WRONG_SHAPE, wrong_shape
from firedrill.resources import (
    DASHBOARD,
    DASHBOARD_JSON,
    DOWNTIME,
    DOWNTIME_SCHEDULE,
    LOGPUSH_JOB,
    LOGS_ARCHIVE,
    LOGS_ARCHIVE_ORDER,
    LOGS_INDEX,
    LOGS_INDEX_ORDER,
    LOGS_METRIC,
    LOGS_PIPELINE,
    LOGS_PIPELINE_ORDER,
    LOGS_RESTRICTION_QUERY,
    MONITOR,
    MONITOR_JSON,
    MONITOR_NOTIFICATION_RULE,
    SERVICE_LEVEL_OBJECTIVE,
    WORKERS_SCRIPT,
    Resource,
)
from firedrill.vendors.cloudflare import from_pulumi as cloudflare
from firedrill.vendors.datadog import from_pulumi as datadog
from firedrill.vendors.errors import FiredrillError, Mistakes

Json = dict[str, Any]
Kind = Literal[
    "pipeline",
    "pipeline order",
    "log metric",
    "log index",
    "log index order",
    "monitor",
    "downtime",
    "SLO",
    "dashboard",
    "notification rule",
    "archive",
    "archive order",
    "restriction query",
    "Logpush job",
    "WorkersScript",
]
Translate = Callable[[Json, Mistakes], Json]

_VENDORS = ("cloudflare:", "datadog:")
_OF_EVERYBODY: tuple[Kind, ...] = (
    "pipeline",
    "pipeline order",
    "log index",
    "log index order",
    "downtime",
    "notification rule",
)
"""Kinds that work on a whole organisation, wherever in a program they are declared."""
_ORDERS: Mapping[Kind, tuple[Kind, str, str]] = {
    "pipeline order": ("pipeline", "pipelines", "id"),
    "log index order": ("log index", "indexes", "name"),
}
"""What each kind of order puts in order, its field, and the key that the field lists."""


@dataclass(frozen=True)
class Declaration:
    """One thing that is declared, under its vendor's name for it; `spec` is its API JSON, None when it has none.

    `mistakes` are those of translating it from rendered inputs; the spec lacks what they are about. `urn` and the
    `resource`'s name in the program are "" for what was read as API JSON. `address`, which messages begin with, is what
    another tool calls it; `notes` say what of it cannot be checked, and why.
    """

    kind: Kind
    name: str
    spec: Json | None
    mistakes: tuple[FiredrillError, ...] = ()
    id: str = ""
    urn: str = ""
    resource: str = ""
    address: str = ""
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """What messages about it begin with: its kind and name, after its address."""
        return f"{self.before}{self.kind} {self.name!r}"

    @property
    def before(self) -> str:
        """The address in front of a message about it, "" without one."""
        return f"{self.address}: " if self.address else ""


@dataclass(frozen=True)
class Declared:
    """Everything declared in one `place`, in its order; `others` counts resource types that nothing here reads."""

    place: str
    declarations: tuple[Declaration, ...]
    others: Mapping[str, int]

    def of(self, kind: Kind) -> list[Json]:
        """The API JSON of every declaration of a kind. Raises FiredrillError with each mistake of the translation."""
        found = [declaration for declaration in self.declarations if declaration.kind == kind]
        mistakes = Mistakes()
        mistakes.found += [mistake for declaration in found for mistake in declaration.mistakes]
        mistakes.raise_all()
        return [declaration.spec for declaration in found if declaration.spec is not None]

    def none_of(self, *kinds: Kind) -> bool:
        """Whether it declares none of these."""
        return all(declaration.kind not in kinds for declaration in self.declarations)

    def part(self, urns: Container[str]) -> Declared:
        """What has one of these URNs, and what works on the whole organisation."""
        own = (each for each in self.declarations if each.urn in urns or each.kind in _OF_EVERYBODY)
        return replace(self, declarations=tuple(own))

    def with_own_order(self) -> Declared:
        """The same, its orders without the pipelines and indexes that are not declared here."""
        return replace(self, declarations=tuple(map(self._without_others, self.declarations)))

    def _without_others(self, declaration: Declaration) -> Declaration:
        if declaration.kind not in _ORDERS or declaration.spec is None:
            return declaration
        kind, field, key = _ORDERS[declaration.kind]
        own = {str(each.spec.get(key)) for each in self.declarations if each.kind == kind and each.spec is not None}
        listed = declaration.spec.get(field)
        if not isinstance(listed, list):
            return declaration  # told when it is compiled
        return replace(declaration, spec={**declaration.spec, field: [each for each in listed if each in own]})


def declared_in(resources: Sequence[Resource], place: str = "the stack") -> Declared:
    """What rendered resources declare; whatever cannot be translated is kept with its mistakes."""
    others = Counter(each.type for each in resources if is_other(each.type))
    return Declared(place, tuple(rendered(each) for each in resources if is_read(each.type)), others)


def is_read(token: str) -> bool:
    """Whether resources of a type are read."""
    return token in _TYPES


def is_other(token: str) -> bool:
    """Whether a type is one of the two vendors' that nothing here reads."""
    return token not in _TYPES and token.startswith(_VENDORS)


def kind_of(token: str) -> Kind:
    """What resources of a type that is read declare."""
    return _TYPES[token][0]


@contextmanager
def documented_shape(place: str) -> Iterator[None]:
    """Turn what has a list where the provider has an object, or the like, into a FiredrillError.

    A program cannot render such inputs, only an editor can; so the provider's types are not checked one by one.
    """
    try:
        yield
    except WRONG_SHAPE as error:
        told = f"{place}: its inputs are not of the provider's types: {wrong_shape(error)}; compare them with its page."
        raise FiredrillError(told) from error


def _without_mistakes(translate: Callable[[Json], Json]) -> Translate:
    return lambda inputs, mistakes: translate(inputs)


_TYPES: Mapping[str, tuple[Kind, Translate]] = {
    LOGS_PIPELINE: ("pipeline", datadog.pipeline),
    LOGS_PIPELINE_ORDER: ("pipeline order", lambda inputs, mistakes: inputs),
    LOGS_METRIC: ("log metric", _without_mistakes(datadog.logs_metric)),
    LOGS_INDEX: ("log index", _without_mistakes(datadog.logs_index)),
    LOGS_INDEX_ORDER: ("log index order", lambda inputs, mistakes: inputs),
    MONITOR: ("monitor", _without_mistakes(datadog.monitor)),
    MONITOR_JSON: ("monitor", _without_mistakes(datadog.monitor_json)),
    DOWNTIME_SCHEDULE: ("downtime", _without_mistakes(datadog.downtime_schedule)),
    DOWNTIME: ("downtime", _without_mistakes(datadog.downtime)),
    SERVICE_LEVEL_OBJECTIVE: ("SLO", _without_mistakes(datadog.service_level_objective)),
    DASHBOARD: ("dashboard", _without_mistakes(datadog.dashboard)),
    DASHBOARD_JSON: ("dashboard", _without_mistakes(datadog.dashboard_json)),
    MONITOR_NOTIFICATION_RULE: ("notification rule", _without_mistakes(datadog.as_written)),
    LOGS_ARCHIVE: ("archive", _without_mistakes(datadog.archive)),
    LOGS_ARCHIVE_ORDER: ("archive order", _without_mistakes(datadog.as_written)),
    LOGS_RESTRICTION_QUERY: ("restriction query", _without_mistakes(datadog.as_written)),
    LOGPUSH_JOB: ("Logpush job", _without_mistakes(cloudflare.logpush_job)),
    WORKERS_SCRIPT: ("WorkersScript", _without_mistakes(cloudflare.workers_script)),
}
"""What is read of rendered resources, by their type."""


def rendered(resource: Resource) -> Declaration:
    """What a rendered resource of a type that is read declares."""
    kind, translate = _TYPES[resource.type]
    mistakes = Mistakes()
    spec = None
    with mistakes.collect(), documented_shape(f"{kind} {resource.name!r}"):
        spec = translate(resource.inputs, mistakes)
        if kind in ("pipeline", "monitor", "SLO"):
            spec["id"] = resource.id
    given = spec or {} if resource.type in (MONITOR_JSON, DASHBOARD_JSON) else resource.inputs
    name = given.get("name") or given.get("title") or given.get("scriptName") or resource.name
    return Declaration(kind, str(name), spec, tuple(mistakes.found), resource.id, resource.urn, resource.name)
