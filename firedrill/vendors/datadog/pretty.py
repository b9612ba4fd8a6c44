"""A JSON object printed as Datadog prints one that stands in for a missing message.

Two spaces of indent, a space on both sides of each colon, arrays on one line around their objects, doubles as Java
prints them. The form is that of the `message` in the results that Datadog publishes with its own pipelines
(integrations-extras, assets/logs).
"""

from __future__ import annotations

import json
from decimal import Decimal
from math import isfinite
from typing import Any


def pretty(value: Any, indent: str = "") -> str:
    """`value` printed; `indent` is that of the line it begins on."""
    if isinstance(value, dict):
        if not value:
            return "{ }"
        inner = indent + "  "
        fields = ",\n".join(f"{inner}{_scalar(name)} : {pretty(field, inner)}" for name, field in value.items())
        return f"{{\n{fields}\n{indent}}}"
    if isinstance(value, list):
        return f"[ {', '.join(pretty(element, indent) for element in value)} ]" if value else "[ ]"
    return _scalar(value)


def _scalar(value: Any) -> str:
    if isinstance(value, float):
        return double(value)
    return json.dumps(value, ensure_ascii=False)


def double(value: float) -> str:
    """A double as Java prints it: with an exponent from ten millions and below a thousandth."""
    if not value or 1e-3 <= abs(value) < 1e7 or not isfinite(value):
        return json.dumps(value)
    digits, _, exponent = f"{Decimal(repr(value)).normalize():e}".partition("e")
    return f"{digits if '.' in digits else f'{digits}.0'}E{int(exponent)}"
