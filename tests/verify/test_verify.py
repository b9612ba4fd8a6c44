"""A deployment is verified against a stack that runs, and each fault that is planted in it is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from firedrill.challenge.reading import Unreadable
from firedrill.errors import CannotRun
from firedrill.live.api.serve import apis
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, MONITOR, WORKERS_SCRIPT, Resource, of_type
from firedrill.sinks.buckets import Bucket
from firedrill.vendors.cloudflare.rules.destinations.address import address
from firedrill.verify.check import Check
from firedrill.verify.listing import listed
from firedrill.verify.report import to_json
from tests.json_schemas import as_its_schema_says
from tests.verify.conftest import ARCHIVES, KEY, ROOT, changed

pytestmark = pytest.mark.workerd


def failures(checks: Sequence[Check], *ids: str) -> list[str]:
    """What failed, of these checks or of all."""
    return [each.told for each in checks if each.outcome == "failed" and (not ids or each.id in ids)]


def without(resources: Sequence[Resource], token: str, name: str) -> list[Resource]:
    """The resources but for one, which somebody has deleted by hand."""
    return [each for each in resources if not (each.type == token and each.name == name)]


def named(resources: Sequence[Resource], token: str, ending: str) -> Resource:
    (found,) = [each for each in of_type(resources, token) if each.name.endswith(ending)]
    return found


def edited(resources: Sequence[Resource], one: Resource, **inputs: Any) -> list[Resource]:
    """The resources with one of them edited by hand."""
    return [replace(each, inputs={**each.inputs, **inputs}) if each == one else each for each in resources]


def test_a_deployment_that_works_has_no_check_that_fails(verified: Callable[..., Any]) -> None:
    with verified() as stack:
        checks = stack.checks()
    assert failures(checks) == []
    proven = {each.id for each in checks if each.outcome == "ok"}
    assert proven >= {"credentials", "worker-logpush", "job-enabled", "job-health", "job-selection", "job-site"}
    assert proven >= {"canary", "logs", "log-attributes", "metric-declared", "metric-points"}
    assert proven >= {"monitor-declared", "monitor-data"}
    assert as_its_schema_says("verify", to_json("dev", checks))["works"] is True
    assert stack.progress[0] == "logs of 'conversation-state': 0 of 3 canaries in Datadog after 0 s of 300 s"


def test_canaries_leave_nothing_stored_and_no_point_in_a_metric_of_callers(verified: Callable[..., Any]) -> None:
    with verified() as stack:
        stack.checks()
        store = stack.stack.live.store
        counted = {name.removeprefix("conversation_state.dev.") for name in store.metrics() if store.series(name)}
    assert counted == {"canary.requests", "invocations"}


def test_a_worker_whose_flag_is_off_is_named(verified: Callable[..., Any], declared: list[Resource]) -> None:
    with verified(changed(declared, WORKERS_SCRIPT, logpush=False)) as stack:
        checks = stack.checks()
    assert failures(checks, "worker-logpush")[0].startswith("has logpush off, so no job gets its events")
    assert failures(checks, "logs")[0].startswith("are not in Datadog")


def test_a_disabled_job_is_named(verified: Callable[..., Any], declared: list[Resource]) -> None:
    with verified(changed(declared, LOGPUSH_JOB, enabled=False)) as stack:
        assert failures(stack.checks(), "job-enabled")[0].startswith("is disabled, so nothing leaves Cloudflare")


def test_a_revoked_key_is_named_by_the_error_of_the_job(verified: Callable[..., Any]) -> None:
    with verified() as stack:
        stack.stack.live.flow.refusal = "403 Forbidden"
        stack.stack.send(4)
        stack.stack.minutes(3)
        told = failures(stack.checks(), "job-health")
    assert told[0].startswith("is failing since 2026-01-05 00:0")
    assert told[0].endswith(": 403 Forbidden; what it cannot deliver is lost after its retries")


def test_a_job_that_delivers_to_another_site_is_named(verified: Callable[..., Any]) -> None:
    with verified() as stack:
        told = failures(stack.checks(site="datadoghq.eu"), "job-site")
    assert told == ["delivers to datadoghq.com, and the stack's site is datadoghq.eu; set datadogSite"]


def test_a_filter_that_excludes_the_worker_is_named(verified: Callable[..., Any], declared: list[Resource]) -> None:
    other = '{"where":{"key":"ScriptName","operator":"eq","value":"another"}}'
    with verified(changed(declared, LOGPUSH_JOB, filter=other)) as stack:
        checks = stack.checks()
    assert f"its filter is {other!r}, declared is" in failures(checks, "job-selection")[0]
    assert failures(checks, "logs")[0].startswith("are not in Datadog")


def test_a_field_that_the_job_does_not_send_is_named(verified: Callable[..., Any], declared: list[Resource]) -> None:
    (job,) = of_type(declared, LOGPUSH_JOB)
    fields = [each for each in job.inputs["outputOptions"]["fieldNames"] if each != "WallTimeMs"]
    held = changed(declared, LOGPUSH_JOB, outputOptions={**job.inputs["outputOptions"], "fieldNames": fields})
    with verified(held) as stack:
        checks = stack.checks()
    assert failures(checks, "job-selection") == ["was changed: it does not send WallTimeMs; run pulumi up --refresh"]
    assert failures(checks, "log-attributes")[0].startswith("lack WallTimeMs, ")


def test_a_pipeline_that_somebody_disabled_is_named(verified: Callable[..., Any], declared: list[Resource]) -> None:
    with verified(changed(declared, LOGS_PIPELINE, isEnabled=False)) as stack:
        told = failures(stack.checks(), "logs")
    assert told[0].startswith("are in Datadog (")
    assert "none has @telemetry.request of a canary: the pipeline does not run" in told[0]


def test_a_metric_without_points_though_logs_match_is_named(
    verified: Callable[..., Any], declared: list[Resource]
) -> None:
    with verified() as stack:
        stack.stack.live.store.add_all = lambda points: None  # Datadog makes no points of what it has taken in
        told = failures(stack.checks(), "metric-points")
    assert told[0].startswith("has no point, though logs match its filter")


def test_a_metric_that_is_gone_is_named(verified: Callable[..., Any], declared: list[Resource]) -> None:
    gone = named(declared, LOGS_METRIC, "canary-requests")
    with verified(without(declared, LOGS_METRIC, gone.name)) as stack:
        told = failures(stack.checks(), "metric-declared")
    assert told == ["does not exist; run pulumi refresh, then pulumi up"]


def test_a_monitor_that_somebody_edited_is_named(verified: Callable[..., Any], declared: list[Resource]) -> None:
    one = named(declared, MONITOR, "telemetry-silent")
    query = one.inputs["query"].replace("last_15m", "last_30m")
    with verified(edited(declared, one, query=query)) as stack:
        told = failures(stack.checks(), "monitor-declared")
    assert len(told) == 1
    assert told[0].startswith(
        f"was changed: its query is {query!r}, declared is {one.inputs['query']!r}; run pulumi up"
    )


def test_a_monitor_that_is_gone_is_named(verified: Callable[..., Any], declared: list[Resource]) -> None:
    gone = named(declared, MONITOR, "telemetry-silent")
    with verified(without(declared, MONITOR, gone.name)) as stack:
        told = failures(stack.checks(), "monitor-declared")
    assert told == ["does not exist; run pulumi refresh, then pulumi up"]


def test_a_monitor_in_no_data_whose_metric_gets_no_points_is_named(
    verified: Callable[..., Any], declared: list[Resource]
) -> None:
    with verified() as stack:
        stack.stack.live.store.add_all = lambda points: None
        checks = stack.checks()
    silent = [each for each in checks if each.id == "monitor-data" and "No telemetry at all" in each.subject]
    assert [(each.outcome, each.told.partition(":")[0]) for each in silent] == [("failed", "is in No Data for *")]


def test_a_worker_that_fails_its_canary_is_named(verified: Callable[..., Any]) -> None:
    from firedrill.live.faults import Switch

    with verified() as stack:
        stack.stack.live.switch(Switch("worker-throws", 1.0))
        told = failures(stack.checks(), "canary")
    assert told[0] == "answers the canary PUT /conversations/{id}/tools/canary with 500"


@pytest.mark.parametrize("api", ["cloudflare", "datadog"])
def test_credentials_that_are_refused_end_it_before_anything_is_sent(verified: Callable[..., Any], api: str) -> None:
    with verified() as stack:
        with pytest.raises(CannotRun) as refused:
            stack.checks(**{f"{api}_key": "wrong"})
        assert stack.stack.live.standing().events == 0
    assert "wrong" not in str(refused.value)
    assert ("CLOUDFLARE_API_TOKEN" if api == "cloudflare" else "DD_API_KEY") in str(refused.value)


NEEDED = (
    *("Account: Logs: Read", "Account: Workers Scripts: Read", "Account: Workers R2 Storage: Read"),
    *("logs_read_data", "logs_read_config", "timeseries_query", "monitors_read", "monitors_write", "events_read"),
)


def test_a_permission_that_is_lacking_is_named_before_anything_is_sent(
    verified: Callable[..., Any], archived: Callable[..., list[Resource]]
) -> None:
    with verified(archived(), archived()) as stack:
        live, told = stack.stack.live, {}
        for permission in NEEDED:
            with apis(stack.declared, live, KEY, [permission]) as address:
                with pytest.raises(CannotRun) as refused:
                    replace(stack, address=address).checks(page="dev")
                told[permission] = str(refused.value)
        assert live.standing().events == 0
        assert live.evaluation.states.keys() <= stack.ids
    assert [permission for permission, text in told.items() if permission not in text] == []


def test_the_permissions_that_are_documented_are_those_that_are_needed() -> None:
    page = (ROOT / "docs" / "how-to" / "verify-a-deployment.md").read_text().partition("## Least permissions")[2]
    documented = re.findall(r"\*(Account: [^*]+)\*|`([a-z]+_[a-z_]+)`", page.partition("\n\n")[2].partition("\n\n")[0])
    assert {first or second for first, second in documented} == {*NEEDED}


def test_a_page_alerts_and_recovers_and_leaves_no_monitor(verified: Callable[..., Any]) -> None:
    with verified() as stack:
        checks = stack.checks(page="dev")
        alerted = {each.monitor_id for each in stack.stack.live.evaluation.sent} - stack.ids
        left = stack.stack.live.evaluation.states.keys() - stack.ids
    told = [(each.outcome, each.subject) for each in checks if each.id == "page"]
    assert told == [("ok", "canary monitor of 'conversation-state'")]
    assert len(alerted) == 1
    assert left == set()


def test_a_page_that_never_comes_is_named_and_leaves_no_monitor(verified: Callable[..., Any]) -> None:
    with verified() as stack:
        stack.stack.live.store.add_all = lambda points: None
        checks = stack.checks(page="dev")
        left = stack.stack.live.evaluation.states.keys() - stack.ids
    assert failures(checks, "page") == ["has left no event [Triggered]: nobody would have been told"]
    assert left == set()


@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_that_grows_is_seen(
    verified: Callable[..., Any], archived: Callable[..., list[Resource]], kind: str
) -> None:
    with verified(archived(kind), archived(kind)) as stack:
        if not stack.stack.live.archives and kind != "r2":
            pytest.skip(f"nothing stands for {kind} on this machine")
        checks = stack.checks()
    (check,) = [each for each in checks if each.id == "archive"]
    assert (check.outcome, check.told.partition(" ")[0]) == ("ok", "got"), check.told


@pytest.mark.parametrize(("kind", "what"), [("r2", "stored"), ("s3", "put")])
def test_an_archive_that_stays_empty_is_named(
    verified: Callable[..., Any],
    archived: Callable[..., list[Resource]],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    what: str,
) -> None:
    pytest.importorskip("moto")
    monkeypatch.setattr(Bucket, what, lambda *_: set())
    with verified(archived(kind), archived(kind)) as stack:
        told = failures(stack.checks(), "archive")
    place = f"{kind}://logs-archive"
    assert told == [f"got no object: look at the job above, and at the key that it writes to {place} with"]


@pytest.mark.parametrize(
    ("conf", "told"),
    [
        (
            "https://logs.example.com/in",
            "was not looked at: what has arrived there can be searched there only; look for f12ed2110007* at"
            " https://logs.example.com",
        ),
        (
            ARCHIVES["gcs"],
            "was not looked at: GOOGLE_OAUTH_ACCESS_TOKEN is not set: gcloud auth print-access-token prints one; to be"
            " listed here it needs storage.objects.list; look for f12ed2110007* at gs://logs-archive",
        ),
        (
            ARCHIVES["azure"],
            "was not looked at: AZURE_STORAGE_SAS_TOKEN is not set: a signature that may read the container; to be"
            " listed here it needs the permission to list (sp=l) on containers (srt=c); look for f12ed2110007* at"
            " azure://archive1.blob.core.windows.net",
        ),
    ],
)
def test_an_archive_that_cannot_be_listed_is_unproven_and_what_it_takes_is_said(
    verified: Callable[..., Any], archived: Callable[..., list[Resource]], conf: str, told: str
) -> None:
    with verified(archived(conf=conf), archived()) as stack:
        stack.keys = lambda _: {}
        (check,) = [each for each in stack.checks() if each.id == "archive"]
    assert (check.outcome, check.told) == ("unproven", told)


def test_a_bucket_that_cannot_be_listed_says_why(
    verified: Callable[..., Any], archived: Callable[..., list[Resource]]
) -> None:
    pytest.importorskip("moto")
    with verified(archived("s3"), archived("s3")) as stack:
        keys = stack.stack.live.archives["archive"]
        with pytest.raises(Unreadable, match=r"S3: .*NoSuchBucket.*; set AWS_ACCESS_KEY_ID"):
            [*listed(address("s3://nobodys/trace?region=eu-west-1"), "", keys)]
