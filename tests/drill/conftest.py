"""One set of takes of the real Worker, and a stack small enough to be drilled without workerd."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.drill import Drill, drill_resources
from firedrill.drill.plan import Plan, read_bundle
from firedrill.drill.record import Recorder
from firedrill.drill.shared_takes import shared_recorder
from firedrill.drill.stages import Stages
from firedrill.organisation import Ingested
from firedrill.resources import (
    LOGPUSH_JOB,
    LOGS_METRIC,
    LOGS_PIPELINE,
    MONITOR,
    OBSERVED_SERVICE,
    WORKERS_SCRIPT,
    Resource,
)
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.take import Take
from firedrill.scenarios.marked import NAME, Marked
from firedrill.scenarios.scenario import Scenario, TakeSpec
from firedrill.vendors.cloudflare.trace_items import Invocation
from firedrill.vendors.datadog.queries import Point

ROOT = Path(__file__).resolve().parents[2]
TAKE_BEGAN_MS = 1_700_000_000_000
FAILURES = "sum(last_5m):sum:tiny.failures{*}.as_count() > 3"
_MONITOR: dict[bool, dict[str, Any]] = {
    False: {
        "type": "query alert",
        "message": "{{#is_alert}}{{value}} failed @on-call{{/is_alert}}{{#is_recovery}}over{{/is_recovery}}",
        "requireFullWindow": False,
        "onMissingData": "default",
    },
    True: {"type": "composite", "message": "both @on-call"},
}
"""Inputs of a metric monitor and of a composite one."""


def every_point(ingested: Ingested) -> list[Point]:
    """The points of both kinds, in one order."""
    times = ((each, zip(each.timestamps_ms, each.arrived_ms, strict=True)) for each in ingested.repeated)
    spread = (Point(*each[:3], int(dated), int(came), each.value) for each, pairs in times for dated, came in pairs)
    return sorted([*ingested.points, *spread])


Alone = Callable[[str, Mapping[str, Any]], Path]
"""Makes the project with a stack of one Worker, whose key names the stack: alone(key, its entry of the config)."""


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Alone:
    def make(key: str, entry: Mapping[str, Any]) -> Path:
        root = tmp_path_factory.mktemp(key)
        for name in ("components", "firedrill", "node_modules", "worker", "tests"):
            (root / name).symlink_to(ROOT / name)
        for name in ("__main__.py", "Pulumi.yaml"):
            shutil.copy(ROOT / name, root)
        dev = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text())
        dev["config"]["firedrill:workers"] = {"conversation-state": False, key: entry}
        (root / f"Pulumi.{key}.yaml").write_text(yaml.safe_dump(dev))
        return root

    return make


@pytest.fixture(scope="session")
def recorder() -> Recorder:
    """Records each take once per code and traffic, and hands it out again."""
    return shared_recorder()


@pytest.fixture
def stages() -> Stages:
    """Stages that nobody watches."""
    return Stages(Console(file=io.StringIO()))


def resource(token: str, name: str, inputs: dict[str, Any]) -> Resource:
    number = str(sum(map(ord, name)))
    return Resource(token, name, f"urn:pulumi:test::tiny::{token}::{name}", number, inputs)


@pytest.fixture
def tiny() -> Callable[..., list[Resource]]:
    """A stack with one metric of all invocations, one of failed ones, and the given monitors (query by name).

    Keywords replace inputs of the script, the job, the pipeline or the metric of failures.
    """

    def declare(
        monitors: Mapping[str, str] | None = None,
        *,
        script: Mapping[str, Any] = {},
        job: Mapping[str, Any] = {},
        pipeline: Mapping[str, Any] = {},
        metric: Mapping[str, Any] = {},
        monitor: Mapping[str, Any] = {},
    ) -> list[Resource]:
        destination = "datadog://http-intake.logs.datadoghq.com/api/v2/logs?header_DD-API-KEY=[secret]&ddsource=tiny"
        date = {"dateRemapper": {"name": "Official date", "isEnabled": True, "sources": ["EventTimestampMs"]}}
        fields = ["EventTimestampMs", "Outcome", "WallTimeMs"]
        return [
            resource(
                WORKERS_SCRIPT,
                "script",
                {"scriptName": "tiny", "logpush": True, "mainModule": "t.mjs", "contentFile": "t.mjs", **script},
            ),
            resource(
                LOGPUSH_JOB,
                "job",
                {
                    "name": "tiny job",
                    "accountId": "acc",
                    "dataset": "workers_trace_events",
                    "enabled": True,
                    "destinationConf": destination,
                    "outputOptions": {"fieldNames": fields},
                    **job,
                },
            ),
            resource(
                LOGS_PIPELINE,
                "pipeline",
                {
                    "name": "tiny pipeline",
                    "isEnabled": True,
                    "filters": [{"query": "source:tiny"}],
                    "processors": [date],
                    **pipeline,
                },
            ),
            resource(LOGS_METRIC, "runs", {"name": "tiny.runs", "compute": {"aggregationType": "count"}}),
            resource(
                LOGS_METRIC,
                "failures",
                {
                    "name": "tiny.failures",
                    "compute": {"aggregationType": "count"},
                    "filter": {"query": "@Outcome:exception"},
                    "groupBies": [{"path": "@Outcome", "tagName": "outcome"}],
                    **metric,
                },
            ),
            *(
                resource(MONITOR, name, {"name": f"The {name}", "query": query, **_MONITOR[" && " in query], **monitor})
                for name, query in (monitors or {"failures": FAILURES}).items()
            ),
        ]

    return declare


@pytest.fixture
def observed() -> Callable[..., list[Resource]]:
    """Puts resources below the component of a Worker; their urns are those of this Worker alone."""

    def put(name: str, parts: Sequence[Resource], **props: object) -> list[Resource]:
        urn = f"urn:pulumi:test::tiny::{OBSERVED_SERVICE}::{name}"
        middle = f"{urn}-parts"
        inputs = {"service": name, "drill": f"{name}.yaml", "classes": {}, **props}
        return [
            Resource(OBSERVED_SERVICE, name, urn, "", inputs),
            Resource("firedrill:components:Parts", f"{name}-parts", middle, "", {}, urn),
            *(replace(part, parent=middle, urn=f"{part.urn}-{name}") for part in parts),
        ]

    return put


@pytest.fixture
def take() -> Callable[..., Take]:
    """A take of one second with an invocation (of 20 ms, of no object, by default) per outcome, spread evenly."""

    def record(outcomes: Sequence[str], wall_ms: int = 20, entrypoint: str = "") -> Take:
        step_ms = 1000 // max(len(outcomes), 1)
        items: list[dict[str, Any]] = [
            {
                "eventTimestamp": TAKE_BEGAN_MS + n * step_ms,
                "outcome": outcome,
                "exceptions": [],
                "logs": [],
                "event": None,
                "entrypoint": entrypoint,
            }
            for n, outcome in enumerate(outcomes)
        ]
        invocations = tuple(Invocation(item, wall_ms=wall_ms) for item in items)
        return Take(invocations, (), TAKE_BEGAN_MS, TAKE_BEGAN_MS + 1000, missing=0)

    return record


@pytest.fixture
def small_drill(tmp_path: Path, stages: Stages, take: Callable[..., Take]) -> Callable[..., Drill]:
    """Drills a tiny stack in scenarios whose takes are named healthy, failing (half of it) or slow.

    With `marks`, each by what it stands for, a take of marked values has an outcome "ok" and an "exception".
    """
    (tmp_path / "t.mjs").write_text("export default {};")
    takes = {
        "healthy": take(("ok", "ok", "ok", "ok")),
        "failing": take(("ok", "exception", "exception", "ok")),
        "slow": take(("ok", "ok"), wall_ms=500, entrypoint="Tiny"),
        NAME: take(("ok", "exception")),
    }

    def record(deployment: Deployment, specs: Iterable[TakeSpec], progress: object) -> dict[str, Take]:
        assert deployment.bundle == b"export default {};"
        return {spec.name: takes[spec.name] for spec in specs}

    def run(
        resources: Sequence[Resource], *scenarios: Scenario, marks: Mapping[str, str] | None = None, **chosen: Any
    ) -> Drill:
        marked = Marked(TakeSpec(NAME, ()), marks) if marks else None

        def planned(service: CompiledWorker, root: Path) -> Plan:
            deployment = Deployment(service.script, read_bundle(service, root))
            return Plan(deployment, TakeSpec("healthy", ()), scenarios, {"storm": "never here"}, marked=marked)

        return drill_resources(resources, Choice(root=tmp_path, **chosen), stages, planned, record)

    return run
