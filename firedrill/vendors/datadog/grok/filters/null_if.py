"""nullIf("value"): nothing when the match is the given value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from firedrill.vendors.datadog.grok.definitions import Filter, Transform, texts


def _build(arguments: Sequence[Any]) -> Transform:
    (null,) = texts(arguments, 1, 1, 'the text that means nothing, as nullIf("-")')
    return lambda value: None if str(value) == null else value


FILTER = Filter("nullIf", _build)
