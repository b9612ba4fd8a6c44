"""The declared stack as one whole, and every reason to refuse it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from firedrill.drill.stack import allowed_minutes, compile_stack, short_name
from firedrill.errors import FiredrillError
from firedrill.resources import LOGPUSH_JOB, MONITOR, WORKERS_SCRIPT, Resource

Tiny = Callable[..., list[Resource]]


def refusal(resources: list[Resource]) -> str:
    with pytest.raises(FiredrillError) as error:
        compile_stack(resources)
    return str(error.value)


def test_monitors_are_known_by_their_short_names(tiny: Tiny) -> None:
    stack = compile_stack(tiny({"fast": "sum(last_5m):sum:tiny.runs{*}.as_count() > 1"}))
    assert [stack.names[monitor.id] for monitor in stack.monitors] == ["fast"]


def test_a_monitor_is_named_by_its_tag(tiny: Tiny) -> None:
    monitor = replace(tiny()[-1], inputs={"tags": ["env:dev", "monitor:do-errors", "team:one"]})
    assert short_name(monitor) == "do-errors"


@pytest.mark.parametrize("inputs", [{}, {"tags": None}, {"tags": ["env:dev"]}])
def test_a_monitor_without_that_tag_is_named_as_the_resource(tiny: Tiny, inputs: dict[str, object]) -> None:
    assert short_name(replace(tiny()[-1], inputs=inputs)) == "failures"


def test_a_monitor_may_take_its_window_its_delay_and_the_delivery(tiny: Tiny) -> None:
    fast = "sum(last_7m):sum:tiny.runs{*}.as_count() > 1"
    assert allowed_minutes(compile_stack(tiny({"fast": fast}))) == {"fast": 7 + 3}
    assert allowed_minutes(compile_stack(tiny({"fast": fast}, monitor={"evaluationDelay": 90}))) == {"fast": 7 + 2 + 3}


def test_a_composite_may_take_as_long_as_its_slowest_part(tiny: Tiny) -> None:
    parts = {
        "fast": "sum(last_5m):sum:tiny.runs{*}.as_count() > 1",
        "slow": "sum(last_15m):sum:tiny.failures{*}.as_count() > 1",
    }
    ids = {resource.name: resource.id for resource in tiny(parts)}
    stack = compile_stack(tiny({**parts, "both": f"{ids['fast']} && {ids['slow']}"}))
    assert allowed_minutes(stack) == {"fast": 8, "slow": 18, "both": 18}


@pytest.mark.parametrize(("token", "kind"), [(WORKERS_SCRIPT, "WorkersScript"), (LOGPUSH_JOB, "LogpushJob")])
def test_exactly_one_script_and_one_job_are_needed(tiny: Tiny, token: str, kind: str) -> None:
    resources = tiny()
    without = [resource for resource in resources if resource.type != token]
    (one,) = [resource for resource in resources if resource.type == token]
    assert refusal(without) == f"The drill needs exactly one {kind}; the stack declares 0."
    assert refusal([*resources, one]) == f"The drill needs exactly one {kind}; the stack declares 2."


def test_a_stack_of_nothing_is_refused() -> None:
    assert refusal([]) == (
        "The drill needs exactly one WorkersScript; the stack declares 0.\n"
        "The drill needs exactly one LogpushJob; the stack declares 0."
    )


def test_the_problems_of_all_resources_are_told_at_once(tiny: Tiny) -> None:
    grok = {"grokParser": {"isEnabled": True, "source": "message", "grok": {"matchRules": "%{"}}}
    broken = tiny(
        {"failures": "sum(last_5m):sum:tiny.failures{*}.as_count() >"},
        job={"outputOptions": {"fieldNames": ["EventTimestampMs", "WallTime"]}},
        pipeline={"processors": [grok]},
        metric={"compute": {"aggregationType": "count", "path": "@WallTimeMs"}},
    )
    assert refusal(broken) == (
        "Logpush job 'tiny job', field_names: the dataset workers_trace_events has no field 'WallTime';"
        " did you mean 'WallTimeMs'?\n"
        "pipeline 'tiny pipeline' / processor 1 'grok-parser': Grok rule '%{', line 1, column 1: found '%{';"
        " expected a rule's name of letters, digits, _ and . that starts with a letter or digit.\n"
        "log metric 'tiny.failures': a count takes neither 'compute.path' nor 'compute.include_percentiles'.\n"
        "1 problem in the monitors:\n"
        "  monitor 'The failures': Monitor query 'sum(last_5m):sum:tiny.failures{*}.as_count() >', line 1, column 47:"
        " found the end; expected a number."
    )


def test_a_composite_of_monitors_that_are_not_declared_is_refused(tiny: Tiny) -> None:
    assert refusal(tiny({"both": "12345 && 67890"})) == (
        "2 problems in the monitors:\n"
        "  monitor 'The both': query names monitor '12345', which is not declared.\n"
        "  monitor 'The both': query names monitor '67890', which is not declared."
    )


def test_resources_that_the_drill_does_not_run_are_left_alone(tiny: Tiny) -> None:
    other = Resource("aws:s3/bucket:Bucket", "bucket", "urn:pulumi:test::tiny::aws::bucket", "bucket", {})
    with_other = compile_stack([*tiny(), other])
    assert [monitor.name for monitor in with_other.monitors] == ["The failures"]


def test_a_monitor_that_the_drill_cannot_feed_is_refused_by_name(tiny: Tiny) -> None:
    resources = [
        replace(
            each,
            inputs={**each.inputs, "type": "log alert", "query": 'logs("x").index("*").rollup("count").last("5m") > 1'},
        )
        if each.type == MONITOR
        else each
        for each in tiny()
    ]
    assert refusal(resources) == (
        "1 problem in the monitors:\n"
        "  monitor 'The failures': type is 'log alert'; allowed are metric alert, query alert and composite."
    )
