"""What is declared for each Worker as one whole, and every reason to refuse it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from firedrill.drill.compiled import CompiledWorker, allowed_minutes, compile_workers, idle_jobs
from firedrill.resources import LOGPUSH_JOB, MONITOR, WORKERS_SCRIPT, Resource
from firedrill.scenarios.watched import WatchedClass
from firedrill.vendors.cloudflare.rules.fields import FIELD
from firedrill.vendors.errors import FiredrillError

Tiny = Callable[..., list[Resource]]
Observed = Callable[..., list[Resource]]


def refusal(resources: list[Resource]) -> str:
    with pytest.raises(FiredrillError) as error:
        compile_workers(resources)
    return str(error.value)


def only(resources: list[Resource]) -> CompiledWorker:
    (service,) = compile_workers(resources)
    return service


def tagged(resources: list[Resource], *tags: str) -> list[Resource]:
    """The resources, each monitor with the next of the tags' lists, which are written with spaces."""
    monitors = iter(tags)
    return [
        replace(each, inputs={**each.inputs, "tags": next(monitors).split()}) if each.type == MONITOR else each
        for each in resources
    ]


RUNS = "sum(last_5m):sum:tiny.runs{*}.as_count() > 1"
CLASSES = {"ChatRoom": {"operations": ["post"], "errors": ["error"], "countedBy": "object"}}
BINDING = {"type": "durable_object_namespace", "name": "ROOMS", "className": "ChatRoom"}


def test_a_monitor_is_named_by_its_tag(tiny: Tiny) -> None:
    assert list(only(tagged(tiny(), "env:dev monitor:do-errors team:one")).names.values()) == ["do-errors"]


@pytest.mark.parametrize("inputs", [{}, {"tags": None}, {"tags": ["env:dev"]}])
def test_a_monitor_without_that_tag_is_named_as_the_resource(tiny: Tiny, inputs: dict[str, object]) -> None:
    assert list(only(tiny(monitor=inputs)).names.values()) == ["failures"]


def test_monitors_that_share_a_tag_are_named_with_their_class_as_the_code_spells_it(
    tiny: Tiny, observed: Observed
) -> None:
    parts = tagged(
        tiny({"a": RUNS, "b": RUNS, "c": RUNS}),
        "monitor:do-errors class:chatroom",
        "monitor:do-errors class:lobby",
        "monitor:do-latency class:chatroom",
    )
    classes = dict.fromkeys(("ChatRoom", "Lobby"), CLASSES["ChatRoom"])
    service = only(observed("chat", parts, classes=classes))
    assert list(service.names.values()) == ["ChatRoom/do-errors", "Lobby/do-errors", "do-latency"]
    assert [watch.class_name for watch in service.watches.values()] == ["ChatRoom", "Lobby", "ChatRoom"]


def test_a_watch_knows_the_threshold_of_its_monitor(tiny: Tiny) -> None:
    assert [watch.threshold for watch in only(tiny({"fast": RUNS})).watches.values()] == [1]


def test_each_worker_has_the_resources_below_its_component(tiny: Tiny, observed: Observed) -> None:
    resources = observed("a", tiny({"x": RUNS})) + observed("b", tiny({"y": RUNS}), classes=CLASSES)
    services = compile_workers(resources)
    assert [(each.name, each.drill, list(each.names.values())) for each in services] == [
        ("a", "a.yaml", ["x"]),
        ("b", "b.yaml", ["y"]),
    ]
    assert services[1].classes == {"ChatRoom": WatchedClass(("post",), counted_by_caller=False)}


def test_the_script_of_a_worker_that_wrangler_deploys_is_in_its_component(tiny: Tiny, observed: Observed) -> None:
    parts = [each for each in tiny() if each.type != WORKERS_SCRIPT]
    script = {"scriptName": "chat", "logpush": True, "mainModule": "c.mjs", "contentFile": "c.mjs"}
    service = only(observed("chat", parts, script=script))
    assert (service.script["script_name"], service.script["content_file"]) == ("chat", "c.mjs")


