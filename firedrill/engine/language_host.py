"""The project's own __main__.py as the program of the real engine, run in this process: no language host is needed.

Pulumi calls this an inline program. Its Automation API has a server for them too, but there a program whose engine has
gone waits for ever, beside all that run after it, and a refused config is told twice.
Source: github.com/pulumi/pulumi, proto/pulumi/language.proto
"""

from __future__ import annotations

import asyncio
import contextvars
import gc
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pulumi
from pulumi.runtime import Settings, configure, run_in_stack, set_all_config
from pulumi.runtime.proto import engine_pb2_grpc, language_pb2, language_pb2_grpc, plugin_pb2, resource_pb2_grpc

from firedrill.cloud.server import LARGEST_MESSAGE
from firedrill.environment import PYTHON, for_child
from firedrill.program import placed, run_main
from firedrill.vendors.errors import FiredrillError

_CONFIG = "PULUMI_CONFIG"
"""Where Pulumi's language hosts put the stack's config, and `pulumi.runtime.get_config_env` looks for it."""
_CALLS = 4
"""For each resource that the engine works on, as Pulumi's own hosts allow."""
_GRACE_S = 10
"""How long a program may take to notice that its engine has gone."""


@contextmanager
def served(root: Path) -> Iterator[str]:
    """The address at which the engine runs `root`/__main__.py, as often as it likes, while the block runs."""
    program = _Program(root)
    threads = ThreadPoolExecutor(max_workers=4)
    server = grpc.server(threads)
    language_pb2_grpc.add_LanguageRuntimeServicer_to_server(program, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        program.stop()
        server.stop(0).wait()
        threads.shutdown(wait=False)


class _Program(language_pb2_grpc.LanguageRuntimeServicer):
    def __init__(self, root: Path) -> None:
        self._root = root
        self._stop: Callable[[], None] = lambda: None
        self._idle = threading.Event()
        self._idle.set()

    def GetRequiredPackages(self, request: Any, context: Any) -> Any:  # noqa: N802 - the protocol's names
        return language_pb2.GetRequiredPackagesResponse()

    def GetRequiredPlugins(self, request: Any, context: Any) -> Any:  # noqa: N802
        return language_pb2.GetRequiredPluginsResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:  # noqa: N802
        return plugin_pb2.PluginInfo()

    def Run(self, request: Any, context: Any) -> Any:  # noqa: N802
        self._idle.clear()
        gc.disable()  # halves the import of the providers, whose thousands of classes are no garbage
        try:
            with _environment({_CONFIG: json.dumps(dict(request.config))}):
                well = contextvars.copy_context().run(self._run, request)
        finally:
            _tidy()
            self._idle.set()
        return language_pb2.RunResponse(bail=not well)  # what is wrong was told already

    def stop(self) -> None:
        """End a program that is running, since its engine has gone."""
        self._stop()
        self._idle.wait(_GRACE_S)

    def _run(self, request: Any) -> bool:
        with _connected(request) as settings:
            configure(settings)
            set_all_config(dict(request.config), list(request.configSecretKeys))
            try:
                asyncio.run(self._finish(max(request.parallel, 1)))
            except (asyncio.CancelledError, grpc.RpcError):
                return False
            except (FiredrillError, pulumi.RunError) as error:
                _tell(str(error))
                return False
            except BaseException as error:  # noqa: BLE001 - whatever an output raises
                _tell(f"The Pulumi program failed in an output: {placed(error, self._root)}")
                return False
            return True

    async def _finish(self, parallel: int) -> None:
        """Run the program until all that it declares is made, or until the engine has gone."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(max_workers=parallel * _CALLS))
        loop.set_exception_handler(lambda *_: None)  # what fails is awaited elsewhere as well
        program = asyncio.ensure_future(run_in_stack(lambda: run_main(self._root)))
        gone = asyncio.Event()
        self._stop = lambda: _call(loop, gone.set)
        leaving = asyncio.ensure_future(gone.wait())
        await asyncio.wait({program, leaving}, return_when=asyncio.FIRST_COMPLETED)
        while not program.done():  # what is cancelled waits for its calls once more, which nobody answers
            program.cancel()
            await asyncio.wait({program}, timeout=0.1)
        leaving.cancel()
        await program


@contextmanager
def _environment(more: Mapping[str, str]) -> Iterator[None]:
    """What the program finds in its environment: what it finds when it is rendered, in a process of its own."""
    ours = dict(os.environ)
    _set({**for_child(*PYTHON), **more})
    try:
        yield
    finally:
        _set(ours)


def _set(environment: Mapping[str, str]) -> None:
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)


@contextmanager
def _connected(request: Any) -> Iterator[Settings]:
    """The run's settings, with channels to the engine that are closed when the block ends.

    Without an engine's address (a language host has it from its command line), messages go to standard error.
    """
    with ExitStack() as channels:
        monitor, *engine = (channels.enter_context(_channel(to)) for to in (request.monitor_address, *request.args[:1]))
        yield Settings(
            project=request.project,
            stack=request.stack,
            monitor=resource_pb2_grpc.ResourceMonitorStub(monitor),
            engine=engine_pb2_grpc.EngineStub(engine[0]) if engine else None,
            parallel=request.parallel,
            dry_run=request.dryRun,
            organization=request.organization or "organization",
        )


def _channel(address: str) -> Any:
    """A channel that shares no connection.

    By default gRPC shares connections, and their waits after a failure, between all channels of a process to the same
    address: where an engine got a port that a dead one had, the first call would fail at once.
    Source: github.com/grpc/grpc, include/grpc/impl/channel_arg_names.h (use_local_subchannel_pool)
    """
    options = [("grpc.max_receive_message_length", LARGEST_MESSAGE), ("grpc.use_local_subchannel_pool", 1)]
    return grpc.insecure_channel(address, options=options)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], None]) -> None:
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(function)


def _tell(message: str) -> None:
    with suppress(grpc.RpcError):  # the engine has gone: there is nobody to tell
        pulumi.log.error(message)


def _tidy() -> None:
    """Leave what the first run imported out of all collections, and collect what later ones leave."""
    if gc.get_freeze_count():
        gc.collect()
    else:
        gc.freeze()
    gc.enable()
