"""Metric points as Datadog keeps them: one point per 10 seconds and tag set, and when each part of it arrived."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.queries.records import CheckRun, Record
from firedrill.vendors.errors import FiredrillError

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


class Repeated(NamedTuple):
    """One value at many times: the points of a metric and tag set that differ in nothing but these."""

    metric: str
    kind: Kind
    tags: Tags
    value: float
    timestamps_ms: IntArray
    arrived_ms: IntArray


class Series(NamedTuple):
    """The values of one metric and tag set, ordered by slot, then by arrival: three arrays of the same length."""

    slot: IntArray
    """Time divided by 10 s, since the epoch."""
    arrived_ms: IntArray
    value: FloatArray


class _Recorder:
    """The values of one series in order of addition, after the first `skipped` ones of `before`, which stays."""

    def __init__(
        self,
        slots: array[int],
        arrivals: array[int],
        values: array[float],
        skipped: int = 0,
        before: _Recorder | None = None,
    ) -> None:
        self.slots, self.arrivals, self.values = slots, arrivals, values
        self.skipped, self.before = skipped, before
        self._series: Series | None = None

    @classmethod
    def empty(cls) -> _Recorder:
        return cls(array("q"), array("q"), array("d"))

    def add(self, slot: int, arrived_ms: int, value: float, *, summed: bool) -> None:
        slots, arrivals = self.slots, self.arrivals
        self._series = None
        if summed and slots and slots[-1] == slot and arrivals[-1] == arrived_ms:
            self.values[-1] += value
            return
        slots.append(slot)
        arrivals.append(arrived_ms)
        self.values.append(value)

    def extend(self, slot: IntArray, arrived_ms: IntArray, value: FloatArray, *, summed: bool) -> None:
        self._series = None
        if summed:
            slot, arrived_ms, value = _summed(slot, arrived_ms, value)
        self.slots.frombytes(slot.tobytes())
        self.arrivals.frombytes(arrived_ms.tobytes())
        self.values.frombytes(value.tobytes())

    def forget(self, before_slot: int) -> None:
        """Drop the values of earlier slots, but for the first that arrived: it tells since when the series exists."""
        kept = np.array(self.slots) >= before_slot
        kept[np.argmin(self.arrivals)] = True
        self._series = None
        self.slots = array("q", np.array(self.slots)[kept].tobytes())
        self.arrivals = array("q", np.array(self.arrivals)[kept].tobytes())
        self.values = array("d", np.array(self.values)[kept].tobytes())

    def copy(self) -> _Recorder:
        """One that can change, with all values of its own."""
        if self.before is None:
            return _Recorder(self.slots[:], self.arrivals[:], self.values[:])
        first, number = self.before.copy(), self.skipped
        return _Recorder(
            first.slots[:number] + self.slots,
            first.arrivals[:number] + self.arrivals,
            first.values[:number] + self.values,
        )

    def beyond(self, base: _Recorder | None) -> _Recorder:
        """What it has beyond one that it began as a copy of; the last value of that one may have grown."""
        if base is None or base.before or self.before:
            return self.copy()
        most = len(base.values)
        same = next((number for number in (most, most - 1) if self.values[:number] == base.values[:number]), 0)
        return _Recorder(self.slots[same:], self.arrivals[same:], self.values[same:], same)

    def after(self, base: _Recorder | None) -> _Recorder:
        """The whole of which this is what it has beyond `base`."""
        return _Recorder(self.slots, self.arrivals, self.values, self.skipped, base) if self.skipped else self

    def series(self) -> Series:
        if self._series is None:
            every = self.copy() if self.before else self
            slot = np.array(every.slots, dtype=np.int64)
            arrived = np.array(every.arrivals, dtype=np.int64)
            order = np.lexsort((arrived, slot))
            self._series = Series(slot[order], arrived[order], np.array(every.values, dtype=np.float64)[order])
        return self._series


def _summed(slot: IntArray, arrived_ms: IntArray, value: FloatArray) -> tuple[IntArray, IntArray, FloatArray]:
    """The values by slot and arrival, those of the same slot and arrival added up."""
    order = np.lexsort((arrived_ms, slot))
    slot, arrived_ms, value = slot[order], arrived_ms[order], value[order]
    first = np.flatnonzero(np.append(True, (np.diff(slot) != 0) | (np.diff(arrived_ms) != 0)))
    return slot[first], arrived_ms[first], np.add.reduceat(value, first)


@dataclass
class _Metric:
    """A metric's series; those that are not `own` are shared with other stores and copied before they change."""

    kind: Kind
    percentiles: bool
    recorders: dict[Tags, _Recorder] = field(default_factory=dict)
    own: set[Tags] = field(default_factory=set)

    def copy(self) -> _Metric:
        self.own.clear()
        return _Metric(self.kind, self.percentiles, dict(self.recorders))

    def to_change(self, tags: Tags) -> _Recorder:
        if tags not in self.own:
            found = self.recorders.get(tags)
            self.recorders[tags] = found.copy() if found else _Recorder.empty()
            self.own.add(tags)
        return self.recorders[tags]


