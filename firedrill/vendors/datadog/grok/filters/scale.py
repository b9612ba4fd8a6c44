"""scale(factor): multiplies a number, or a string that holds one, by the factor.

Source of the type: the results that Datadog publishes with its nginx pipeline, where a scaled number stays a double.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from firedrill.vendors.datadog.grok.definitions import Filter, Transform
from firedrill.vendors.datadog.grok.errors import BadArguments
from firedrill.vendors.datadog.grok.numbers import to_double, to_integer


def _build(arguments: Sequence[Any]) -> Transform:
    if len(arguments) != 1 or not isinstance(arguments[0], int | float):
        raise BadArguments("one number, as scale(0.001)")
    factor = arguments[0]

    def scale(value: Any) -> int | float | None:
        if value.__class__ is float:
            return value * factor if isfinite(value) else None
        number = to_integer(str(value)) if isinstance(value, int) else to_double(str(value))
        return None if number is None else number * factor

    return scale


FILTER = Filter("scale", _build, "an integer times an integer stays an integer")
