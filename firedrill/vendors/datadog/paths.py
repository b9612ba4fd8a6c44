"""Reading and writing the attributes of a log by their dotted paths.

`a.b` is attribute b of object a, or an attribute whose own name is "a.b"; the nested reading comes first. null is the
same as absent, as in search. A number reads an element of an array: `a.0` is its first. Writing never changes an object
in place: those on the way are replaced by changed copies, so a record that is received again, and a log's snapshot,
stay as they were. Anything on the way that is not an object is replaced by one, and an object that loses its last
attribute goes too: both as in the results that Datadog publishes with its pipelines (integrations-extras, assets/logs).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from firedrill.vendors.datadog.log import Log

Attributes = dict[str, Any]
Getter = Callable[[Attributes], Any]
Setter = Callable[[Attributes, Any], None]
Remover = Callable[[Attributes], bool]
Source = Callable[[Log], Any]

RESERVED = ("host", "source", "status", "service", "message")
"""Attributes that are fields of a log.

Source: docs.datadoghq.com/logs/log_configuration/attributes_naming_convention
"""


def getter(path: str) -> Getter:
    """Reads the value at `path`; None when it is absent."""
    keys = tuple(path.split("."))
    if len(keys) == 1:
        return lambda attributes: attributes.get(path)
    if len(keys) > 2:
        return lambda attributes: _find(attributes, keys)
    first, second = keys

    def get_nested(attributes: Attributes) -> Any:
        parent = attributes.get(first)
        if parent.__class__ is dict and (value := parent.get(second)) is not None:
            return value
        return _find(attributes, keys) if parent.__class__ is list else attributes.get(path)

    return get_nested


def source(path: str) -> Source:
    """Reads what a processor's source names: an attribute, else the reserved attribute of that name; None when absent.

    `status` is only an attribute here: every log has an official status, so that it would hide what is absent. All
    attributes are also below `custom`, as published pipelines read them (integrations-core, activemq.yaml).
    """
    attribute = log_attribute(path)
    if path.startswith("custom."):
        below = log_attribute(path.removeprefix("custom."))
        return lambda log: value if (value := attribute(log)) is not None else below(log)
    if path in RESERVED and path != "status":
        reserved = attrgetter(path)
        return lambda log: value if (value := attribute(log)) is not None else reserved(log) or None
    return attribute


def first_source(paths: Sequence[str]) -> Source:
    """Reads the first of several sources that is present; None when none is."""
    readers = [source(path) for path in paths]
    if len(readers) == 1:
        return readers[0]

    def first(log: Log) -> Any:
        for read in readers:
            if (value := read(log)) is not None:
                return value
        return None

    return first


def log_attribute(path: str) -> Source:
    """Reads the attribute at `path` of a log; None when it is absent."""
    first, dot, second = path.partition(".")
    if not dot:
        return lambda log: log.attributes.get(path)
    get = getter(path)
    if "." in second:
        return lambda log: get(log.attributes)

    def get_nested(log: Log) -> Any:  # as getter, without a second call: most reads of a log are of this depth
        parent = log.attributes.get(first)
        if parent.__class__ is dict and (value := parent.get(second)) is not None:
            return value
        return get(log.attributes)

    return get_nested


def facet(path: str) -> Source:
    """Reads "@attribute", a reserved attribute or a tag: None when absent, a list when the log has the tag twice."""
    if path.startswith("@"):
        return log_attribute(path[1:])
    if path in RESERVED:
        return attrgetter(path) if path == "status" else source(path)
    prefix = f"{path}:"

    def tag(log: Log) -> Any:
        values = [tag.removeprefix(prefix) for tag in log.tags if tag.startswith(prefix)]
        return values if len(values) > 1 else values[0] if values else None

    return tag


def setter(path: str) -> Setter:
    """Writes the value at `path`, making the objects on the way."""
    keys = tuple(path.split("."))
    first, rest, last = keys[0], keys[1:], keys[-1]

    def set_top(attributes: Attributes, value: Any) -> None:
        attributes[first] = value

    def set_nested(attributes: Attributes, value: Any) -> None:
        parent = attributes.get(first)
        attributes[first] = {**parent, last: value} if parent.__class__ is dict else {last: value}

    def set_deep(attributes: Attributes, value: Any) -> None:
        attributes[first] = _with(attributes.get(first), rest, value)

    return (set_top, set_nested, set_deep)[min(len(keys), 3) - 1]  # most targets have one or two names


def remover(path: str) -> Remover:
    """Removes the value at `path`, and the objects that held nothing else. False when there was none."""
    keys = tuple(path.split("."))
    if len(keys) == 1:
        return lambda attributes: attributes.pop(path, None) is not None
    first, last = keys[0], keys[-1]

    def remove_nested(attributes: Attributes) -> bool:
        parent = attributes.get(first)
        if parent.__class__ is not dict or parent.get(last) is None:
            return _remove(attributes, keys)
        if len(parent) == 1:
            del attributes[first]
        else:
            attributes[first] = {name: value for name, value in parent.items() if name != last}
        return True

    return remove_nested if len(keys) == 2 else lambda attributes: _remove(attributes, keys)


def merge(attributes: Attributes, found: Attributes) -> None:
    """Write every value of `found`, object into object; what was there under the same path is replaced."""
    for name, value in found.items():
        old = attributes.get(name)
        attributes[name] = _merged(old, value) if old.__class__ is dict and value.__class__ is dict else value


def _merged(old: Attributes, new: Attributes) -> Attributes:
    result = dict(old)
    merge(result, new)
    return result


def _find(value: Any, keys: tuple[str, ...]) -> Any:
    if not keys:
        return value
    if value.__class__ is list and keys[0].isdecimal():
        index = int(keys[0][:9])
        return _find(value[index], keys[1:]) if index < len(value) else None
    if value.__class__ is not dict:
        return None
    for end in range(1, len(keys) + 1):
        found = _find(value.get(".".join(keys[:end])), keys[end:])
        if found is not None:
            return found
    return None


def _with(parent: Any, keys: tuple[str, ...], value: Any) -> Attributes:
    """A copy of `parent`, if it is an object, that holds the value at `keys`."""
    before = parent if parent.__class__ is dict else {}
    return {**before, keys[0]: value if len(keys) == 1 else _with(before.get(keys[0]), keys[1:], value)}


def _remove(attributes: Attributes, keys: tuple[str, ...]) -> bool:
    """Remove the value at `keys`, with changed copies of the objects on the way; False when it is not there."""
    for end in range(1, len(keys) + 1):
        name, rest = ".".join(keys[:end]), keys[end:]
        inner = attributes.get(name)
        if not rest and inner is not None:
            del attributes[name]
            return True
        if rest and inner.__class__ is dict and _remove(copy := dict(inner), rest):
            if copy:
                attributes[name] = copy
            else:
                del attributes[name]
            return True
    return False
