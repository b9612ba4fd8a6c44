"""Pipelines and their processors. An unknown input of a processor is refused by name when it is compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from firedrill.vendors.datadog.from_pulumi.inputs import Json, known, only_filter, present, snake, without
from firedrill.vendors.errors import FiredrillError, Mistakes, Unsupported

PROCESSOR_TYPES = {
    "arithmeticProcessor": "arithmetic-processor",
    "arrayMapProcessor": "array-map-processor",
    "arrayProcessor": "array-processor",
    "attributeRemapper": "attribute-remapper",
    "categoryProcessor": "category-processor",
    "dateRemapper": "date-remapper",
    "decoderProcessor": "decoder-processor",
    "excludeAttributeProcessor": "exclude-attribute",
    "geoIpParser": "geo-ip-parser",
    "grokParser": "grok-parser",
    "lookupProcessor": "lookup-processor",
    "messageRemapper": "message-remapper",
    "pipeline": "pipeline",
    "referenceTableLookupProcessor": "lookup-processor",
    "schemaProcessor": "schema-processor",
    "serviceRemapper": "service-remapper",
    "spanIdRemapper": "span-id-remapper",
    "statusRemapper": "status-remapper",
    "stringBuilderProcessor": "string-builder-processor",
    "traceIdRemapper": "trace-id-remapper",
    "urlParser": "url-parser",
    "userAgentParser": "user-agent-parser",
}
"""The provider's name of each processor and the API's type."""

OPERATION_TYPES = {"select": "select", "length": "length", "append": "append", "keyValue": "key-value"}

_PIPELINE = frozenset({"name", "isEnabled", "filters", "processors", "description", "tags"})


def pipeline(inputs: Mapping[str, Any], mistakes: Mistakes | None = None) -> Json:
    """`LogsCustomPipeline` as the API's LogsPipeline. Without `isEnabled` it is disabled.

    Raises FiredrillError or Unsupported for what cannot be translated; a processor's mistake goes to `mistakes` when
    given, and the processor, disabled, only keeps its place.
    """
    place = f"pipeline {inputs.get('name', '')!r}"
    given = known(inputs, _PIPELINE, place)
    return {
        "name": given.get("name", ""),
        "is_enabled": given.get("isEnabled", False),
        "filter": only_filter(given.get("filters", ()), place),
        "processors": [_processor(block, place, mistakes) for block in given.get("processors", ())],
        **{key: given[key] for key in ("description", "tags") if key in given},
    }


def _processor(block: Mapping[str, Any], place: str, mistakes: Mistakes | None) -> Json:
    if mistakes is None:
        return _translated(block, place, None)
    with mistakes.collect("processor"):
        return _translated(block, place, mistakes)
    return {"type": "exclude-attribute", "attribute_to_exclude": ""}


def _translated(block: Mapping[str, Any], place: str, mistakes: Mistakes | None) -> Json:
    given = present(block)
    if len(given) != 1:
        raise FiredrillError(f"{place}: a processor is {sorted(given)}; exactly one of these is allowed.")
    ((kind, options),) = given.items()
    if kind not in PROCESSOR_TYPES:
        raise Unsupported(f"processor {kind!r}", place)
    if kind == "pipeline":
        return {"type": "pipeline", **pipeline(options, mistakes)}
    spec = _CONVERTED[kind](options) if kind in _CONVERTED else snake(options)
    return {"type": PROCESSOR_TYPES[kind], **spec}


def _array(options: Mapping[str, Any]) -> Json:
    operations = present(options.get("operation", {}))
    if len(operations) != 1 or not operations.keys() <= OPERATION_TYPES.keys():
        raise FiredrillError(
            f"array processor {options.get('name', '')!r}: 'operation' is {sorted(operations)}; "
            f"exactly one of {', '.join(OPERATION_TYPES)} is allowed."
        )
    ((kind, operation),) = operations.items()
    return {**snake(without(options, "operation")), "operation": {"type": OPERATION_TYPES[kind], **snake(operation)}}


def _array_map(options: Mapping[str, Any]) -> Json:
    place = f"array-map processor {options.get('name', '')!r}"
    parts = [_translated(block, place, None) for block in options.get("processors", ())]
    return {**snake(without(options, "processors")), "processors": parts}


def _schema(options: Mapping[str, Any]) -> Json:
    mappers: list[Json] = []
    for block in options.get("mappers", ()):
        mappers += [{"type": "schema-remapper", **snake(one)} for one in block.get("schemaRemappers") or ()]
        mappers += [_category_mapper(one) for one in block.get("schemaCategoryMappers") or ()]
    return {**snake(without(options, "mappers")), "mappers": mappers}


def _category_mapper(options: Mapping[str, Any]) -> Json:
    """The keys of the fallback are attributes, not options; the provider's sources are one comma-separated text."""
    spec = {"type": "schema-category-mapper", **snake(without(options, "fallback"))}
    if fallback := options.get("fallback"):
        sources = {key: value.split(",") for key, value in (fallback.get("sources") or {}).items()}
        spec["fallback"] = {"sources": sources, "values": dict(fallback.get("values") or {})}
    return spec


def _lookup(options: Mapping[str, Any]) -> Json:
    return {**snake(without(options, "lookupTables")), "lookup_table": options.get("lookupTables", [])}


def _decoder(options: Mapping[str, Any]) -> Json:
    """The provider's documentation writes "utf-8" where the API has utf_8."""
    return {key: "utf_8" if value == "utf-8" else value for key, value in snake(options).items()}


_CONVERTED: Mapping[str, Callable[[Mapping[str, Any]], Json]] = {
    "arrayProcessor": _array,
    "arrayMapProcessor": _array_map,
    "schemaProcessor": _schema,
    "lookupProcessor": _lookup,
    "decoderProcessor": _decoder,
}
"""Processors whose inputs differ by more than the spelling of their names."""
