"""Metric points as Datadog keeps them: one point per 10 seconds and tag set, and when each part of it arrived."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from firedrill.datadog.log import Log
from firedrill.errors import FiredrillError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

Kind = Literal["count", "distribution", "gauge", "rate"]
Tags = tuple[str, ...]
T = TypeVar("T")

SLOT_S = 10
"""Seconds between two points of one series. Source: docs.datadoghq.com/logs/log_configuration/logs_to_metrics"""


class Point(NamedTuple):
    """One value on its way into a metric.

    `tags` are sorted "key:value" strings in lower case; `timestamp_ms` says which 10 seconds the value belongs to,
    `arrived_ms` from when on Datadog knows it (both ms since the epoch).
    """

    metric: str
    kind: Kind
    tags: Tags
    timestamp_ms: int
    arrived_ms: int
    value: float


@dataclass(frozen=True)
class IndexedLog:
    """A log, the index that stores it, and when it arrived there (ms since the epoch)."""

    log: Log
    index: str
    arrived_ms: int


class Series(NamedTuple):
    """The values of one metric and tag set, ordered by slot, then by arrival: three arrays of the same length."""

    slot: IntArray
    """Time divided by 10 s, since the epoch."""
    arrived_ms: IntArray
    value: FloatArray


@dataclass
class _Metric:
    kind: Kind
    percentiles: bool
    recorders: dict[Tags, _Recorder] = field(default_factory=dict)


@dataclass
class _Recorder:
    slots: array[int] = field(default_factory=lambda: array("q"))
    arrivals: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))

    def add(self, slot: int, arrived_ms: int, value: float, *, summed: bool) -> None:
        if summed and self.slots and self.slots[-1] == slot and self.arrivals[-1] == arrived_ms:
            self.values[-1] += value
            return
        self.slots.append(slot)
        self.arrivals.append(arrived_ms)
        self.values.append(value)

    def series(self) -> Series:
        slot = np.array(self.slots, dtype=np.int64)
        arrived = np.array(self.arrivals, dtype=np.int64)
        order = np.lexsort((arrived, slot))
        return Series(slot[order], arrived[order], np.array(self.values, dtype=np.float64)[order])


class PointStore:
    """All points of a simulated organisation, and its indexed `logs` for log alerts.

    Counts of one slot add up, however late each part arrives; distributions keep every raw value; of several gauge or
    rate values in one slot the last to arrive stands. Arrays are built on first use after loading, so load first.
    """

    def __init__(self, points: Iterable[Point] = ()) -> None:
        self._metrics: dict[str, _Metric] = {}
        self._cache: dict[Hashable, Any] = {}
        self.logs: list[IndexedLog] = []
        for point in points:
            self.add(point)

    def declare(self, metric: str, kind: Kind, *, percentiles: bool = False) -> None:
        """Make a metric known before its first point; `percentiles` allows pXX queries on a distribution.

        Raises FiredrillError when the metric exists with another kind.
        """
        self._metric(metric, kind, percentiles=percentiles).percentiles = percentiles

    def add(self, point: Point) -> None:
        """Record one point. Raises FiredrillError when its metric has another kind."""
        metric = self._metric(point.metric, point.kind, percentiles=True)
        recorder = metric.recorders.get(point.tags)
        if recorder is None:
            recorder = metric.recorders[point.tags] = _Recorder()
        slot = point.timestamp_ms // (1000 * SLOT_S)
        recorder.add(slot, point.arrived_ms, point.value, summed=point.kind == "count")
        if self._cache:
            self._cache.clear()

    def add_log(self, log: Log, index: str, arrived_ms: int) -> None:
        """Record a log that an index stores."""
        self.logs.append(IndexedLog(log, index, arrived_ms))
        self._cache.clear()

    def metrics(self) -> tuple[str, ...]:
        """The names of all metrics declared or recorded, sorted."""
        return tuple(sorted(self._metrics))

    def kind(self, metric: str) -> Kind | None:
        """The metric's kind, or None when it was neither declared nor recorded."""
        found = self._metrics.get(metric)
        return found.kind if found else None

    def percentiles(self, metric: str) -> bool:
        """Whether pXX queries are allowed: as declared; a metric that was only recorded has them."""
        found = self._metrics.get(metric)
        return found is not None and found.percentiles

    def series(self, metric: str) -> dict[Tags, Series]:
        """Every series of a metric by its tags, as arrays; empty for an unknown metric."""
        found = self._metrics.get(metric)
        if found is None:
            return {}
        return self.cached(
            ("series", metric), lambda: {tags: recorder.series() for tags, recorder in found.recorders.items()}
        )

    def cached(self, key: Hashable, build: Callable[[], T]) -> T:
        """What `build` returns, kept under `key` until the next point is added."""
        if key not in self._cache:
            self._cache[key] = build()
        found: T = self._cache[key]
        return found

    def _metric(self, name: str, kind: Kind, *, percentiles: bool) -> _Metric:
        metric = self._metrics.get(name)
        if metric is None:
            metric = self._metrics[name] = _Metric(kind, percentiles)
        elif metric.kind != kind:
            raise FiredrillError(
                f"Metric {name!r} is a {metric.kind} and cannot take {kind} points: "
                "a metric has one type; give one of the two another name."
            )
        return metric
