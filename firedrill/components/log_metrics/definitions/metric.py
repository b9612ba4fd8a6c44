"""What a log-based metric is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from firedrill.components import log_searches
from firedrill.components.model import ObservedClass
from firedrill.components.telemetry import FIELDS

Emitter = Literal["platform", "gateway", "object", "gateway or object"]


@dataclass(frozen=True)
class Tag:
    """One tag of a metric, from an attribute that has at most so many values."""

    name: str
    path: str
    cardinality: int


@dataclass(frozen=True)
class Metric:
    """One log-based metric. `key` follows the service's prefix.

    A distribution measures the attribute `source`; of a count it is what the logs are counted for. `where` is the log
    search that finds them, to be narrowed to the service. `aggregate` is how a graph best shows the metric. `canaries`:
    whether canary requests count, too.
    """

    key: str
    type: Literal["count", "distribution"]
    unit: str
    description: str
    emitter: Emitter
    source: str
    where: str = ""
    tags: tuple[Tag, ...] = ()
    aggregate: Literal["sum", "avg", "max", "p95"] = "sum"
    canaries: bool = False

    @property
    def percentiles(self) -> bool:
        """Whether Datadog keeps percentiles, which multiply the metric's price."""
        return self.aggregate.startswith("p")

    @property
    def filter(self) -> str:
        """The log search: only logs with the source and every tag; what happens without them is not documented."""
        needed = dict.fromkeys((*(tag.path for tag in self.tags), self.source))
        return " ".join(filter(None, (self.where, *(f"{path}:*" for path in needed if f"{path}:" not in self.where))))

    @property
    def fields(self) -> tuple[str, ...]:
        """Wire names of the telemetry fields that the metric needs, in wire order."""
        used = set(re.findall(r"@telemetry\.(\w+)", self.filter))
        return tuple(field.wire for field in FIELDS if field.wire in used)

    def example(self, prefix: str) -> str:
        """A query that graphs the metric by all of its tags."""
        by = f" by {{{','.join(tag.name for tag in self.tags)}}}" if self.tags else ""
        return f"{self.aggregate}:{prefix}{self.key}{{*}}{by}" + (".as_count()" if self.type == "count" else "")


def class_tag(classes: Sequence[ObservedClass]) -> Tag:
    """The class that a telemetry line names."""
    return Tag("class", "@telemetry.class", len(classes))


def operation_tag(classes: Sequence[ObservedClass], *, events: bool = True) -> Tag:
    """The operation that a telemetry line names: a declared one, or (`events`) an event of the object."""
    named = [log_searches.operations(observed) if events else observed.operations for observed in classes]
    return Tag("operation", "@telemetry.op", len(set().union(*named)))
