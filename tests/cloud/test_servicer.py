"""The providers over real connections, as the engine calls them."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.injected_failures import Failures
from firedrill.cloud.server import VARIABLE, serving
from firedrill.cloud.values import UNKNOWN, Secret
from firedrill.cloud.wire import decode, encode
from firedrill.errors import CannotRun
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, MONITOR, WORKERS_SCRIPT

Inputs = Callable[..., dict[str, Any]]


class Engine:
    """Calls both providers for resources without a parent."""

    def __init__(self, channels: dict[str, Any]) -> None:
        self.stubs: dict[str, Any] = {
            name: provider_pb2_grpc.ResourceProviderStub(channel) for name, channel in channels.items()
        }

    def call(self, method: str, token: str, **fields: Any) -> Any:
        """Call a method of the type's provider, properties given as dicts."""
        request = {name: encode(value) if isinstance(value, dict) else value for name, value in fields.items()}
        urn = f"urn:pulumi:dev::shop::firedrill:components:Thing${token}::thing"
        return getattr(self.stubs[token.partition(":")[0]], method)(
            getattr(provider_pb2, f"{method}Request")(urn=urn, **request)
        )


@contextmanager
def _engine(cloud: Cloud, failures: Failures | None = None) -> Iterator[Engine]:
    with serving(cloud, failures=failures) as variables:
        places = dict(place.split(":") for place in variables[VARIABLE].split(","))
        channels = {name: grpc.insecure_channel(f"127.0.0.1:{port}") for name, port in places.items()}
        try:
            yield Engine(channels)
        finally:
            for channel in channels.values():
                channel.close()


@pytest.fixture
def engine(cloud: Cloud) -> Iterator[Engine]:
    with _engine(cloud) as connected:
        yield connected


def _refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(grpc.RpcError) as refused:
        attempt()
    return str(refused.value.details())


def _held(cloud: Cloud) -> int:
    with cloud.store.reading() as state:
        return sum(map(len, state.entries.values()))


# The connection


def test_the_engine_finds_each_provider_and_its_version(engine: Engine) -> None:
    versions = {name: stub.GetPluginInfo(plugin_pb2.PluginInfo()).version for name, stub in engine.stubs.items()}
    assert versions == {"cloudflare": "6.23.1", "datadog": "5.17.0"}


def test_secrets_and_previews_reach_the_providers(engine: Engine) -> None:
    for stub in engine.stubs.values():
        stub.Attach(plugin_pb2.PluginAttach())
        assert stub.Handshake(provider_pb2.ProviderHandshakeRequest()).accept_secrets
        configured = stub.Configure(provider_pb2.ConfigureRequest())
        assert configured.acceptSecrets
        assert configured.supportsPreview
        assert json.loads(stub.GetSchema(provider_pb2.GetSchemaRequest()).schema)["name"] in engine.stubs


def test_any_configuration_does(engine: Engine) -> None:
    stub = engine.stubs["cloudflare"]
    given = encode({"apiToken": Secret("s3cr3t")})
    assert stub.CheckConfig(provider_pb2.CheckRequest(news=given)).inputs == given
    changes = stub.DiffConfig(provider_pb2.DiffRequest(news=given)).changes
    assert changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_port_that_is_in_use_is_named(cloud: Cloud) -> None:
    with serving(cloud) as variables:
        port = int(variables[VARIABLE].split(",")[1].removeprefix("datadog:"))
        with pytest.raises(CannotRun) as refused, serving(cloud, (0, port)):
            pass
    assert str(refused.value) == (
        f"port {port} cannot be used by the datadog provider (Address already in use)."
        " End what listens there, or give other ports: --cloudflare-port, --datadog-port (0 for any)."
    )


def test_both_providers_cannot_have_one_port(cloud: Cloud) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(CannotRun) as refused, serving(cloud, (port, port)):
        pass
    assert str(refused.value).startswith(
        f"port {port} cannot be used by both the cloudflare provider and the datadog provider. "
    )


# Resources


