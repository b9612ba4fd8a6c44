"""Schema processor (OCSF): remappers and category mappers into a schema's attributes.

What a mapper writes is documented; the checks against the schema itself are not, so they are left out and the processor
counts as modelled. The attributes that follow from the class alone are those in the results that Datadog publishes
(integrations-core, nginx_tests.yaml): `ocsf.class_uid`, `class_name`, `category_uid`, `category_name`,
`metadata.version` and, of a class with profiles, `metadata.profiles`; a category's uid is the class's in thousands.
Source: docs.datadoghq.com/security/cloud_siem/ingest_and_enrich/open_cybersecurity_schema_framework/ocsf_processor and
the API reference of LogsSchemaProcessor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import setter, source
from firedrill.vendors.datadog.processors.attribute_remapper import AttributeRemapper, Format, compile_remapper
from firedrill.vendors.datadog.processors.base import DONE, PAGES, Applied, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.search import compile_query, facets_of
from firedrill.vendors.datadog.spec import Filter, Model, at
from firedrill.vendors.errors import Unsupported
from firedrill.vendors.features import Feature

CATEGORIES = {
    1: "System Activity",
    2: "Findings",
    3: "Identity & Access Management",
    4: "Network Activity",
    5: "Discovery",
    6: "Application Activity",
    7: "Remediation",
    8: "Unmanned Systems",
}
"""Source: schema.ocsf.io/categories"""


class Schema(Model):
    """Which class of which schema."""

    schema_type: str
    version: str
    class_uid: int
    class_name: str
    profiles: Sequence[str] = ()
    extensions: Sequence[str] = ()


class SchemaRemapper(Model):
    """As the attribute remapper."""

    type: Literal["schema-remapper"]
    name: str
    sources: Sequence[str]
    target: str
    target_format: Format = "auto"
    preserve_source: bool = False
    override_on_conflict: bool = False


class SchemaCategory(Model):
    """A query, and the id and name to write when it matches."""

    filter: Filter
    id: int
    name: str


class Targets(Model):
    """Where id and name are written."""

    id: str = ""
    name: str = ""


class Fallback(Model):
    """For each target: the value that asks for a fallback, and the sources of the log that give it."""

    sources: Mapping[str, Sequence[str]] = Field(default_factory=dict)
    values: Mapping[str, str] = Field(default_factory=dict)


class SchemaCategoryMapper(Model):
    """The first matching category counts."""

    type: Literal["schema-category-mapper"]
    name: str
    categories: list[SchemaCategory]
    targets: Targets
    fallback: Fallback = Fallback()


class SchemaProcessor(Options):
    """`mappers` in order."""

    schema_: Annotated[Schema, Field(alias="schema")]
    mappers: list[Annotated[SchemaRemapper | SchemaCategoryMapper, Field(discriminator="type")]]


def _compile(options: SchemaProcessor, context: Context) -> Run:
    if options.schema_.schema_type != "ocsf":
        raise Unsupported(f"schema {options.schema_.schema_type!r}", context.place)
    runs = [
        _remapper(mapper, context) if isinstance(mapper, SchemaRemapper) else _category_mapper(mapper, context)
        for mapper in options.mappers
    ]
    constants = [(setter(path), value) for path, value in _constants(options.schema_).items()]

    def run(log: Log, applied: Applied) -> str:
        for mapper in runs:
            mapper(log, applied)
        for put, value in constants:
            put(log.attributes, value)
        return DONE

    return run


def _constants(schema: Schema) -> dict[str, object]:
    category = schema.class_uid // 1000
    named = {"ocsf.category_name": CATEGORIES[category]} if category in CATEGORIES else {}
    profiles = {"ocsf.metadata.profiles": list(schema.profiles)} if schema.profiles else {}
    return {
        "ocsf.class_uid": schema.class_uid,
        "ocsf.class_name": schema.class_name,
        "ocsf.category_uid": category,
        "ocsf.metadata.version": schema.version,
        **named,
        **profiles,
    }


def _remapper(mapper: SchemaRemapper, context: Context) -> Run:
    same = AttributeRemapper(**{**mapper.model_dump(), "type": "attribute-remapper"})
    return compile_remapper(same, context)


def _category_mapper(mapper: SchemaCategoryMapper, context: Context) -> Run:
    with at(context.place):
        categories = [(compile_query(found.filter.query), found) for found in mapper.categories]
    targets, values = mapper.targets, mapper.fallback.values
    puts = {path: setter(path) for path in (targets.name, targets.id) if path}
    fallbacks = [source(path) for path in mapper.fallback.sources.get(targets.name, [])]

    def run(log: Log, applied: Applied) -> str:
        category = next((category for matches, category in categories if matches(log)), None)
        if category is None:
            return "no category matches"
        name: object = category.name
        if values.get(targets.id) == str(category.id) or values.get(targets.name) == category.name:
            name = next((value for get in fallbacks if (value := get(log)) is not None), name)
        written = {targets.name: name, targets.id: category.id}
        for path, put in puts.items():
            put(log.attributes, written[path])
        return DONE

    return run


def _flow(options: SchemaProcessor) -> Flow:
    flows = [_flow_of_mapper(mapper) for mapper in options.mappers]
    constants = flow((), *_constants(options.schema_))
    return Flow(
        frozenset[str]().union(*(each.reads for each in flows)),
        constants.writes.union(*(each.writes for each in flows)),
    )


def _flow_of_mapper(mapper: SchemaRemapper | SchemaCategoryMapper) -> Flow:
    if isinstance(mapper, SchemaRemapper):
        return flow(mapper.sources, mapper.target)
    fallbacks = flow(mapper.fallback.sources.get(mapper.targets.name, ()), *filter(None, dict(mapper.targets).values()))
    searched = (facets_of(category.filter.query) for category in mapper.categories)
    return fallbacks._replace(reads=fallbacks.reads.union(*searched))


_NOTE = "OCSF mappers; the checks against the schema are left out"

KINDS = (
    Kind(SchemaProcessor, _compile, _flow, Feature("schema-processor", "modelled", PAGES + "ocsf_processor", _NOTE)),
)
