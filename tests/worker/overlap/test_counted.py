"""Operations of one object that overlap: what was asked against what the metrics hold and the alerts read."""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml  # type: ignore[import-untyped]

from firedrill.declared.declaration import declared_in
from firedrill.organisation import Organisation, compile_organisation
from firedrill.render import render
from firedrill.resources import MONITOR, Resource, of_type
from firedrill.vendors.cloudflare.trace_items import Invocation, Script, record
from firedrill.vendors.datadog.intake import receive
from firedrill.vendors.datadog.queries import Point, PointStore, compile_query
from tests.worker.conftest import ROOT, Workerd

pytestmark = pytest.mark.workerd

PREFIX = "overlap.dev."
ENTRY = {
    "entry": "tests/worker/overlap/counter.mjs",
    "classes": {
        "Counter": {
            "binding": "COUNTER",
            "operations": ["add", "addLater", "addOrFail", "addInAllWays", "addOrProbe"],
            "countedBy": "object",
        }
    },
}
WAYS = 5
DELIVERED_MS = 30_000

_names = itertools.count()


@pytest.fixture(scope="module")
def resources(tmp_path_factory: pytest.TempPathFactory) -> list[Resource]:
    """The stack dev with this Worker alone and every monitor."""
    root = tmp_path_factory.mktemp("overlap")
    for name in ("firedrill", "node_modules", "worker", "tests"):
        (root / name).symlink_to(ROOT / name)
    for name in ("__main__.py", "Pulumi.yaml"):
        shutil.copy(ROOT / name, root)
    dev = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())
    dev["config"] |= {"firedrill:workers": {"conversation-state": False, "overlap": ENTRY}, "firedrill:profile": "busy"}
    (root / "Pulumi.overlap.yaml").write_text(yaml.safe_dump(dev))
    return render("overlap", Path(root))


@pytest.fixture(scope="module")
def organisation(resources: list[Resource]) -> Organisation:
    return compile_organisation(declared_in(resources))


@dataclass(frozen=True)
class Told:
    """The points of an object's records."""

    points: tuple[Point, ...]
    now_ms: int

    def sums(self, metric: str, *keys: str) -> dict[tuple[str, ...], float]:
        """What a metric adds up to, by the values of some tags."""
        found: dict[tuple[str, ...], float] = {}
        for point in self.points:
            if point.metric == PREFIX + metric:
                tags = dict(tag.split(":") for tag in point.tags)
                group = tuple(tags[key] for key in keys)
                found[group] = found.get(group, 0) + point.value
        return found

    def value(self, query: str) -> float:
        """What a monitor without groups reads once all of it has arrived."""
        found = compile_query(query).evaluate(PointStore(self.points), np.array([self.now_ms // 1000]))
        return float(found.groups[()].values[0])


@pytest.fixture
def told(workerd: Workerd, organisation: Organisation) -> Any:
    job = organisation.jobs[0]

    def ask(*steps: tuple[str, int]) -> Told:
        """So many operations at a time of an object of its own."""
        name = f"counted-{next(_names)}"
        answers = [workerd.send("overlap", "GET", f"/{method}/{name}?calls={calls}") for method, calls in steps]
        records = sum(2 * calls if method == "talk" else calls for method, calls in steps)
        points: list[Point] = []
        for item in workerd.of(answers[0].json["id"], records):
            full = record(Invocation(item, wall_ms=1), Script("overlap-dev"))
            sent, now_ms = job.prepare(full), full["EventTimestampMs"] + DELIVERED_MS
            assert sent is not None
            for log in receive([sent], params=job.destination.parameters, received_ms=now_ms).logs:
                points += organisation.logging.process(log, now_ms).points
        return Told(tuple(points), now_ms + DELIVERED_MS)

    return ask


def query(resources: list[Resource], id_: str) -> str:
    """The query of a monitor of the class."""
    (found,) = [
        each.inputs["query"]
        for each in of_type(resources, MONITOR)
        if {f"monitor:{id_}", "class:counter"} <= set(each.inputs["tags"])
    ]
    return str(found)


@pytest.mark.parametrize("calls", [1, 8, 64])
def test_operations_and_failures_of_calls_that_overlap_are_those_asked_for(told: Any, calls: int) -> None:
    found = told(("addOrFail", calls), ("add", 1), ("add", 1))
    failed = len(range(2, calls, 3))
    assert found.sums("do.operations.total") == {(): calls + 2}
    assert found.sums("do.operations.by_operation", "operation") == {("addorfail",): calls, ("add",): 2}
    assert found.sums("do.errors.total", "operation", "error_category") == (
        {("addorfail", "code"): failed} if failed else {}
    )


@pytest.mark.parametrize("calls", [8, 64])
def test_each_of_several_ways_to_fail_is_counted_once_further_lines_are_free(told: Any, calls: int) -> None:
    found = told(("addInAllWays", calls), *[("add", 1)] * WAYS)
    ways = {error: len(range(first, calls, WAYS)) for first, error in ((3, "overloaded"), (4, "storage"))}
    assert found.sums("do.errors.total", "error_category") == {(error,): number for error, number in ways.items()}
    assert found.sums("do.operations.by_operation", "operation") == {("addinallways",): calls, ("add",): WAYS}
    assert found.sums("do.operations.total") == {(): calls + WAYS}


@pytest.mark.parametrize("messages", [8, 64])
def test_messages_that_overlap_and_their_failures_are_those_sent(told: Any, messages: int) -> None:
    found = told(("talk", messages), *[("add", 1)] * 3)
    failed = len(range(2, messages, 3))
    assert found.sums("do.errors.total", "operation", "error_category") == {("message", "code"): failed}
    assert found.sums("do.operations.by_operation", "operation")["message",] == messages


def test_a_canarys_call_counts_in_nothing_and_hides_no_other(told: Any) -> None:
    found = told(("addOrProbe", 8), ("add", 1), ("add", 1))
    assert found.sums("do.operations.total") == {(): 4 + 2}
    assert found.sums("do.operations.by_operation", "operation") == {("addorprobe",): 4, ("add",): 2}


def test_of_calls_that_overlap_the_error_rate_is_that_of_all(told: Any, resources: list[Resource]) -> None:
    found = told(("addOrFail", 8))
    assert found.value(query(resources, "do-error-ratio")) == 25
    assert found.value(query(resources, "do-low-traffic")) == 8
