"""useragent: refused, since the device, OS and browser come from a data set that only Datadog has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from firedrill.vendors.datadog.grok.definitions import Filter
from firedrill.vendors.datadog.grok.errors import NotEmulated


def _build(arguments: Sequence[Any]) -> NoReturn:
    raise NotEmulated("the grok filter useragent")


FILTER = Filter("useragent", _build, "needs Datadog's own data set of user agents", status="refused")
