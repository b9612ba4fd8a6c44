"""What of marked values leaves Cloudflare, with the shipped Worker in workerd."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from firedrill.drill.compiled import CompiledWorker, compile_workers
from firedrill.drill.deliver import uploading_jobs
from firedrill.drill.drill import Drill
from firedrill.drill.exposure import exposures
from firedrill.drill.plan import plan_of
from firedrill.drill.record import Recorder
from firedrill.drill.result import Exposure
from firedrill.resources import Resource
from firedrill.runtime.take import Take
from firedrill.scenarios.marked import NAME, Marked
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec
from firedrill.vendors.cloudflare.job import compile_uploading
from firedrill.vendors.cloudflare.rules.fields import FIELDS
from firedrill.vendors.cloudflare.rules.filters import worker_filter

Tiny = Callable[..., list[Resource]]
SmallDrill = Callable[..., Drill]

ROOT = Path(__file__).resolve().parents[2]
SENT = ["object name", "query", "header", "body tool_use_id", "body tool_name", "URL", "exception"]


@pytest.fixture(scope="module")
def shipped(rendered: list[Resource]) -> CompiledWorker:
    (worker,) = compile_workers(rendered)
    return worker


@pytest.fixture(scope="module")
def recorded(shipped: CompiledWorker, recorder: Recorder) -> tuple[Marked, Take]:
    plan = plan_of(shipped, ROOT)
    assert plan.marked is not None
    return plan.marked, recorder(plan.deployment, [plan.marked.take], lambda done, of_all: None)[NAME]


@pytest.mark.workerd
def test_no_marked_value_reaches_datadog_by_default(
    shipped: CompiledWorker, rendered: list[Resource], recorded: tuple[Marked, Take]
) -> None:
    marked, take = recorded
    assert [*marked.marks] == SENT
    jobs = uploading_jobs(rendered)
    assert exposures("w", shipped.script["script_name"], take, marked.marks, jobs) == [
        Exposure("w", "conversation-state-dev", "datadog", dict.fromkeys(SENT, ()))
    ]


@pytest.mark.workerd
def test_each_field_that_is_asked_for_is_named_with_what_it_carries(
    shipped: CompiledWorker, recorded: tuple[Marked, Take]
) -> None:
    marked, take = recorded
    script = shipped.script["script_name"]
    api = {
        "name": "archive",
        "dataset": "workers_trace_events",
        "enabled": True,
        "destination_conf": "https://logs.example.com/all",
        "output_options": {"field_names": [*FIELDS]},
        "filter": worker_filter([script]),
    }
    others = {**api, "name": "others", "filter": worker_filter(["another"])}
    (archive,) = exposures("w", script, take, marked.marks, compile_uploading([api, others]))
    in_event = dict.fromkeys(("object name", "query", "URL"), ("Event",))
    assert archive == Exposure(
        "w", "archive", "https", {**dict.fromkeys(SENT, ()), **in_event, "exception": ("Exceptions",)}
    )


CALM = Scenario("calm", "Nothing happens.", (Phase(12, TakeSpec("healthy", ())),), after=13)
BROKEN = Scenario("broken", "Half fail.", (Phase(12, TakeSpec("failing", ())),), {"failures": "Alert"}, after=13)
MARKS = {"kind of failure": "exception", "name": "ada"}


def test_a_whole_drill_says_what_of_the_marked_values_each_job_sends(small_drill: SmallDrill, tiny: Tiny) -> None:
    done = small_drill(tiny(), CALM, BROKEN, marks=MARKS)
    assert done.result.proven
    assert done.result.exposures == (
        Exposure("tiny", "tiny job", "datadog", {"kind of failure": ("Outcome",), "name": ()}),
    )
    assert NAME not in done.workers[0].takes, "no scenario is made of them"


def test_a_drill_of_some_scenarios_sends_no_marked_values(small_drill: SmallDrill, tiny: Tiny) -> None:
    assert small_drill(tiny(), CALM, BROKEN, marks=MARKS, scenarios=("broken",)).result.exposures == ()
