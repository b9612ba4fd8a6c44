"""String builder: writes a string made of raw text and `%{attribute}` blocks.

A block takes a value or an array of values (joined by commas), also one attribute of each object in an array; objects
and arrays of objects count as missing, as do absent attributes, and skip the operation unless `is_replace_missing`.
Objects of an array that lack the attribute are left out (undocumented). A result is cut after 256 characters, as in the
results that Datadog publishes with its pipelines (integrations-core, proofpoint-tap_tests.yaml).
Source: docs.datadoghq.com/logs/log_configuration/processors/string_builder_processor
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import setter, source
from firedrill.vendors.datadog.processors.base import (
    DONE,
    PAGES,
    Applied,
    Context,
    Flow,
    Kind,
    Options,
    Run,
    Text,
    flow,
)
from firedrill.vendors.datadog.rules.pipelines import MAX_BUILT
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.features import Feature

_BLOCK = re.compile(r"%\{([^{}]*)\}")

Block = Callable[[Log], str | None]


class StringBuilderProcessor(Options):
    """`template` holds the blocks; `target` is overwritten."""

    template: Text
    target: str
    is_replace_missing: bool = False


def _compile(options: StringBuilderProcessor, context: Context) -> Run:
    texts, paths = split(options.template, context.place)
    first, blocks = texts[0], [(path, _block(path), after) for path, after in zip(paths, texts[1:], strict=True)]
    put, replace = setter(options.target), options.is_replace_missing

    def run(log: Log, applied: Applied) -> str:
        parts = [first]
        for path, block, after in blocks:
            value = block(log)
            if value is not None:
                parts.append(value)
            elif not replace:
                return f"{path} is missing"
            parts.append(after)
        put(log.attributes, "".join(parts)[:MAX_BUILT])
        return DONE

    return run


def split(template: str, place: str) -> tuple[list[str], list[str]]:
    """The raw texts of a template and the attribute paths between them: always one text more than paths."""
    pieces = _BLOCK.split(template)
    texts, paths = pieces[::2], [path.strip() for path in pieces[1::2]]
    if "" in paths or any("%{" in raw for raw in texts):
        raise FiredrillError(
            f"{place}: 'template' is {template!r}; it should hold blocks like %{{attribute.path}}, each closed by '}}'."
        )
    return texts, paths


def _block(path: str) -> Block:
    get = source(path)
    keys = tuple(path.split("."))

    def block(log: Log) -> str | None:
        value = get(log)
        if value.__class__ is str:
            return str(value)
        return _joined(_project(log.attributes, keys) if value is None else value)

    return block


def _joined(value: Any) -> str | None:
    if value is None or value.__class__ is dict:
        return None
    if value.__class__ is not list:
        return text(value)
    texts: list[str] = []
    for element in value:
        if element.__class__ is str:
            texts.append(element)
        elif isinstance(element, (dict, list)):
            return None
        elif element is not None:
            texts.append(text(element))
    return ",".join(texts)


def _project(value: Any, keys: tuple[str, ...]) -> Any:
    """The value at `keys`, where an array of objects on the way becomes the array of their values; None if absent."""
    for index, key in enumerate(keys):
        if value.__class__ is list:
            found = [_project(element, keys[index:]) for element in value]
            return [element for element in found if element is not None] or None
        value = value.get(key) if value.__class__ is dict else None
    return value


def _flow(options: StringBuilderProcessor) -> Flow:
    return flow(split(options.template, "")[1], options.target)


KINDS = (
    Kind(
        StringBuilderProcessor,
        _compile,
        _flow,
        Feature("string-builder-processor", "done", PAGES + "string_builder_processor"),
    ),
)
