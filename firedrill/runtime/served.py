"""A deployment in workerd: on a configuration of ours, or on Miniflare's where its bindings need simulators."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from firedrill.local_server import QuietHandler, serving
from firedrill.runtime.config import HARNESS, files
from firedrill.runtime.deployment import Deployment
from firedrill.runtime.miniflare.plan import Plan, plan_of
from firedrill.runtime.provided import is_simulated, require_provided
from firedrill.runtime.workerd import Workerd, binary, serve

SOCKETS = {"gateway": "direct:0:default", "harness": "direct:1:default"}
"""What listens, and what Miniflare calls it."""
_OBJECTS = "do:storage"
"""What Miniflare calls the folder of the objects' data."""


@contextmanager
def served(
    deployment: Deployment,
    *,
    port: int = 0,
    storage: str = "storage",
    harness: Path = HARNESS,
    v8_flags: Sequence[str] = (),
    program: Path | None = None,
    start_s: float | None = None,
    inspected: bool = False,
) -> Iterator[Workerd]:
    """Run it until the block ends; `port`, `storage`, `harness` and `v8_flags` are as in `config.files`.

    Raises as `serve` does, Unsupported for bindings that are not to be had here, and CannotRun where Miniflare is
    needed and missing.
    """
    program = program or binary(deployment.root)
    with ExitStack() as stack:
        if not is_simulated(deployment):
            ours = files(deployment, port, storage=storage, harness=harness, v8_flags=v8_flags)
            running = serve(ours, [*SOCKETS], program=program, start_s=start_s, inspected=inspected)
            yield stack.enter_context(running)
            return
        require_provided(deployment, "its drill file")
        plan = plan_of(deployment, harness, v8_flags)
        arguments = _arguments(plan, port, storage, stack.enter_context(serving(_Accepts)))
        theirs = {"config.bin": plan.config}
        running = serve(
            theirs, plan.sockets, program=program, arguments=arguments, start_s=start_s, inspected=inspected
        )
        workerd = stack.enter_context(running)
        ports = {name: workerd.ports[called] for name, called in SOCKETS.items()}
        yield replace(workerd, ports={**workerd.ports, **ports})


def service_of(deployment: Deployment) -> str:
    """What workerd calls the service that runs the Worker."""
    return f"core:user:{deployment.name}" if is_simulated(deployment) else "worker"


def _arguments(plan: Plan, port: int, storage: str, loopback: str) -> list[str]:
    addresses = dict.fromkeys(plan.sockets, "127.0.0.1:0") | {SOCKETS["gateway"]: f"127.0.0.1:{port}"}
    folders = {each: storage if each == _OBJECTS else f"{storage}/{each.partition(':')[0]}" for each in plan.disks}
    return [
        "--binary",
        "config.bin",
        *(f"--socket-addr={name}={address}" for name, address in addresses.items()),
        *(f"--directory-path={name}={path}" for name, path in folders.items()),
        f"--external-addr=loopback={loopback.removeprefix('http://')}",
    ]


class _Accepts(QuietHandler):
    """Stands for the server to which Miniflare's simulators write their own lines; a queue stops without it."""

    def do_POST(self) -> None:  # noqa: N802 - its name there
        self.rfile.read(int(self.headers.get("content-length") or 0))
        self.send_response(204)
        self.end_headers()

    do_GET = do_PUT = do_POST  # noqa: N815 - as the base class has them
