"""What a monitor's tags say of it: which monitor it is, of which service, about which class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from firedrill.vendors.datadog.rules.tags import values


@dataclass(frozen=True)
class MonitorTags:
    """The tags `monitor:`, else the resource's own name; `service:` and `class:`, else ""."""

    name: str
    service: str
    class_name: str

    def spelled(self, classes: Iterable[str]) -> str:
        """The class as one of `classes` spells it: Datadog's tags are in lower case."""
        return next((each for each in classes if each.lower() == self.class_name), self.class_name)


def monitor_tags(inputs: Mapping[str, Any], resource_name: str) -> MonitorTags:
    """The tags of a monitor by its rendered inputs, of several with one key the first."""
    first = {key: next(iter(tag_values(inputs, key)), "") for key in ("monitor", "service", "class")}
    return MonitorTags(first["monitor"] or resource_name, first["service"], first["class"])


def tag_values(inputs: Mapping[str, Any], key: str) -> list[str]:
    """All values of a monitor's tag `key`, as Datadog keeps them."""
    return values([str(each) for each in inputs.get("tags") or ()], key)
