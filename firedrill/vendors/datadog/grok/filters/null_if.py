"""nullIf("value"): nothing when the match is the given value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from firedrill.vendors.datadog.grok.definitions import Filter, Transform, texts


@dataclass(frozen=True, slots=True)
class NullIf:
    """Takes away what is `null`, which array tells from a filter that fails."""

    null: str

    def __call__(self, value: Any) -> Any:
        """The value, or None when it is `null`."""
        return None if str(value) == self.null else value


def _build(arguments: Sequence[Any]) -> Transform:
    return NullIf(*texts(arguments, 1, 1, 'the text that means nothing, as nullIf("-")'))


FILTER = Filter("nullIf", _build)