def test_resources_from_before_there_were_components_are_of_one_worker(tiny: Tiny) -> None:
    migrations = {"newTag": "v1", "newSqliteClasses": ["ChatRoom"]}
    script = {"bindings": [BINDING], "migrations": migrations, "compatibilityDate": "2026-01-01"}
    service = only(tiny(script=script))
    assert (service.name, service.alone, service.classes) == ("tiny", ("tiny", "script"), {"ChatRoom": WatchedClass()})


def test_a_script_that_was_deployed_again_migrates_from_the_tag_that_it_names(tiny: Tiny) -> None:
    script = {"bindings": [BINDING], "migrations": {"oldTag": "v1", "newTag": "v1"}, "compatibilityDate": "2026-01-01"}
    assert only(tiny(script=script)).classes == {"ChatRoom": WatchedClass()}


def test_the_problems_of_all_workers_are_told_at_once(tiny: Tiny, observed: Observed) -> None:
    without = [each for each in tiny() if each.type != LOGPUSH_JOB]
    assert refusal(observed("a", without) + observed("b", without)) == (
        "The drill needs exactly one LogpushJob that delivers to Datadog; Worker 'a' declares 0.\n"
        "The drill needs exactly one LogpushJob that delivers to Datadog; Worker 'b' declares 0."
    )


def test_a_monitor_may_take_its_window_its_delay_and_the_delivery(tiny: Tiny) -> None:
    fast = "sum(last_7m):sum:tiny.runs{*}.as_count() > 1"
    assert allowed_minutes(only(tiny({"fast": fast}))) == {"fast": 7 + 3}
    assert allowed_minutes(only(tiny({"fast": fast}, monitor={"evaluationDelay": 90}))) == {"fast": 7 + 2 + 3}


def test_a_composite_may_take_as_long_as_its_slowest_part(tiny: Tiny) -> None:
    parts = {
        "fast": "sum(last_5m):sum:tiny.runs{*}.as_count() > 1",
        "slow": "sum(last_15m):sum:tiny.failures{*}.as_count() > 1",
    }
    ids = {resource.name: resource.id for resource in tiny(parts)}
    service = only(tiny({**parts, "both": f"{ids['fast']} && {ids['slow']}"}))
    assert allowed_minutes(service) == {"fast": 8, "slow": 18, "both": 18}


@pytest.mark.parametrize(
    ("token", "without", "twice"),
    [
        (
            WORKERS_SCRIPT,
            "The drill needs exactly one WorkersScript; the stack declares 0.",
            "2 Workers are called 'tiny', so each would replace the other; rename all but one.",
        ),
        (
            LOGPUSH_JOB,
            "The drill needs exactly one LogpushJob that delivers to Datadog; Worker 'tiny' declares 0.",
            "The drill needs exactly one LogpushJob that delivers to Datadog; Worker 'tiny' declares 2: with several, "
            "every record would be counted several times.",
        ),
    ],
)
def test_a_script_and_one_job_are_needed(tiny: Tiny, token: str, without: str, twice: str) -> None:
    resources = tiny()
    (one,) = [resource for resource in resources if resource.type == token]
    assert refusal([resource for resource in resources if resource.type != token]) == without
    assert refusal([*resources, one]) == twice


def test_a_stack_of_nothing_is_refused() -> None:
    assert refusal([]) == (
        "The drill needs exactly one WorkersScript; the stack declares 0.\n"
        "The drill needs exactly one LogpushJob that delivers to Datadog; the stack declares 0."
    )


def archive(resources: list[Resource], **inputs: Any) -> Resource:
    """A second job for the same Worker, which delivers to a bucket."""
    (job,) = [each for each in resources if each.type == LOGPUSH_JOB]
    inputs = {**job.inputs, "name": "archive", "destinationConf": "r2://[secret]", **inputs}
    return replace(job, urn=f"{job.urn}-archive", inputs=inputs)


def test_the_job_that_delivers_to_datadog_feeds_the_drill(tiny: Tiny) -> None:
    resources = tiny()
    service = only([archive(resources), *resources])
    assert (service.job.name, service.job.destination.site) == ("tiny job", "datadoghq.com")


