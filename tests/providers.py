"""The components, imported once with the providers behind them, which takes seconds."""

from __future__ import annotations

import gc
import importlib
import warnings
from functools import cache
from typing import Any

_PACKAGES = ("log_delivery", "log_metrics", "log_pipeline", "monitors")
_MODULES = ("log_delivery.managed_bucket", "observed_worker", "observed_service")


@cache
def components() -> dict[str, Any]:
    """What the modules of the components hold, by name."""
    gc.disable()  # halves the wait
    names: dict[str, Any] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the providers name their deprecated resources while they are imported
        for package in _PACKAGES:
            names |= vars(importlib.import_module(f"firedrill.components.{package}.component"))
        for module in _MODULES:
            names |= vars(importlib.import_module(f"firedrill.components.{module}"))
    gc.freeze()  # nor search them at every collection
    gc.enable()
    return names
