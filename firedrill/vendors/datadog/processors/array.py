"""Array processor: select a value, count elements, append a value, or make attributes of key-value pairs.

`preserve_source` of append: the page says it defaults to false, the API reference and the provider say true, as here.
The filter of select is documented as `key:value`, and as several of these joined by OR; every log search of attributes
is read, as in pipelines that Datadog publishes.
Source: docs.datadoghq.com/logs/log_configuration/processors/array_processor; key-value: API reference of LogsProcessor.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import getter, remover, setter
from firedrill.vendors.datadog.processors.base import DONE, PAGES, Applied, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.search import compile_element_query
from firedrill.vendors.datadog.spec import Model, at
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.features import Feature


class Select(Model):
    """The value of `value_to_extract` in the first element that matches `filter`."""

    type: Literal["select"]
    source: str
    target: str
    filter: str
    value_to_extract: str


class Length(Model):
    """The number of elements."""

    type: Literal["length"]
    source: str
    target: str


class Append(Model):
    """The value of `source` as a new last element of `target`, which is made when absent."""

    type: Literal["append"]
    source: str
    target: str
    preserve_source: bool = True


class KeyValue(Model):
    """An attribute of `target` (the log itself when "") for each element that has the key and the value."""

    type: Literal["key-value"]
    source: str
    target: str = ""
    key_to_extract: str
    value_to_extract: str
    override_on_conflict: bool = False


class ArrayProcessor(Options):
    """One operation."""

    operation: Annotated[Select | Length | Append | KeyValue, Field(discriminator="type")]


def _compile(options: ArrayProcessor, context: Context) -> Run:
    match options.operation:
        case Select() as select:
            return _select(select, context)
        case Length() as length:
            return _length(length)
        case Append() as append:
            return _append(append)
        case KeyValue() as key_value:
            return _key_value(key_value)


def _select(select: Select, context: Context) -> Run:
    with at(context.place):
        matches = compile_element_query(select.filter)
    get, extract, put = getter(select.source), getter(select.value_to_extract), setter(select.target)
    lacks = f"the matching element has no {select.value_to_extract}"
    probe = Log({}, 0)  # each element in turn, so that the query can look at it as at a log
    unmatched = f"no element of {select.source} matches {select.filter}"

    def run(log: Log, applied: Applied) -> str:
        array = get(log.attributes)
        if array.__class__ is not list:
            return _no_array(select.source, array)
        for element in array:
            if element.__class__ is dict:
                probe.attributes = element
                if matches(probe):
                    value = extract(element)
                    if value is None:
                        return lacks
                    put(log.attributes, value)
                    return DONE
        return unmatched

    return run


def _length(length: Length) -> Run:
    get, put = getter(length.source), setter(length.target)

    def run(log: Log, applied: Applied) -> str:
        array = get(log.attributes)
        if array.__class__ is not list:
            return _no_array(length.source, array)
        put(log.attributes, len(array))
        return DONE

    return run


def _append(append: Append) -> Run:
    get, get_target, put = getter(append.source), getter(append.target), setter(append.target)
    remove = remover(append.source)

    def run(log: Log, applied: Applied) -> str:
        value = get(log.attributes)
        if value is None:
            return f"{append.source} is absent"
        array = get_target(log.attributes)
        if array is not None and array.__class__ is not list:
            return f"{append.target} is not an array"
        put(log.attributes, [*(array or ()), value])
        if not append.preserve_source:
            remove(log.attributes)
        return DONE

    return run


def _key_value(pair: KeyValue) -> Run:
    get, get_key, get_value = getter(pair.source), getter(pair.key_to_extract), getter(pair.value_to_extract)
    get_target, put_target = getter(pair.target), setter(pair.target)

    def run(log: Log, applied: Applied) -> str:
        array = get(log.attributes)
        if array.__class__ is not list:
            return _no_array(pair.source, array)
        before = (get_target(log.attributes) or {}) if pair.target else log.attributes
        if before.__class__ is not dict:
            return f"{pair.target} is not an object"
        found = {
            text(key): value
            for element in array
            if element.__class__ is dict
            and (value := get_value(element)) is not None
            and (key := get_key(element)) is not None
            and not isinstance(key, (dict, list))
            and (pair.override_on_conflict or text(key) not in before)
        }
        if not found:
            return "no new key-value pair"
        if pair.target:
            put_target(log.attributes, {**before, **found})
            return DONE
        log.attributes.update(found)
        return DONE

    return run


def _no_array(path: str, value: object) -> str:
    return f"{path} is absent" if value is None else f"{path} is not an array"


def _flow(options: ArrayProcessor) -> Flow:
    """The filter and the keys are those of elements, so below the source."""
    operation = options.operation
    kept = [operation.target] if isinstance(operation, Append | KeyValue) and operation.target else []
    return flow([operation.source, *kept], operation.target)


_NOTE = "select, length, append, key-value; select's filter: a log search of attributes"

KINDS = (Kind(ArrayProcessor, _compile, _flow, Feature("array-processor", "done", PAGES + "array_processor", _NOTE)),)