class PointStore:
    """All points of a simulated organisation, and its `logs` in indexes, `events` and `checks` for their monitors.

    Counts of one slot add up, however late each part arrives; distributions keep every raw value; of several gauge or
    rate values in one slot the last to arrive stands. Arrays are built on first use after loading, so load first.
    """

    def __init__(self, points: Iterable[Point] = ()) -> None:
        self._metrics: dict[str, _Metric] = {}
        self._cache: dict[Hashable, Any] = {}
        self.logs: list[Record] = []
        self.events: list[Record] = []
        self.checks: list[CheckRun] = []
        self.add_all(points)

    def copy(self) -> PointStore:
        """A store with the same contents that grows by itself; a series is shared until it grows in either."""
        copied = PointStore()
        copied._metrics = {name: metric.copy() for name, metric in self._metrics.items()}
        copied.logs, copied.events, copied.checks = self.logs[:], self.events[:], self.checks[:]
        return copied

    def beyond(self, base: PointStore) -> PointStore:
        """What this store, which began as a copy of `base`, has and that one has not: see `with_more`."""
        found = PointStore()
        for name, metric in self._metrics.items():
            shared = base._metrics[name].recorders if name in base._metrics else {}
            grown = {
                tags: one.beyond(shared.get(tags))
                for tags, one in metric.recorders.items()
                if shared.get(tags) is not one
            }
            found._metrics[name] = _Metric(metric.kind, metric.percentiles, grown)
        found.logs, found.events = self.logs[len(base.logs) :], self.events[len(base.events) :]
        found.checks = self.checks[len(base.checks) :]
        return found

    def with_more(self, beyond: PointStore) -> PointStore:
        """The store of which `beyond` is what it has beyond this one."""
        found = self.copy()
        for name, metric in beyond._metrics.items():
            known = found._metrics[name].recorders if name in found._metrics else {}
            grown = {tags: one.after(known.get(tags)) for tags, one in metric.recorders.items()}
            found._metrics[name] = _Metric(metric.kind, metric.percentiles, {**known, **grown})
        found.logs += beyond.logs
        found.events += beyond.events
        found.checks += beyond.checks
        return found

    def declare(self, metric: str, kind: Kind, *, percentiles: bool = False) -> None:
        """Make a metric known before its first point; `percentiles` allows pXX queries on a distribution.

        Raises FiredrillError when the metric exists with another kind.
        """
        self._metric(metric, kind, percentiles=percentiles).percentiles = percentiles

    def add(self, point: Point) -> None:
        """Record one point; many at once are cheaper with `add_all`. Raises FiredrillError as that does."""
        self._cache.clear()
        metric, kind, tags, timestamp_ms, arrived_ms, value = point
        slot = timestamp_ms // (1000 * SLOT_S)
        self._recorder(metric, kind, tags).add(slot, arrived_ms, value, summed=kind == "count")

    def add_all(self, points: Iterable[Point]) -> None:
        """Record points. Raises FiredrillError at the first one whose metric has another kind."""
        self._cache.clear()
        slot_ms = 1000 * SLOT_S
        recorders: dict[tuple[str, Kind, Tags], _Recorder] = {}
        for metric, kind, tags, timestamp_ms, arrived_ms, value in points:
            recorder = recorders.get((metric, kind, tags))
            if recorder is None:
                recorder = recorders[metric, kind, tags] = self._recorder(metric, kind, tags)
            recorder.add(timestamp_ms // slot_ms, arrived_ms, value, summed=kind == "count")

    def add_repeated(self, repeated: Iterable[Repeated]) -> None:
        """Record points that are known by their times. Raises FiredrillError as `add_all` does."""
        self._cache.clear()
        together: dict[tuple[str, Kind, Tags], list[Repeated]] = {}
        for each in repeated:
            together.setdefault((each.metric, each.kind, each.tags), []).append(each)
        for (metric, kind, tags), every in together.items():
            dated = np.concatenate([each.timestamps_ms for each in every])
            arrived = np.concatenate([each.arrived_ms for each in every])
            value = np.repeat([float(each.value) for each in every], [len(each.arrived_ms) for each in every])
            slot = dated // (1000 * SLOT_S)
            self._recorder(metric, kind, tags).extend(slot, arrived, value, summed=kind == "count")

    def forget(self, before_ms: int) -> None:
        """Drop points, logs and events dated earlier, so that the store does not grow for ever.

        Groups of a metric that have had a point stay known.
        """
        self._cache.clear()
        self.logs, self.events = (
            [record for record in records if record.log.timestamp >= before_ms] for records in (self.logs, self.events)
        )
        for metric in self._metrics.values():
            for tags in [*metric.recorders]:
                metric.to_change(tags).forget(before_ms // (1000 * SLOT_S))

    def add_log(self, log: Log, index: str, arrived_ms: int) -> None:
        """Record a log that an index stores."""
        self._record(self.logs, Record(log, index, arrived_ms))

    def add_event(self, event: Log, arrived_ms: int) -> None:
        """Record an event, in the shape of a log as `Record` says."""
        self._record(self.events, Record(event, "", arrived_ms))

    def add_check(self, run: CheckRun) -> None:
        """Record a run of a service check."""
        self._record(self.checks, run)

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
        """What `build` returns, kept under `key` until something is added."""
        if key not in self._cache:
            self._cache[key] = build()
        found: T = self._cache[key]
        return found

    def _record(self, records: list[T], record: T) -> None:
        records.append(record)
        self._cache.clear()

    def _recorder(self, metric: str, kind: Kind, tags: Tags) -> _Recorder:
        return self._metric(metric, kind, percentiles=True).to_change(tags)

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
