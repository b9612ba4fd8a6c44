"""What a file declares: rendered resources of any Pulumi program, or Datadog's own API JSON, recognised by its shape.

API JSON is one object, a list of objects, or the list answers of Datadog's API: pipelines
(GET /api/v1/logs/config/pipelines), indexes (GET /api/v1/logs/config/indexes), log-based metrics
(GET /api/v2/logs/config/metrics), monitors (GET /api/v1/monitor). One list may hold objects of several kinds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, MONITOR, WORKERS_SCRIPT, Resource, loads
from firedrill.standalone.read import Json, Source, parse_json
from firedrill.standalone.text import shortened
from firedrill.vendors.cloudflare import from_pulumi as cloudflare
from firedrill.vendors.datadog import from_pulumi as datadog
from firedrill.vendors.errors import FiredrillError, Mistakes

Kind = Literal[
    "pipeline",
    "pipeline order",
    "log metric",
    "log index",
    "log index order",
    "monitor",
    "Logpush job",
    "WorkersScript",
]
Translate = Callable[[Json, Mistakes], Json]

_VENDORS = ("cloudflare:", "datadog:")
_SHAPES: tuple[tuple[Kind, frozenset[str]], ...] = (
    ("log metric", frozenset({"compute"})),
    ("monitor", frozenset({"query", "options"})),
    ("log index", frozenset({"exclusion_filters", "daily_limit", "num_retention_days"})),
    ("pipeline", frozenset({"processors", "filter"})),
)
"""Fields of API JSON that tell its kind: any of them does, in this order."""


@dataclass(frozen=True)
class Declaration:
    """One thing that is declared, under its vendor's name for it; `spec` is its API JSON, None when it has none.

    `mistakes` are those of translating it from rendered inputs; the spec lacks what they are about.
    """

    kind: Kind
    name: str
    spec: Json | None
    mistakes: tuple[FiredrillError, ...] = ()
    id: str = ""


@dataclass(frozen=True)
class Declared:
    """What the file called `name` declares, in its order; `others` counts resource types that nothing here reads."""

    name: str
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


def read_declared(source: Source) -> Declared:
    """Read a file of resources. Raises FiredrillError for one that is neither of the two forms."""
    value = parse_json(source)
    if isinstance(value, list) and any(isinstance(entry, dict) and "inputs" in entry for entry in value):
        resources = loads(source.text, source.name)
        others = Counter(each.type for each in resources if each.type not in _TYPES and each.type.startswith(_VENDORS))
        return Declared(source.name, tuple(_rendered(each) for each in resources if each.type in _TYPES), others)
    return Declared(source.name, tuple(_api_objects(value, source.name)), {})


@contextmanager
def documented_shape(place: str) -> Iterator[None]:
    """End as a user's mistake what has a list where the provider has an object, or the like.

    A program cannot render such inputs, only an editor can; so the provider's types are not checked one by one.
    """
    try:
        yield
    except (ArithmeticError, AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise FiredrillError(f"{place}: its inputs are not of the provider's types ({error!r}).") from error


def _without_mistakes(translate: Callable[[Json], Json]) -> Translate:
    return lambda inputs, mistakes: translate(inputs)


_TYPES: Mapping[str, tuple[Kind, Translate]] = {
    LOGS_PIPELINE: ("pipeline", datadog.pipeline),
    "datadog:index/logsPipelineOrder:LogsPipelineOrder": ("pipeline order", lambda inputs, mistakes: inputs),
    LOGS_METRIC: ("log metric", _without_mistakes(datadog.logs_metric)),
    "datadog:index/logsIndex:LogsIndex": ("log index", _without_mistakes(datadog.logs_index)),
    "datadog:index/logsIndexOrder:LogsIndexOrder": ("log index order", lambda inputs, mistakes: inputs),
    MONITOR: ("monitor", _without_mistakes(datadog.monitor)),
    LOGPUSH_JOB: ("Logpush job", _without_mistakes(cloudflare.logpush_job)),
    WORKERS_SCRIPT: ("WorkersScript", _without_mistakes(cloudflare.workers_script)),
}
"""What is read of rendered resources, by their type."""


def _rendered(resource: Resource) -> Declaration:
    kind, translate = _TYPES[resource.type]
    mistakes = Mistakes()
    spec = None
    with mistakes.collect(), documented_shape(f"{kind} {resource.name!r}"):
        spec = translate(resource.inputs, mistakes)
        if kind in ("pipeline", "monitor"):
            spec["id"] = resource.id
    name = resource.inputs.get("name") or resource.inputs.get("scriptName") or resource.name
    return Declaration(kind, str(name), spec, tuple(mistakes.found), resource.id)


def _api_objects(value: Any, place: str) -> Iterator[Declaration]:
    if isinstance(value, list):
        for number, entry in enumerate(value, start=1):
            yield from _api_objects(entry, f"{place}, entry {number}")
    elif isinstance(value, dict) and isinstance(value.get("data"), list | dict):
        yield from _api_objects(value["data"], place)
    elif isinstance(value, dict) and isinstance(value.get("indexes"), list):
        yield from _api_objects(value["indexes"], place)
    elif isinstance(value, dict) and value.get("type") == "logs_metrics" and isinstance(value.get("attributes"), dict):
        yield _api_object({"id": value.get("id"), **value["attributes"]}, place)
    else:
        yield _api_object(value, place)


def _api_object(value: Any, place: str) -> Declaration:
    for kind, fields in _SHAPES:
        if isinstance(value, dict) and not fields.isdisjoint(value):
            name = value.get("name") or value.get("id") or ""
            return Declaration(kind, str(name), value, id=str(value.get("id", "")))
    raise FiredrillError(
        f"{place} is {shortened(value)}; it should be rendered resources (firedrill render), or Datadog's API JSON of "
        "pipelines, log-based metrics, indexes or monitors."
    )
