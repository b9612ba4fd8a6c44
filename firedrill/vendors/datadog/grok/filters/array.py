"""array([[openCloseStr, ]separator][, filter]): a sequence of texts between two characters becomes an array.

By default between `[` and `]`, separated by a comma; "" as openCloseStr means no enclosing characters. A text that
lacks them is read too, and an element that nullIf takes away is null, as in the results that Datadog publishes with its
pipelines (zscaler_tests.yaml and zerofox-cloud-platform_tests.yaml). Elements keep their spaces. When another filter
fails on an element, nothing is extracted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firedrill.vendors.datadog.grok.definitions import Filter, Transform
from firedrill.vendors.datadog.grok.errors import BadArguments
from firedrill.vendors.datadog.grok.filters.null_if import NullIf

_EXPECTED = 'an opening and closing character, a separator and a filter, as array("[]", ",", integer), or fewer of them'
_CONTROL = {r"\n": "\n", r"\r": "\r", r"\t": "\t"}


def _build(arguments: Sequence[Any]) -> Transform:
    strings = [argument for argument in arguments if isinstance(argument, str)]
    filters = [argument for argument in arguments if callable(argument)]
    if [*strings, *filters] != list(arguments) or len(strings) > 2 or len(filters) > 1:
        raise BadArguments(_EXPECTED)
    separator = strings[-1] if strings else ","
    separator = _CONTROL.get(separator, separator)
    enclosing = strings[0] if len(strings) == 2 else "[]"
    if not separator or len(enclosing) > 2:
        raise BadArguments(_EXPECTED)
    opening, closing = enclosing[:1], enclosing[-1:]
    return lambda value: _array(value, opening, closing, separator, filters[0] if filters else None)


def _array(value: Any, opening: str, closing: str, separator: str, transform: Transform | None) -> list[Any] | None:
    if not isinstance(value, str):
        return None
    is_enclosed = value.startswith(opening) and value.endswith(closing) and len(value) >= len(opening) + len(closing)
    inside = value[len(opening) : len(value) - len(closing)] if is_enclosed else value
    elements: list[Any] = inside.split(separator) if inside else []
    if transform:
        elements = [transform(element) for element in elements]
    return None if None in elements and not isinstance(transform, NullIf) else elements


FILTER = Filter("array", _build, "filters as sub-rules; elements keep their spaces")
