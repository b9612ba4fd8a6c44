"""What Cloudflare documents of trace events and Logpush, seen through a whole drill of the tiny stack.

Given are inputs of its `job`, `script` and `metric` (of the logs that match), and the `invocations` of one minute, each
with its trace item's fields and `wall_ms`. Expected are the number of `logs` that reach Datadog and of those that the
metric `matched`, or what the `error` says with which the drill refuses the stack.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from firedrill.drill.choice import Choice
from firedrill.drill.drill import drill_resources
from firedrill.drill.plan import Plan
from firedrill.drill.stages import Stages
from firedrill.resources import Resource
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.take import Take
from firedrill.scenarios.scenario import Phase, Scenario, TakeSpec
from firedrill.vendors.cloudflare.trace_items import Invocation
from firedrill.vendors.errors import FiredrillError
from tests.cases import Case, each, load

CASES = load(Path(__file__).parent)
BEGAN_MS = 1_700_000_000_000
SPEC = TakeSpec("minute", ())
SCENARIO = Scenario("minute", "One minute.", (Phase(1, SPEC),), before=0, after=0)


def took_place(given: Mapping[str, Any], number: int) -> Invocation:
    item = {"eventTimestamp": BEGAN_MS + number, "outcome": "ok", "exceptions": [], "logs": [], "event": None}
    fields = {"entrypoint": "", **{name: value for name, value in given.items() if name != "wall_ms"}}
    return Invocation({**item, **fields}, wall_ms=given.get("wall_ms", 20))


def drilled(case: Case, tiny: Callable[..., list[Resource]], stages: Stages, root: Path) -> dict[str, int]:
    inputs = {name: case.given[name] for name in ("job", "script", "metric") if name in case.given}
    given = case.given.get("invocations", [])
    invocations = tuple(took_place(fields, number) for number, fields in enumerate(given))
    take = Take(invocations, (), BEGAN_MS, BEGAN_MS + 1000, missing=0)
    drill = drill_resources(
        tiny(**inputs),
        Choice(root=root),
        stages,
        lambda service, root: Plan(Deployment(service.script, b""), SPEC, (SCENARIO,), {}),
        lambda deployment, specs, progress: {spec.name: take for spec in specs},
    )
    (found,) = drill.workers[0].drilled
    return {"logs": found.logs, "matched": found.points - found.logs}


@each(case for case in CASES if not case.refused)
def test_invocations_become_the_logs_that_the_page_says(
    case: Case, tiny: Callable[..., list[Resource]], stages: Stages, tmp_path: Path
) -> None:
    assert drilled(case, tiny, stages, tmp_path) == case.expected


@each(case for case in CASES if case.refused)
def test_a_stack_that_cloudflare_would_refuse_is_refused(
    case: Case, tiny: Callable[..., list[Resource]], stages: Stages, tmp_path: Path
) -> None:
    with pytest.raises(FiredrillError) as raised:
        drilled(case, tiny, stages, tmp_path)
    assert case.expected["error"] in str(raised.value)
