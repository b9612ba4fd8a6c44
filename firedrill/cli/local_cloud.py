"""Commands around the local cloud: preview, up, refresh, destroy, cloud; and the running stack: watch, fault."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from firedrill.cli.options import REFUSED, RootOption, StackOption, number
from firedrill.ports import LAST
from firedrill.vendors.errors import FiredrillError

SinkOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="HOST=URL", help="Local address that stands in for the host of an HTTPS destination (may be repeated)."
    ),
]
DiffOption = Annotated[bool, typer.Option("--diff", help="Show each change in full.")]

_PORT = f"a whole number from 1 to {LAST}, or 0 for any that is free"


def _port(port: int) -> int:
    """A port as it was given, 0 for any."""
    if not 0 <= port <= LAST:
        raise FiredrillError(f"the port is {port}; give one from 1 to {LAST}, or 0 for any that is free")
    return port


def _port_option(name: str, told: str) -> Any:
    return typer.Option(help=told, metavar="PORT", parser=number(name, int, _PORT), callback=_port)


def preview(stack: StackOption = "dev", diff: DiffOption = False, root: RootOption = Path()) -> None:
    """Show what `up` would change in the local cloud. Exit code 0: shown, 1: Pulumi refused, 2: could not run."""
    _operate("preview", stack, root, diff=diff)


def up(
    stack: StackOption = "dev",
    rotate: Annotated[
        list[str] | None,
        typer.Option(metavar="SECRET", help="Replace this secret with a new one first (may be repeated)."),
    ] = None,
    diff: DiffOption = False,
    serve: Annotated[bool, typer.Option(help="Run the Workers afterwards, until Ctrl-C.")] = True,
    detach: Annotated[
        bool, typer.Option("--detach", help="Run them in the background; see status, logs and down.")
    ] = False,
    port: Annotated[
        int,
        _port_option("--port", "Port of the first Worker; the others follow. Any free ports by default."),
    ] = 0,
    speed: Annotated[
        float,
        typer.Option(
            help="How many times faster than real time simulated time runs.",
            metavar="SPEED",
            parser=number("--speed", float, "a number above 0, 1 being real time"),
        ),
    ] = 60.0,
    sink: SinkOption = None,
    root: RootOption = Path(),
) -> None:
    """Deploy the stack to the local cloud by Pulumi's engine, and run it. Exit code 1: refused, 2: could not run."""
    if detach and not serve:
        raise FiredrillError("--detach and --no-serve exclude each other; give one of them")
    if serve:
        from firedrill.live.launch import require_ports
        from firedrill.live.run import check_speed

        check_speed(speed)
        require_ports(stack, root, port)
    from firedrill.challenge.local import meet_locally

    _operate("up", stack, root, rotate=rotate or (), sinks=sink or (), diff=diff, prepare=meet_locally)
    if detach:
        from firedrill.engine.workspace import Workspace
        from firedrill.live.detached import start

        for text in start(stack, root, Workspace.of(root).folder, port=port, speed=speed, sinks=sink or ()).said:
            sys.stdout.write(f"{text}\n")
        named = "" if stack == "dev" else f" --stack {stack}"
        sys.stdout.write(f"it runs in the background: firedrill status, firedrill logs{named}, firedrill down{named}\n")
    elif serve:
        from firedrill.live.launch import serve_stack

        serve_stack(stack, root, port=port, speed=speed, sinks=sink or ())


def watch(stack: StackOption = "dev", root: RootOption = Path()) -> None:
    """Show logs, metrics and monitors of a running stack live; one line for each change where output is no terminal."""
    from firedrill.engine.workspace import Workspace
    from firedrill.live.attach import watch_stack

    watch_stack(Workspace.of(root).folder, stack, Console())


def _on_or_off(state: str) -> str:
    if state not in ("on", "off"):
        raise FiredrillError(f"the state of a fault is {state!r}; give on or off")
    return state


def fault(
    name: Annotated[str, typer.Argument(help="storage-failing, storage-slow, unreachable, worker-throws, ...")],
    state: Annotated[str, typer.Argument(help="on or off.", callback=_on_or_off)],
    rate: Annotated[
        float,
        typer.Option(
            help="How often it strikes: a fraction from 0 to 1.",
            metavar="RATE",
            parser=number("--rate", float, "a fraction from 0 to 1"),
        ),
    ] = 1.0,
    ms: Annotated[
        int,
        typer.Option(
            help="How long slow storage takes, in milliseconds.",
            metavar="MS",
            parser=number("--ms", int, "a whole number of milliseconds"),
        ),
    ] = 1_500,
    worker: Annotated[str, typer.Option(help="The Worker's script name; all of the stack by default.")] = "",
    stack: StackOption = "dev",
    root: RootOption = Path(),
) -> None:
    """Switch a fault of a running stack on or off, and print the faults that are on."""
    from firedrill.engine.workspace import Workspace
    from firedrill.live.attach import switch_fault
    from firedrill.live.faults import Switch

    order = Switch(name, rate if state == "on" else 0.0, ms, worker)
    sys.stdout.write(f"{switch_fault(Workspace.of(root).folder, stack, order)}\n")


def refresh(stack: StackOption = "dev", diff: DiffOption = False, root: RootOption = Path()) -> None:
    """Make the stack's state what the local cloud holds. Exit code 0: done, 1: refused, 2: could not run."""
    _operate("refresh", stack, root, diff=diff)


def destroy(stack: StackOption = "dev", root: RootOption = Path()) -> None:
    """Delete the stack from the local cloud. Exit code 0: nothing is left, 1: refused, 2: could not run."""
    _operate("destroy", stack, root)


def cloud(
    cloudflare_port: Annotated[
        int,
        _port_option("--cloudflare-port", "Port of the cloudflare provider; any free port by default."),
    ] = 0,
    datadog_port: Annotated[
        int,
        _port_option("--datadog-port", "Port of the datadog provider; any free port by default."),
    ] = 0,
    api_port: Annotated[
        int,
        _port_option("--api-port", "Port of Cloudflare's API, for firedrill challenge; any free port by default."),
    ] = 0,
    sink: SinkOption = None,
    buckets: Annotated[
        bool, typer.Option("--buckets", help="Run what stands for destinations, and write test objects there.")
    ] = False,
    stand_in: Annotated[
        bool, typer.Option("--stand-in", help="Assume that every other destination exists and is yours.")
    ] = False,
    root: RootOption = Path(),
) -> None:
    """Serve the local cloud to plain `pulumi up` until Ctrl-C, and print the variables to export."""
    from firedrill.cloud.foreground import run_cloud
    from firedrill.engine.workspace import Workspace

    ports = cloudflare_port, datadog_port
    state = Workspace.of(root).cloud
    run_cloud(state, root, ports, sink or (), sys.stdout, api_port=api_port, stand_in=stand_in, buckets=buckets)


def _operate(operation: str, stack: str, root: Path, **options: Any) -> None:
    from firedrill.engine.commands import run_operation

    if not run_operation(operation, stack, root, **options):
        raise typer.Exit(REFUSED)
