"""Where a term looks: a test of one value lifted to a log.

An attribute that is an array matches when any of its elements does, also on the way to a nested attribute:
`@Logs.Level:error` holds when some element of `Logs` has the Level error. Two terms on one array are independent.
A name that holds dots itself (`{"http.method": "GET"}`) is found as `@http.method` where no nested attribute is.
null and an empty array are absent; an object is present and has no value of its own.
Source: docs.datadoghq.com/logs/explorer/search_syntax#arrays
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from firedrill.vendors.datadog.log import Log

Predicate = Callable[[Log], bool]
TextTest = Callable[[str], bool]


def attribute(path: str, test: Callable[[Any], bool]) -> Predicate:
    """Whether any value at the dotted path passes; the test is never given null, and gives no verdict on objects."""
    keys = path.split(".")
    names = [
        [(".".join(keys[start:end]), end) for end in range(start + 1, len(keys) + 1)] for start in range(len(keys))
    ]
    length = len(keys)

    def anywhere(value: Any, depth: int) -> bool:
        if value.__class__ is list:
            for element in value:  # noqa: SIM110 - a generator costs more than most tests
                if anywhere(element, depth):
                    return True
            return False
        if depth == length:
            return value is not None and test(value)
        if value.__class__ is dict:
            for name, end in names[depth]:
                if name in value and anywhere(value[name], end):
                    return True
        return False

    return lambda log: anywhere(log.attributes, 0)


def reserved(name: str, test: TextTest) -> Predicate:
    """Whether a reserved attribute is set and passes."""
    value_of = attrgetter(name)

    def matches(log: Log) -> bool:
        value = value_of(log)
        return bool(value) and test(value)

    return matches


def tag(key: str, test: TextTest) -> Predicate:
    """Whether the value of any tag `key:value` passes."""
    prefix = f"{key}:"
    start = len(prefix)
    return lambda log: any(test(tag[start:]) for tag in log.tags if tag.startswith(prefix))


def exact_tag(tag: str) -> Predicate:
    """Whether the log has the tag."""
    return lambda log: tag in log.tags


def whole_tag(test: TextTest) -> Predicate:
    """Whether any whole tag, keyless or `key:value`, passes."""
    return lambda log: any(map(test, log.tags))


def everywhere(test: TextTest) -> Predicate:
    """Whether the message, a reserved attribute or any value in the attributes passes, lower-cased; no tag does."""

    def anywhere(value: Any) -> bool:
        if value.__class__ is dict:
            return any(map(anywhere, value.values()))
        if value.__class__ is list:
            return any(map(anywhere, value))
        return value is not None and test(str(value).lower())

    return lambda log: anywhere([log.message, log.service, log.source, log.host, log.status, log.attributes])