def test_a_worker_lives_from_preview_to_deletion(engine: Engine, cloud: Cloud, inputs: Inputs) -> None:
    given = inputs(WORKERS_SCRIPT)
    checked = engine.call("Check", WORKERS_SCRIPT, news=given)
    assert not checked.failures
    preview = engine.call("Create", WORKERS_SCRIPT, properties=checked.inputs, preview=True)
    assert decode(preview.properties)["bindings"] is UNKNOWN
    created = engine.call("Create", WORKERS_SCRIPT, properties=checked.inputs)
    read = engine.call("Read", WORKERS_SCRIPT, id=created.id, properties=created.properties, inputs=checked.inputs)
    assert (read.id, decode(read.properties)) == ("shop", decode(created.properties))
    again = engine.call("Diff", WORKERS_SCRIPT, id="shop", old_inputs=read.inputs, news=checked.inputs)
    assert again.changes == provider_pb2.DiffResponse.DIFF_NONE
    news = given | {"logpush": True, "migrations": {"oldTag": "v1", "newTag": "v1"}}
    diff = engine.call("Diff", WORKERS_SCRIPT, id="shop", old_inputs=read.inputs, news=news)
    assert (diff.changes, list(diff.diffs)) == (provider_pb2.DiffResponse.DIFF_SOME, ["logpush", "migrations"])
    updated = engine.call("Update", WORKERS_SCRIPT, id="shop", olds=created.properties, news=news)
    assert decode(updated.properties)["logpush"] is True
    engine.call("Delete", WORKERS_SCRIPT, id="shop", properties=updated.properties)
    assert _held(cloud) == 0


def test_what_needs_a_new_resource_is_said(engine: Engine, inputs: Inputs) -> None:
    old, new = inputs(LOGS_METRIC), inputs(LOGS_METRIC, name="shop.other")
    assert list(engine.call("Diff", LOGS_METRIC, old_inputs=old, news=new).replaces) == ["name"]


def test_every_problem_is_a_failure_of_its_own(engine: Engine, inputs: Inputs) -> None:
    wrong = inputs(LOGPUSH_JOB, maxUploadRecords=10, outputOptions={"fieldNames": ["Nope"]})
    failures = engine.call("Check", LOGPUSH_JOB, news=wrong).failures
    assert len(failures) == 2
    assert failures[1].reason == (
        "Logpush job 'shop': max_upload_records is 10; allowed: 0 (the default), or 1000 to 1000000."
    )


def test_what_is_gone_is_read_without_an_id(engine: Engine) -> None:
    assert engine.call("Read", MONITOR, id="4711", properties={}, inputs={}).id == ""


def test_the_program_can_ask_for_live_migration_tags(engine: Engine, inputs: Inputs) -> None:
    engine.call("Create", WORKERS_SCRIPT, properties=inputs(WORKERS_SCRIPT))
    token = "cloudflare:index/getWorkersScripts:getWorkersScripts"
    request = provider_pb2.InvokeRequest(tok=token, args=encode({"accountId": "acc"}))
    answer = getattr(engine.stubs["cloudflare"].Invoke(request), "return")
    assert [each["migrationTag"] for each in decode(answer)["results"]] == ["v1"]


def test_a_refusal_is_told_in_the_vendors_words(engine: Engine, inputs: Inputs) -> None:
    given = inputs(WORKERS_SCRIPT)
    engine.call("Create", WORKERS_SCRIPT, properties=given)
    told = _refusal(lambda: engine.call("Create", WORKERS_SCRIPT, properties=given))
    assert "(Cloudflare: Actor migration tag precondition failed, got tag ''" in told


def test_a_type_that_is_not_there_is_refused(engine: Engine) -> None:
    told = _refusal(lambda: engine.call("Check", "datadog:index/dashboard:Dashboard", news={}))
    assert told.startswith("The local cloud has no resources of type datadog:index/dashboard:Dashboard; it has ")


# Secrets


def test_secrets_come_back_as_secrets(engine: Engine, inputs: Inputs) -> None:
    checked = engine.call("Check", LOGPUSH_JOB, news=inputs(LOGPUSH_JOB)).inputs
    outputs = engine.call("Create", LOGPUSH_JOB, properties=checked).properties
    assert isinstance(decode(checked)["destinationConf"], Secret)
    assert isinstance(decode(outputs)["destinationConf"], Secret)


