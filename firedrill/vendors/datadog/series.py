"""Metrics that programs submit: the points of one request.

Of several points of one series and time the last one counts, so that a store that adds counts up is given what a later
one differs by. Source: docs.datadoghq.com/api/latest/metrics (submit metrics, v2),
docs.datadoghq.com/serverless/aws_lambda/metrics (the last point counts)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from firedrill.vendors.datadog.queries.store import Kind, Point, Tags
from firedrill.vendors.datadog.rules.tags import normalised
from firedrill.vendors.errors import FiredrillError

MAX_AGE_S = 3_600
MAX_AHEAD_S = 600
"""Of a point's time. Source: docs.datadoghq.com/api/latest/metrics"""
MAX_NAME = 200
_NAME = re.compile(r"[A-Za-z][\w.]*")
_KINDS: Mapping[int, Kind] = {1: "count", 2: "rate", 3: "gauge"}
"""0 is unspecified, which is a gauge. Source: docs.datadoghq.com/api/latest/metrics (type)"""


@dataclass
class Submitted:
    """What was submitted so far: the value of each series at each time (s)."""

    values: dict[tuple[str, Tags, int], float] = field(default_factory=dict)

    def copy(self) -> Submitted:
        """The same, to go on from."""
        return Submitted({**self.values})

    def receive(self, body: Any, received_ms: int) -> list[Point]:
        """The points of a request's JSON for a store; those that are too old or too far ahead are lost.

        Raises FiredrillError for what is refused as a whole.
        """
        series = body.get("series") if isinstance(body, Mapping) else None
        if not isinstance(series, list):
            raise FiredrillError("a request has a list of series")
        return [point for each in series for point in self._points(each, received_ms)]

    def _points(self, series: Mapping[str, Any], received_ms: int) -> Iterator[Point]:
        name, kind = str(series.get("metric")), _KINDS.get(series.get("type") or 3)
        if not _NAME.fullmatch(name) or len(name) > MAX_NAME:
            raise FiredrillError(f"metric {name!r}: letters, digits, _ and ., beginning with a letter")
        if kind is None:
            raise FiredrillError(f"metric {name!r}: type {series.get('type')!r}; allowed: 0, 1, 2, 3")
        if kind != "gauge" and not series.get("interval"):
            raise FiredrillError(f"metric {name!r}: a {kind} needs an interval in seconds")
        tags = tuple(sorted({tag for each in series.get("tags") or () if (tag := normalised(str(each)))}))
        for point in series.get("points") or ():
            at_s, value = int(point["timestamp"]), float(point["value"])
            if not -MAX_AHEAD_S <= received_ms / 1000 - at_s <= MAX_AGE_S:
                continue
            key = name, tags, at_s
            earlier, self.values[key] = self.values.get(key), value
            if value != earlier:
                more = value - (earlier or 0.0) if kind == "count" else value
                yield Point(name, kind, tags, at_s * 1000, received_ms, more)
