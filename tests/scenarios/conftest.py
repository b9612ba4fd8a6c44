"""A Worker with two classes, as scenarios know it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from firedrill.scenarios.drill_file import DrillFile
from firedrill.scenarios.watched import Watch, WatchedClass, WatchedWorker

Make = Callable[..., WatchedWorker]

EVERYDAY = {"count": 6, "session": ["POST /rooms/{id}", "GET /rooms/{id}"]}
OF_WORKER = {
    "worker-5xx-rate": 5,
    "worker-5xx": None,
    "low-traffic": 20,
    "traffic-surge": 200,
    "traffic-drop": -50,
    "cpu-p99": 50,
    "exceeded-limits": 0,
    "background-errors": 0,
    "telemetry-gap": 0,
    "telemetry-cut": 0,
    "telemetry-late": 1,
    "telemetry-silent": 1,
    "heartbeat": 1,
    "collector-silent": 1,
    "reporter-failing": 10,
}
OF_CLASS = {
    "do-error-ratio": 5,
    "do-low-traffic": 20,
    "do-error-rate": None,
    "do-errors": 5,
    "mapping-failures": 5,
    "do-latency": 500,
    "storage-spike": 200,
    "cleanup-failures": 0,
}


@pytest.fixture
def watched() -> Make:
    """Makes a Worker with the given classes, and keys of its drill file; `undeclared` monitors are left out."""

    def make(
        *classes: str, undeclared: tuple[str, ...] = (), by_object: tuple[str, ...] = (), **file: Any
    ) -> WatchedWorker:
        of_classes = [
            Watch(f"{name}/{id_}" if len(classes) > 1 else id_, id_, name, threshold)
            for name in classes
            for id_, threshold in OF_CLASS.items()
        ]
        watches = [*(Watch(id_, id_, "", threshold) for id_, threshold in OF_WORKER.items()), *of_classes]
        return WatchedWorker(
            DrillFile.model_validate({"traffic": [EVERYDAY], **file}),
            {name: WatchedClass(("post",), name not in by_object) for name in classes},
            [watch for watch in watches if watch.name not in undeclared],
        )

    return make
