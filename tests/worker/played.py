"""A scenario of one of the modules here, once it was played: the answer, and the telemetry of the request."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from firedrill.components.telemetry import BACKGROUND_ERROR


def line(item: dict[str, Any]) -> dict[str, Any]:
    """The telemetry of an invocation, which must have exactly one line and nothing besides but marks."""
    (log,) = [each for each in item["logs"] if each not in marks(item)]
    assert log["level"] == "debug"
    event: dict[str, Any] = json.loads(log["message"][0])
    return event


def marks(item: dict[str, Any]) -> list[dict[str, Any]]:
    """What marks an invocation as one whose work failed beside what it answered."""
    return [each for each in item["logs"] if (each["level"], each["message"]) == ("error", [BACKGROUND_ERROR])]


@dataclass(frozen=True)
class Played:
    """A scenario that was played."""

    workerd: Any
    response: Any

    @property
    def value(self) -> Any:
        """What the scenario answered."""
        return self.response.json

    @property
    def item(self) -> dict[str, Any]:
        """The trace item of the request."""
        item: dict[str, Any] = self.workerd.item_of(self.response, "gateway")
        return item

    @property
    def line(self) -> dict[str, Any]:
        """The telemetry of the request."""
        return line(self.item)
