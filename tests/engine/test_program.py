"""The program's side of Pulumi's protocol, with an engine that only listens."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    language_pb2,
    language_pb2_grpc,
    resource_pb2,
    resource_pb2_grpc,
)

from firedrill.engine.language_host import served


class Listener(resource_pb2_grpc.ResourceMonitorServicer, engine_pb2_grpc.EngineServicer):
    """An engine and its resource monitor, which record what a program registers, and the errors that it tells."""

    def __init__(self) -> None:
        self.registered: list[str] = []
        self.told: list[str] = []

    def SupportsFeature(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's names
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id == "secrets")

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        self.registered.append(request.name)
        return resource_pb2.RegisterResourceResponse(urn=f"urn:pulumi:dev::p::{request.type}::{request.name}")

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Any:  # noqa: N802
        return Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Any:  # noqa: N802
        return Empty()

    def SetRootResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        return Empty()

    def Log(self, request: Any, context: Any) -> Any:  # noqa: N802
        if request.severity == engine_pb2.ERROR:
            self.told.append(request.message)
        return Empty()


@contextmanager
def listening(listener: Listener, port: int = 0) -> Iterator[str]:
    """The address at which `listener` is the engine and the monitor of a program."""
    threads = ThreadPoolExecutor(max_workers=4)
    server = grpc.server(threads, options=[("grpc.so_reuseport", 0)])
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(listener, server)
    engine_pb2_grpc.add_EngineServicer_to_server(listener, server)
    bound = server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    try:
        yield f"127.0.0.1:{bound}"
    finally:
        server.stop(0).wait()
        threads.shutdown()


def run(root: Path, engine: str) -> bool:
    """Whether the program in `root` ran well, as the engine is told."""
    with served(root) as address, grpc.insecure_channel(address) as channel:
        request = language_pb2.RunRequest(project="p", stack="dev", monitor_address=engine, args=[engine], parallel=4)
        return not language_pb2_grpc.LanguageRuntimeStub(channel).Run(request).bail


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose program declares nothing but its stack."""
    (tmp_path / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("")
    return tmp_path


def test_a_program_registers_its_stack(root: Path) -> None:
    listener = Listener()
    with listening(listener) as engine:
        assert run(root, engine)
    assert (listener.registered, listener.told) == (["p-dev"], [])


def test_a_program_whose_engine_has_gone_ends(root: Path) -> None:
    with listening(Listener()) as engine:
        pass
    assert not run(root, engine)


def test_an_engine_is_reached_on_a_port_where_none_could_be_reached_a_moment_ago(root: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    stub = resource_pb2_grpc.ResourceMonitorStub(grpc.insecure_channel(f"127.0.0.1:{port}", options=sdk_options()))
    with pytest.raises(grpc.RpcError, match="Connection refused"):
        stub.SupportsFeature(resource_pb2.SupportsFeatureRequest())
    listener = Listener()
    with listening(listener, port) as engine:
        assert run(root, engine), listener.told
    assert listener.registered == ["p-dev"]


def sdk_options() -> Any:
    """What the SDK opens its channels with: channels share connections only when they have the same options."""
    from pulumi.runtime import _grpc_settings

    return _grpc_settings._GRPC_CHANNEL_OPTIONS
