"""Finds the matchers and filters: every module in `matchers` and `filters` is one family or one filter."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from firedrill.vendors.datadog.grok import filters, matchers
from firedrill.vendors.datadog.grok.definitions import Filter, Matcher


@lru_cache(maxsize=1)
def all_matchers() -> dict[str, Matcher]:
    """Every matcher by its name."""
    return {matcher.name: matcher for module in _modules(matchers) for matcher in module.MATCHERS}


@lru_cache(maxsize=1)
def all_filters() -> dict[str, Filter]:
    """Every filter by its name."""
    return {module.FILTER.name: module.FILTER for module in _modules(filters)}


def _modules(package: ModuleType) -> list[ModuleType]:
    return [import_module(f"{package.__name__}.{module.name}") for module in iter_modules(package.__path__)]
