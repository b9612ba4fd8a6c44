"""The project's own __main__.py as the program of the real engine, run in this process: no language host is needed.

The Automation API calls this an inline program. Its language server is used without its stacks, whose every operation
starts the CLI six times, and which tell a refused config twice.
"""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pulumi
from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2, language_pb2_grpc

from firedrill.errors import FiredrillError
from firedrill.program import run_main

_CONFIG = "PULUMI_CONFIG"
"""Where Pulumi's language hosts put the stack's config, and `pulumi.runtime.get_config_env` looks for it."""


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address at which the engine runs `root`/__main__.py, as often as it likes, while the block runs."""
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(_Program(root), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(0).wait()


class _Program(LanguageServer):
    def __init__(self, root: Path) -> None:
        super().__init__(lambda: _run(root))

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's name
        os.environ[_CONFIG] = json.dumps(dict(request.config))
        gc.disable()  # halves the import of the providers, whose thousands of classes are no garbage
        try:
            response = super().Run(request, context)  # type: ignore[no-untyped-call]
        except grpc.RpcError:  # the engine has given up on the program, and is gone
            return language_pb2.RunResponse(bail=True)
        finally:
            gc.freeze()
            gc.enable()
            del os.environ[_CONFIG]
        # The error was told when it happened; without `bail`, the engine would tell it again as an unhandled one.
        return language_pb2.RunResponse(bail=True) if response.error else response


def _run(root: Path) -> None:
    try:
        run_main(root)
    except FiredrillError as error:
        raise pulumi.RunError(str(error)) from error  # the one error that Pulumi shows without a traceback
