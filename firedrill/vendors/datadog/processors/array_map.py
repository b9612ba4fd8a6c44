"""Array-map processor: builds an array by running sub-processors on each of the first 50 elements of another.

`$sourceElem` is the element read and `$targetElem` the one written; other paths read the log. Elements are read-only
(API reference), so a remapper without `preserve_source` removes nothing from them or the log, unless the array is
mapped onto itself, where the target element starts as the source element. An element for which nothing is written
becomes an empty object; elements of an existing target array beyond the mapped ones stay (both undocumented).
Source: docs.datadoghq.com/logs/log_configuration/processors/array_map_processor
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import getter, remover, setter
from firedrill.vendors.datadog.processors.base import DONE, PAGES, Applied, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.processors.registry import compile_processor, flow_of, read_options
from firedrill.vendors.errors import FiredrillError, Unsupported
from firedrill.vendors.features import Feature

MAX_ELEMENTS = 50
SUB_PROCESSORS = ("attribute-remapper", "string-builder-processor", "arithmetic-processor", "category-processor")

_SOURCE, _TARGET = "$sourceElem", "$targetElem"
_NOT_HERE = ("is_enabled", "source_type", "target_type")


class ArrayMapProcessor(Options):
    """`preserve_source` cannot be false when `source` and `target` are the same."""

    source: str
    target: str
    preserve_source: bool = True
    processors: list[dict[str, Any]]


def _compile(options: ArrayMapProcessor, context: Context) -> Run:
    in_place = options.source == options.target
    if in_place and not options.preserve_source:
        raise FiredrillError(
            f"{context.place}: 'preserve_source' is False while 'source' and 'target' are both {options.source!r}; "
            "it should be true there."
        )
    if not options.processors:
        raise FiredrillError(f"{context.place}: 'processors' is empty; add at least one sub-processor.")
    runs = [_sub_processor(spec, in_place, context) for spec in options.processors]
    get, get_target, put = getter(options.source), getter(options.target), setter(options.target)
    remove = None if options.preserve_source else remover(options.source)

    def run(log: Log, applied: Applied) -> str:
        array = get(log.attributes)
        if array.__class__ is not list:
            return f"{options.source} is absent or no array"
        target = get_target(log.attributes)
        before = target if target.__class__ is list else []
        mapped = [
            _map(log, element, before[index] if index < len(before) else None, runs, applied)
            for index, element in enumerate(array[:MAX_ELEMENTS])
        ]
        put(log.attributes, [*mapped, *before[len(mapped) :]])
        if remove is not None:
            remove(log.attributes)
        return DONE

    return run


def _map(log: Log, element: Any, target: Any, runs: list[Run], applied: Applied) -> Any:
    """What the sub-processors make of one element; the log has its own attributes back afterwards."""
    own = log.attributes
    log.attributes = {**own, _SOURCE: element, _TARGET: target}
    for run in runs:
        run(log, applied)
    result = log.attributes.get(_TARGET)
    log.attributes = own
    return {} if result is None else result


def _sub_processor(spec: Mapping[str, Any], in_place: bool, context: Context) -> Run:
    place = f"{context.place} / {spec.get('name') or spec.get('type')}"
    if spec.get("type") not in SUB_PROCESSORS:
        raise Unsupported(f"sub-processor {spec.get('type')!r}", place)
    if option := next((option for option in _NOT_HERE if option in spec), None):
        raise Unsupported(f"option {option!r} of a sub-processor", place)
    if str(spec.get("target")).split(".")[0] != _TARGET:
        raise FiredrillError(f"{place}: 'target' is {spec.get('target')!r}; it should start with {_TARGET}.")
    if in_place and "sources" in spec:
        spec = {**spec, "sources": [_in_place(path) for path in spec["sources"]]}
    return compile_processor(read_options(spec, place), replace(context, place=place))


def _in_place(path: str) -> str:
    name, dot, rest = path.partition(".")
    return f"{_TARGET}{dot}{rest}" if name == _SOURCE else path


def _flow(options: ArrayMapProcessor) -> Flow:
    """Elements are below the source; the sub-processors may read other attributes of the log."""
    reads = frozenset[str]().union(*(flow_of(read_options(spec, "")).reads for spec in options.processors))
    others = frozenset(path for path in reads if not path.startswith((f"@{_SOURCE}", f"@{_TARGET}")))
    own = flow([options.source], options.target)
    return own._replace(reads=own.reads | others)


_NOTE = "the first 50 elements; sub-processors: remapper, string builder, arithmetic, category"

KINDS = (
    Kind(
        ArrayMapProcessor, _compile, _flow, Feature("array-map-processor", "done", PAGES + "array_map_processor", _NOTE)
    ),
)