@pytest.mark.parametrize("outside", [False, True])
def test_a_job_that_delivers_elsewhere_is_checked_wherever_it_is(tiny: Tiny, observed: Observed, outside: bool) -> None:
    resources = tiny()
    broken = archive(resources, outputOptions={"fieldNames": ["Outcom"]})
    both = [*observed("a", resources), broken] if outside else observed("a", [*resources, broken])
    assert refusal(both) == (
        f"Logpush job 'archive': output_options.field_names is 'Outcom'; allowed: {FIELD}; perhaps Outcome is meant."
    )


def test_a_job_that_delivers_elsewhere_and_is_disabled_is_a_problem_of_its_own(tiny: Tiny) -> None:
    resources = tiny()
    assert idle_jobs([*resources, archive(resources)]) == []
    assert idle_jobs([*resources, archive(resources, enabled=False)]) == [
        "the Logpush job 'archive' is disabled, so nothing leaves Cloudflare; set enabled=True"
        " (the provider's default is False)"
    ]


def test_the_problems_of_all_resources_are_told_at_once(tiny: Tiny) -> None:
    grok = {"grokParser": {"isEnabled": True, "source": "message", "grok": {"matchRules": "%{"}}}
    broken = tiny(
        {"failures": "sum(last_5m):sum:tiny.failures{*}.as_count() >"},
        job={"outputOptions": {"fieldNames": ["EventTimestampMs", "WallTime"]}},
        pipeline={"processors": [grok]},
        metric={"compute": {"aggregationType": "count", "path": "@WallTimeMs"}},
    )
    assert refusal(broken) == (
        f"Logpush job 'tiny job': output_options.field_names is 'WallTime'; allowed: {FIELD}; perhaps WallTimeMs is"
        " meant.\n"
        "pipeline 'tiny pipeline' / processor 1 'grok-parser': Grok rule '%{', line 1, column 1: found '%{';"
        " expected a rule's name of letters, digits, _ and . that does not start with a dot.\n"
        "log metric 'tiny.failures': compute.path is '@WallTimeMs'; allowed: none for a count.\n"
        "1 problem in the monitors:\n"
        "  monitor 'The failures': Monitor query 'sum(last_5m):sum:tiny.failures{*}.as_count() >', line 1, column 47:"
        " found the end; expected a number.\n"
        "Logpush job 'tiny job': output_options.field_names lacks Outcome, which the metric 'tiny.failures' reads;"
        " select it.\n"
        "Logpush job 'tiny job': output_options.field_names lacks WallTimeMs, which the metric 'tiny.failures' reads;"
        " select it."
    )


def test_a_composite_of_monitors_that_are_not_declared_is_refused(tiny: Tiny) -> None:
    assert refusal(tiny({"both": "12345 && 67890"})) == (
        "2 problems in the monitors:\n"
        "  monitor 'The both': query names monitor '12345', which is not declared.\n"
        "  monitor 'The both': query names monitor '67890', which is not declared."
    )


def test_resources_that_the_drill_does_not_run_are_left_alone(tiny: Tiny) -> None:
    other = Resource("aws:s3/bucket:Bucket", "bucket", "urn:pulumi:test::tiny::aws::bucket", "bucket", {})
    with_other = only([*tiny(), other])
    assert [monitor.name for monitor in with_other.organisation.monitors] == ["The failures"]


def test_a_monitor_of_a_type_that_the_emulator_does_not_know_is_refused_by_name(tiny: Tiny) -> None:
    resources = tiny({"failures": 'rum("x").rollup("count").last("5m") > 1'}, monitor={"type": "rum alert"})
    assert refusal(resources) == (
        "monitor 'The failures': monitor type 'rum alert' is not supported by the emulator; see docs/support.md for "
        "what is."
    )


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("log alert", 'logs("x").index("*").rollup("count").last("5m") > 1'),
        ("event-v2 alert", 'events("x").rollup("count").last("5m") > 1'),
        ("service check", '"ssh".over("*").by("host").last(2).count_by_status()'),
    ],
)
def test_monitors_of_logs_events_and_checks_are_compiled_too(tiny: Tiny, kind: str, query: str) -> None:
    worker = only(tiny({"failures": query}, monitor={"type": kind, "onMissingData": None, "message": ""}))
    assert [monitor.type for monitor in worker.organisation.monitors] == [kind]
