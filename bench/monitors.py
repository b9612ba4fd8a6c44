"""Monitor-minutes per second, and how evaluation grows with the number of monitors and the simulated time."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bench.measure import healthy_records, median_s, plan, service
from firedrill.drill.calm import START_MS
from firedrill.drill.carry import carry
from firedrill.scenarios.scenario import MINUTE_MS, Phase
from firedrill.vendors.datadog.monitors import Composite, Monitor, run
from firedrill.vendors.datadog.queries.store import Point, PointStore

HOUR = 60
WEEK = 7 * 24 * HOUR


def main() -> None:
    """Print three tables: monitors, simulated time, and the memory of a simulated week."""
    compiled, phases = service(), [Phase(2 * HOUR, plan().healthy)]
    indexes = compiled.organisation.indexes()
    hour = carry(compiled, phases, healthy_records(), START_MS, indexes).ingested.points
    store = PointStore(hour)
    print("monitors  minutes     time   monitor-minutes/s")
    for count in (1, 10, 100):
        _row(_monitors(count), store, HOUR, HOUR)
    for minutes in (HOUR, 10 * HOUR, WEEK):
        _row(_monitors(10), _repeated(hour, minutes + 2 * HOUR), minutes, HOUR)
    tracemalloc.start()
    week = _repeated(hour, WEEK + 2 * HOUR)
    run(_monitors(10), week, _times(WEEK, HOUR))
    print(
        f"a simulated week of points and 10 monitors: {tracemalloc.get_traced_memory()[1] / 2**20:,.0f} MiB at the peak"
    )
    tracemalloc.stop()


def _row(monitors: Sequence[Monitor], store: PointStore, minutes: int, begin: int) -> None:
    times = _times(minutes, begin)
    seconds = median_s(lambda: run(monitors, store, times), rounds=3)
    rate = len(monitors) * minutes / seconds
    print(f"{len(monitors):8} {minutes:8} {seconds:7.2f} s {rate:17,.0f}")


def _times(minutes: int, begin: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    first_s = START_MS // 1000 + begin * 60
    return np.arange(first_s, first_s + minutes * 60, 60, dtype=np.int64)


def _monitors(count: int) -> list[Monitor]:
    """The stack's own monitors without composites, repeated under other ids."""
    own = [monitor for monitor in service().organisation.monitors if not isinstance(monitor.condition, Composite)]
    return [replace(own[number % len(own)], id=str(number)) for number in range(count)]


def _repeated(points: Sequence[Point], minutes: int) -> PointStore:
    """Two hours of points again and again until `minutes` are full."""
    store = PointStore()
    span_ms = 2 * HOUR * MINUTE_MS
    for start_ms in range(0, minutes * MINUTE_MS, span_ms):
        for point in points:
            moved = point._replace(timestamp_ms=point.timestamp_ms + start_ms, arrived_ms=point.arrived_ms + start_ms)
            store.add(moved)
    return store
