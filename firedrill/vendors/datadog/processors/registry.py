"""Every type of processor: a module of this package that has `KINDS` is found automatically."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from typing import Any

from firedrill.vendors.datadog.processors.base import AnyKind, Context, Flow, Options, Run
from firedrill.vendors.datadog.spec import read
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

_WITHOUT_EFFECT = frozenset({"override_on_conflict", "preserve_source"})
"""Options of attribute remappers that other processors may carry, as in pipelines that Datadog publishes."""


@cache
def kinds() -> Mapping[str, AnyKind]:
    """Every type of processor, by the API's name."""
    package = importlib.import_module(str(__package__))
    names = (found.name for found in pkgutil.iter_modules(package.__path__))
    modules = (importlib.import_module(f"{__package__}.{name}") for name in names)
    return {kind.type: kind for module in modules for kind in getattr(module, "KINDS", ())}


def read_options(spec: Mapping[str, Any], place: str) -> Options:
    """The options of one processor in API JSON; raises FiredrillError or Unsupported with the `place`."""
    kind = kinds().get(str(spec.get("type")))
    if kind is None:
        given = spec.get("type")
        found = "missing" if given is None else f"{given!r}{hint(given, kinds())}"
        raise FiredrillError(f"{place}: 'type' is {found}; it should be one of: {', '.join(sorted(kinds()))}.")
    ignored = _WITHOUT_EFFECT - kind.options.model_fields.keys()
    options: Options = read(kind.options, {name: spec[name] for name in spec if name not in ignored}, place)
    return options


def compile_processor(options: Options, context: Context) -> Run:
    """The function that runs the processor on a log."""
    return kinds()[options.type].compile(options, context)


def flow_of(options: Options) -> Flow:
    """What the processor reads and writes. Raises FiredrillError for a query, rule or formula that cannot be read."""
    return kinds()[options.type].flow(options)
