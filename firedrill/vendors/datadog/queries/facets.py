"""What a query over records groups by or measures.

Source: docs.datadoghq.com/monitors/types/log (facets, attributes, measures and tags)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import RESERVED, facet

Facet = Callable[[Log], list[Any]]


def facet_of(path: str) -> Facet:
    """All values of "@attribute", of a reserved attribute or of a tag."""
    if path.startswith("@") or path in RESERVED:
        read = facet(path)

        def values(log: Log) -> list[Any]:
            value = read(log)
            elements = value if isinstance(value, list) else [value]
            return [element for element in elements if element is not None and not isinstance(element, dict | list)]

        return values
    prefix = f"{path}:"
    return lambda log: [tag[len(prefix) :] for tag in log.tags if tag.startswith(prefix)]
