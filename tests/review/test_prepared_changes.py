"""Changes as people make them to the sources: what the review says of each, and that it says nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from firedrill.resources import LOGS_METRIC
from firedrill.review.stack_review import StackReview

pytestmark = pytest.mark.workerd

Change = Callable[..., StackReview]
CONFIG = "Pulumi.yaml"
DEFAULTS = "firedrill/components/config/keys.yaml"
PIPELINE = "firedrill/components/log_pipeline/pipeline.py"
OBJECT, GATEWAY, INDEX = (f"worker/src/{name}.mjs" for name in ("conversation_state", "gateway", "index"))
ERRORS = "conversation-state dev ConversationStateDO: Durable Object errors"


def told(review: StackReview) -> list[str]:
    """Each changed resource in one line."""
    return [f"{each.kind} {each.name}: {'; '.join(each.details)}" for each in review.changes]


def monitors(review: StackReview, saying: str) -> set[str]:
    """The monitors of which the consequences say `saying`."""
    return {each.split(" ", 1)[0] for each in review.consequences if saying in each}


def test_a_threshold_ten_times_as_high_makes_one_monitor_fire_later_and_no_other(changed: Change) -> None:
    review = changed(
        DEFAULTS, "do-errors: { window: last_5m, critical: 5", "do-errors: { window: last_5m, critical: 50"
    )
    assert told(review) == [f"changed {ERRORS}: alerts at 5 -> 50"]
    assert review.consequences
    assert {each.split(" ", 1)[0] for each in review.consequences} == {"do-errors"}
    assert any(re.match(r"do-errors fires \d+ min later", each) for each in review.consequences)


def test_a_threshold_that_the_drill_goes_along_with_is_held_against_the_fault_from_before(changed: Change) -> None:
    review = changed(
        DEFAULTS, "do-latency: { window: last_5m, critical: 500", "do-latency: { window: last_5m, critical: 1000"
    )
    assert told(review) == [
        "changed conversation-state dev ConversationStateDO: Durable Object latency p95: alerts at 500 -> 1000 ms"
    ]
    slow = "alarm-slow, operations-slow@750, operations-slow@then-nothing, storage-slow"
    assert review.consequences[0] == f"do-latency no longer fires in {slow}"
    assert {each.split(" ", 1)[0] for each in review.consequences} == {"do-latency"}


def test_a_window_as_long_as_the_drill_loses_its_proof(changed: Change) -> None:
    review = changed(DEFAULTS, "do-errors: { window: last_5m", "do-errors: { window: last_30m")
    assert told(review) == [f"changed {ERRORS}: window last_5m -> last_30m"]
    assert {each.split(" ", 1)[0] for each in review.consequences} == {"do-errors"}
    assert monitors(review, "no longer fires") == set()


def test_a_field_that_is_read_and_no_longer_sent_makes_the_drill_refuse_the_stack(changed: Change) -> None:
    review = changed("firedrill/components/destination_fields.py", '    "WallTimeMs",\n', "")
    assert told(review) == ["changed conversation-state-dev: outputOptions.fieldNames without WallTimeMs"]
    assert [each.split(":")[0] for each in review.consequences] == ["the drill refuses the stack"]
    assert "lacks WallTimeMs, which" in review.consequences[0]


def test_an_attribute_renamed_in_the_pipeline_alone_silences_its_metrics_monitors(changed: Change) -> None:
    review = changed(PIPELINE, '"invocation.telemetry", TELEMETRY', '"invocation.lines", TELEMETRY')
    assert told(review) == [
        "changed conversation-state dev: processors[Telemetry of the invocation].categoryProcessor.target "
        "'invocation.telemetry' -> 'invocation.lines'"
    ]
    counted = {"background-errors", "exceeded-limits", "telemetry-gap", "telemetry-silent"}
    assert monitors(review, "no longer fires in") == monitors(review, "lost its proof: ") == counted
    untrue = [each for each in review.consequences if each.startswith("a metric is not true")]
    assert len(review.consequences) == 3 * len(counted) + len(untrue)
    assert untrue


def test_a_monitor_that_is_switched_off_is_told_with_what_it_watched(changed: Change) -> None:
    review = changed(DEFAULTS, "telemetry-gap: { window: last_10m, critical: 0 }", "telemetry-gap: false")
    assert told(review) == ["removed conversation-state dev: Invocations without telemetry: "]
    missing = "telemetry-missing, telemetry-missing@0.1, telemetry-missing@then-nothing"
    assert f"telemetry-gap is gone: it fired in {missing}" in review.consequences
    assert monitors(review, "no longer fires in") == set()


def test_a_renamed_class_keeps_its_alerts(changed: Change) -> None:
    old, new = "ConversationStateDO", "ConversationDO"
    review = changed(
        *(OBJECT, f"export const {old}", f"export const {new}", OBJECT, f'className: "{old}"', f'className: "{new}"'),
        *(GATEWAY, f'CONVERSATION_STATE: "{old}"', f'CONVERSATION_STATE: "{new}"'),
        *(INDEX, f"export {{ {old} }}", f"export {{ {new} }}"),
        *(CONFIG, f"          {old}:\n", f"          {new}:\n            renamedFrom: {old}\n"),
    )
    assert {each.kind for each in review.changes} == {"changed"}
    assert "new code" in told(review)[0]
    assert review.consequences == ()


def test_a_worker_under_another_key_keeps_its_alerts_and_loses_the_history_of_its_metrics(changed: Change) -> None:
    former = "renamedFrom: conversation-state\n        name: conversation-state-dev"
    review = changed(CONFIG, "      conversation-state:\n", f"      dialogue:\n        {former}\n")
    assert {each.kind for each in review.changes} == {"changed", "replaced", "renamed"}
    assert {each.type for each in review.changes if each.kind == "replaced"} == {LOGS_METRIC}
    assert review.consequences == ()


def test_a_further_sink_is_one_more_job_and_of_no_consequence(changed: Change) -> None:
    archive = "{ archive: { type: r2, bucket: logs, accessKeyId: keyId, secretAccessKey: key } }"
    secrets = "".join(f"\n  firedrill:{key}:\n    secure: v1:any" for key in ("keyId", "key"))
    review = changed("Pulumi.dev.yaml", "\nconfig:", f"\nconfig:\n  firedrill:destinations: {archive}{secrets}")
    assert told(review) == ["added firedrill-dev-archive: "]
    assert review.consequences == ()


def test_a_sample_of_the_records_makes_alerts_late_and_wrong(changed: Change) -> None:
    review = changed("firedrill/components/log_delivery/job.py", "list(fields),", 'list(fields), "sample_rate": 0.1,')
    assert told(review) == ["changed conversation-state-dev: outputOptions.sampleRate is now 0.1"]
    assert review.cost is not None
    assert review.cost.items.keys() >= {"log-ingest", "indexed-events"}
    assert review.cost.after < review.cost.before
    assert "low-traffic" in monitors(review, "now fires in")
    assert "do-errors" in monitors(review, "min later")
    assert "worker-5xx-rate" in monitors(review, "no longer fires in lone-failure")


def test_a_tag_that_a_metric_loses_silences_the_monitor_grouped_by_it(changed: Change) -> None:
    searched = "ALIKE,\n            log_searches.failed(classes),\n            (class_name, operation"
    review = changed(
        "firedrill/components/log_metrics/definitions/operations.py", f"{searched}, category)", f"{searched})"
    )
    assert told(review) == [
        "changed conversation_state.dev.do.errors.total: groupBies[error_category] is gone; "
        "part of filter.query '@telemetry.error:*' is gone"
    ]
    assert [each.split(" in ")[0].split(":")[0].split(";")[0] for each in review.consequences] == [
        "do-errors no longer fires",
        "do-errors lost its proof",
        "do-errors fires at no size",
        "a metric is not true",
        "metric conversation_state.dev.do.errors.total has no tag error_category any more",
    ]


def test_a_telemetry_field_that_disappears_is_named(changed: Change) -> None:
    line = (
        '    _count("lost", "Events whose telemetry failed in this isolate since its last line.", "event", EMITTERS),\n'
    )
    review = changed("firedrill/components/telemetry.py", line, "")
    assert review.consequences == ("telemetry lines have no field lost any more",)


def test_messages_without_runbooks_lose_every_proof(changed: Change) -> None:
    review = changed("firedrill/components/monitors/messages.py", '[*blocks, f"Runbook: {runbook}"]', "blocks")
    assert all("no longer links to" in each and "/docs/runbooks/" in each for each in told(review))
    assert len(review.changes) > 10
    assert all("lost its proof" in each and "does not say the runbook" in each for each in review.consequences)
    assert len(monitors(review, "lost its proof")) == len(review.changes)


def test_another_handle_is_told_for_each_monitor_that_notifies_it(changed: Change) -> None:
    review = changed("Pulumi.dev.yaml", "firedrill:notifyPage: ", 'firedrill:notifyPage: "@nobody" # ')
    assert told(review)
    assert all(
        each.endswith("no longer notifies @slack-conversation-state-dev; now notifies @nobody") for each in told(review)
    )
    assert review.consequences == ()


def test_a_broken_rule_silences_everything_that_reads_lines(changed: Change) -> None:
    review = changed(PIPELINE, "%{data:telemetry:json}", "line %{data:telemetry:json}")
    assert "do-errors" in monitors(review, "no longer fires in")
    assert "telemetry-gap" in monitors(review, "now fires in")


def test_a_refactoring_changes_nothing(changed: Change) -> None:
    review = changed(
        "firedrill/components/names.py",
        "f\"{service.replace('-', '_')}.{environment.replace('-', '_')}.\"",
        '".".join(part.replace("-", "_") for part in (service, environment, ""))',
    )
    assert review.is_empty


def test_formatting_and_comments_change_nothing(changed: Change) -> None:
    review = changed(INDEX, "export", "// Exports.\n\n  export", CONFIG, "# failures", "# failed")
    assert review.is_empty


def test_traffic_that_no_longer_reaches_an_operation_is_a_consequence_without_any_resource(changed: Change) -> None:
    review = changed("worker/drill.yaml", "DELETE /conversations/{id}/tools\n", "GET /health\n")
    assert review.changes == ()
    assert any("clear" in each for each in review.consequences)