def test_no_secret_is_in_a_log_an_answer_to_a_mistake_or_the_readable_part_of_the_state(
    engine: Engine,
    inputs: Inputs,
    state_file: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    job = inputs(LOGPUSH_JOB)
    script = engine.call("Check", WORKERS_SCRIPT, news=inputs(WORKERS_SCRIPT)).inputs
    created = engine.call("Create", WORKERS_SCRIPT, properties=script)
    wrong = job | {"destinationConf": job["destinationConf"] + "&x=y", "maxUploadRecords": 1}
    told = [failure.reason for failure in engine.call("Check", LOGPUSH_JOB, news=wrong).failures]
    told.append(_refusal(lambda: engine.call("Create", WORKERS_SCRIPT, properties=script)))
    hidden = engine.call("Check", LOGPUSH_JOB, news=job).inputs
    broken = {**decode(hidden), "name": {"text": Secret("s3cr3t-name")}, "filter": 7}
    told += [failure.reason for failure in engine.call("Check", LOGPUSH_JOB, news=broken).failures]
    told.append(_refusal(lambda: engine.call("Delete", LOGPUSH_JOB, id="x", properties=hidden)))
    state = json.loads(state_file.read_text())
    assert "s3cr3t-salt" in json.dumps(state.pop("vault"))
    assert len(told) >= 4
    assert created.id == "shop"
    for text in (*told, caplog.text, json.dumps(state), *capfd.readouterr()):
        assert "s3cr3t" not in text


# Failures on order


def test_a_change_that_fails_before_it_was_made_leaves_nothing(cloud: Cloud, inputs: Inputs) -> None:
    with _engine(cloud, Failures(1, "before")) as engine:
        told = _refusal(lambda: engine.call("Create", MONITOR, properties=inputs(MONITOR)))
        assert told == "The local cloud failed on request, before the change."
        assert _held(cloud) == 0
        assert engine.call("Create", MONITOR, properties=inputs(MONITOR)).id


def test_a_change_that_fails_after_it_was_made_says_what_there_is(cloud: Cloud, inputs: Inputs) -> None:
    with (
        _engine(cloud, Failures(1, "after")) as engine,
        pytest.raises(grpc.RpcError) as refused,
    ):
        engine.call("Create", MONITOR, properties=inputs(MONITOR))
    metadata = dict(refused.value.trailing_metadata())
    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    error = provider_pb2.ErrorResourceInitFailed()
    assert status.details[0].Unpack(error)
    assert (error.id, decode(error.inputs)) == ("10000001", inputs(MONITOR))
    assert list(error.reasons) == ["The local cloud failed on request, after the change."]
    assert _held(cloud) == 1


def test_a_change_whose_answer_is_lost_says_nothing_of_what_there_is(cloud: Cloud, inputs: Inputs) -> None:
    with (
        _engine(cloud, Failures(1, "lost")) as engine,
        pytest.raises(grpc.RpcError) as refused,
    ):
        engine.call("Create", MONITOR, properties=inputs(MONITOR))
    assert "grpc-status-details-bin" not in dict(refused.value.trailing_metadata())
    assert _held(cloud) == 1


def test_failures_count_changes_over_both_providers_and_no_preview(cloud: Cloud, inputs: Inputs) -> None:
    failures = Failures(3, "before")
    with _engine(cloud, failures) as engine:
        engine.call("Create", MONITOR, properties=inputs(MONITOR), preview=True)
        job = engine.call("Create", LOGPUSH_JOB, properties=inputs(LOGPUSH_JOB))
        updated = engine.call("Update", LOGPUSH_JOB, id=job.id, olds=job.properties, news=inputs(LOGPUSH_JOB))
        assert "before the change" in _refusal(lambda: engine.call("Create", MONITOR, properties=inputs(MONITOR)))
        engine.call("Delete", LOGPUSH_JOB, id=job.id, properties=updated.properties)
    assert failures.calls == 4


def test_a_deletion_that_fails_after_it_was_made_can_be_repeated(cloud: Cloud, inputs: Inputs) -> None:
    with _engine(cloud, Failures(2, "after")) as engine:
        created = engine.call("Create", MONITOR, properties=inputs(MONITOR))
        delete = {"id": created.id, "properties": created.properties}
        assert "after the change" in _refusal(lambda: engine.call("Delete", MONITOR, **delete))
        assert _held(cloud) == 0
        engine.call("Delete", MONITOR, **delete)
