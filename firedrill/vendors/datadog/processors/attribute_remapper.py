"""Attribute remapper: moves or copies an attribute or tag to another attribute or tag.

Of several sources the first that is present is remapped. Without `preserve_source` every source is removed before the
target is written, so also when a target that exists is kept (no `override_on_conflict`), and a source can be cast in
place or moved below itself: as in the results that Datadog publishes with its pipelines (integrations-extras,
assets/logs/*_tests.yaml). They also remap from and to `host`, `service`, `status` and `message`: as attributes, beside
the official ones, which are no sources (integrations-core, checkpoint-quantum-firewall_tests.yaml). `target_format`
casts a number or text when the target is an attribute, and leaves the value as it is when the cast fails; with a tag as
target it has no effect (the API reference forbids it there, the page's example has it).
Source: docs.datadoghq.com/logs/log_configuration/processors/remapper
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.numeric import number, number_in
from firedrill.vendors.datadog.paths import getter, log_attribute, remover, setter
from firedrill.vendors.datadog.processors.base import DONE, PAGES, Applied, Context, Flow, Kind, Options, Run, flow
from firedrill.vendors.datadog.rules.tags import normalised
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.features import Feature

Format = Literal["auto", "string", "integer", "double"]

_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)


class AttributeRemapper(Options):
    """`sources` in order of preference, each of `source_type`."""

    sources: Sequence[str]
    source_type: Literal["attribute", "tag"] = "attribute"
    target: str
    target_type: Literal["attribute", "tag"] = "attribute"
    target_format: Format = "auto"
    preserve_source: bool = False
    override_on_conflict: bool = False


def compile_remapper(options: AttributeRemapper, context: Context) -> Run:
    """The remapper as a function of a log."""
    if any(character in options.target for character in ":,"):
        raise FiredrillError(f"{context.place}: 'target' is {options.target!r}; it should hold neither ':' nor ','.")
    is_tag = options.source_type == "tag"
    readers = [(_read_tag if is_tag else log_attribute)(path) for path in options.sources]
    deleters = (
        [] if options.preserve_source else [(_delete_tag if is_tag else _delete)(path) for path in options.sources]
    )
    write = (_write_tag if options.target_type == "tag" else _write)(options)
    absent = f"no source is present: {', '.join(options.sources)}"

    def run(log: Log, applied: Applied) -> str:
        for read in readers:
            value = read(log)
            if value is not None:
                for delete in deleters:
                    delete(log)
                return write(log, value)
        return absent

    return run


def flow_of_remapper(options: AttributeRemapper) -> Flow:
    """From its attributes or tags to an attribute or a tag."""
    reads, writes = flow(options.sources, options.target)
    return Flow(
        frozenset(options.sources) if options.source_type == "tag" else reads,
        frozenset([options.target]) if options.target_type == "tag" else writes,
    )


def _delete(path: str) -> Callable[[Log], object]:
    remove = remover(path)
    return lambda log: remove(log.attributes)


def _read_tag(key: str) -> Callable[[Log], str | None]:
    prefix = f"{key}:"
    return lambda log: next((tag[len(prefix) :] for tag in log.tags if tag.startswith(prefix)), None)


def _delete_tag(key: str) -> Callable[[Log], object]:
    prefix = f"{key}:"

    def delete(log: Log) -> None:
        log.tags = [tag for tag in log.tags if not tag.startswith(prefix)]

    return delete


def _write(options: AttributeRemapper) -> Callable[[Log, Any], str]:
    get, put, change = getter(options.target), setter(options.target), cast(options.target_format)
    keep = not options.override_on_conflict

    def write(log: Log, value: Any) -> str:
        if keep and get(log.attributes) is not None:
            return f"{options.target} is already set"
        put(log.attributes, change(value))
        return DONE

    return write


def _write_tag(options: AttributeRemapper) -> Callable[[Log, Any], str]:
    get, delete = _read_tag(options.target), _delete_tag(options.target)

    def write(log: Log, value: Any) -> str:
        values = value if isinstance(value, list) else [value]
        if any(isinstance(element, (dict, list)) for element in values):
            return "an object cannot be a tag"
        if get(log) is not None:
            if not options.override_on_conflict:
                return f"the tag {options.target} is already set"
            delete(log)
        log.tags = [*log.tags, *(normalised(f"{options.target}:{text(element)}") for element in values)]
        return DONE

    return write


def cast(wanted: Format) -> Callable[[Any], Any]:
    """Converts a value to the wanted type; a value that cannot be converted is not changed."""
    return {"auto": lambda value: value, "string": _string, "integer": _integer, "double": _double}[wanted]


def _string(value: Any) -> Any:
    return value if isinstance(value, (dict, list)) else text(value)


def _integer(value: Any) -> Any:
    if isinstance(value, float):
        return int(value) if math.isfinite(value) else value
    return int(value) if isinstance(value, str) and _INTEGER.fullmatch(value.strip()) else value


def _double(value: Any) -> Any:
    found = number_in(value) if isinstance(value, str) else number(value)
    return value if found is None else found


KINDS = (
    Kind(
        AttributeRemapper, compile_remapper, flow_of_remapper, Feature("attribute-remapper", "done", PAGES + "remapper")
    ),
)
