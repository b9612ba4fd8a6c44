"""The functions of metric queries: one module per family, each with a tuple FUNCTIONS; a new module needs no entry."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from firedrill.vendors.datadog.queries.functions.registry import Function, Parameter, Value

__all__ = ["Function", "Parameter", "Value", "functions"]


@cache
def functions() -> dict[str, Function]:
    """Every known function by name, refused ones included."""
    found: dict[str, Function] = {}
    for module in iter_modules(__path__):
        for function in getattr(import_module(f"{__name__}.{module.name}"), "FUNCTIONS", ()):
            found[function.name] = function
    return found
