"""The local cloud as a server: the providers of both vendors, each on a port of this machine."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2_grpc

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.injected_failures import Failures
from firedrill.cloud.servicer import Provider
from firedrill.errors import CannotRun
from firedrill.ports import HOST, require_free

VARIABLE = "PULUMI_DEBUG_PROVIDERS"
"""The environment variable that makes the engine attach to providers that run already."""

_PACKAGES = ("cloudflare", "datadog")
_OPTIONS = ", ".join(f"--{package}-port" for package in _PACKAGES)
_GRACE_S = 10
"""How long a call that is under way may take when the server ends."""
LARGEST_MESSAGE = 400 * 1024 * 1024
"""Bytes, as the engine allows."""


@contextmanager
def serving(
    cloud: Cloud, ports: tuple[int, int] = (0, 0), failures: Failures | None = None
) -> Iterator[dict[str, str]]:
    """Serve until the block ends; gives the environment variables that Pulumi needs.

    `ports` are those of cloudflare and of datadog, 0 for any that is free. A change that is under way ends first.
    Raises CannotRun for a port that cannot be used.
    """
    wanted = [(port, f"the {package} provider") for package, port in zip(_PACKAGES, ports, strict=True)]
    require_free(wanted, f"End what listens there, or give other ports: {_OPTIONS} (0 for any).")
    servers: list[Any] = []
    places: list[str] = []
    try:
        for package, port in zip(_PACKAGES, ports, strict=True):
            server, bound = _start(package, port, cloud, failures)
            servers.append(server)
            places.append(f"{package}:{bound}")
        yield {VARIABLE: ",".join(places)}
    finally:
        for stopped in [server.stop(_GRACE_S) for server in servers]:
            stopped.wait()


def _start(package: str, port: int, cloud: Cloud, failures: Failures | None) -> tuple[Any, int]:
    limits = [("grpc.max_receive_message_length", LARGEST_MESSAGE), ("grpc.max_send_message_length", LARGEST_MESSAGE)]
    server = grpc.server(ThreadPoolExecutor(thread_name_prefix=package), options=[*limits, ("grpc.so_reuseport", 0)])
    provider = Provider(package, version(f"pulumi-{package}"), cloud, failures)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(provider, server)
    try:
        bound = server.add_insecure_port(f"{HOST}:{port}")
    except RuntimeError as error:  # taken since it was asked for
        raise CannotRun(f"port {port} cannot be used by the {package} provider; give another") from error
    server.start()
    return server, bound
