"""Reading and writing the attributes of a log by their dotted paths.

`a.b` is attribute b of object a, or an attribute whose own name is "a.b"; the nested reading comes first. null is the
same as absent, as in search. A path does not enter arrays. Writing never changes an object in place: those on the way
are replaced by changed copies, so a record that is received again, and a log's snapshot, stay as they were.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from firedrill.vendors.datadog.log import Log

Attributes = dict[str, Any]
Getter = Callable[[Attributes], Any]
Setter = Callable[[Attributes, Any], bool]
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
        return attributes.get(path)

    return get_nested


def source(path: str) -> Source:
    """Reads what a processor's source names: an attribute, else the reserved attribute of that name; None when absent.

    `message` is always the log's message.
    """
    if path == "message":
        return lambda log: log.message or None
    attribute = log_attribute(path)
    if path in RESERVED:
        reserved = attrgetter(path)
        return lambda log: value if (value := attribute(log)) is not None else reserved(log) or None
    return attribute


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
        return log.attributes.get(path)

    return get_nested


def facet(path: str) -> Source:
    """Reads "@attribute", a reserved attribute or a tag: None when absent, a list when the log has the tag twice."""
    if path.startswith("@"):
        return log_attribute(path[1:])
    if path in RESERVED:
        return source(path)
    prefix = f"{path}:"

    def tag(log: Log) -> Any:
        values = [tag.removeprefix(prefix) for tag in log.tags if tag.startswith(prefix)]
        return values if len(values) > 1 else values[0] if values else None

    return tag


def setter(path: str) -> Setter:
    """Writes the value at `path`, making the objects on the way.

    False, and nothing is written, when something that is not an object stands on the way (undocumented; proves less).
    """
    keys = tuple(path.split("."))
    first, rest, last = keys[0], keys[1:], keys[-1]

    def set_top(attributes: Attributes, value: Any) -> bool:
        attributes[first] = value
        return True

    def set_nested(attributes: Attributes, value: Any) -> bool:
        parent = attributes.get(first)
        if parent is not None and parent.__class__ is not dict:
            return False
        attributes[first] = {**parent, last: value} if parent else {last: value}
        return True

    def set_deep(attributes: Attributes, value: Any) -> bool:
        parent = _with(attributes.get(first), rest, value)
        if parent is None:
            return False
        attributes[first] = parent
        return True

    return (set_top, set_nested, set_deep)[min(len(keys), 3) - 1]  # most targets have one or two names


def remover(path: str) -> Remover:
    """Removes the value at `path`; an object that held it stays, even when empty. False when there was none."""
    keys = tuple(path.split("."))

    def remove(attributes: Attributes) -> bool:
        changed = _without(attributes, keys)
        if changed is None:
            return False
        attributes.clear()
        attributes.update(changed)
        return True

    def remove_top(attributes: Attributes) -> bool:
        return attributes.pop(path, None) is not None

    return remove if len(keys) > 1 else remove_top


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
    if value.__class__ is not dict:
        return None
    for end in range(1, len(keys) + 1):
        found = _find(value.get(".".join(keys[:end])), keys[end:])
        if found is not None:
            return found
    return None


def _with(parent: Any, keys: tuple[str, ...], value: Any) -> Attributes | None:
    """A copy of `parent` that holds the value at `keys`; None when `parent` is there and no object."""
    if parent is None:
        parent = {}
    elif parent.__class__ is not dict:
        return None
    inner = value if len(keys) == 1 else _with(parent.get(keys[0]), keys[1:], value)
    return None if inner is None else {**parent, keys[0]: inner}


def _without(parent: Any, keys: tuple[str, ...]) -> Attributes | None:
    """A copy of `parent` that lacks the value at `keys`; None when it is not there."""
    if parent.__class__ is not dict:
        return None
    for end in range(1, len(keys) + 1):
        name, rest = ".".join(keys[:end]), keys[end:]
        if not rest and parent.get(name) is not None:
            return {key: value for key, value in parent.items() if key != name}
        if rest and (inner := _without(parent.get(name), rest)) is not None:
            return {**parent, name: inner}
    return None
