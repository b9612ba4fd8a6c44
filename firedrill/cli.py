"""The command line: thin commands over plain functions; a user's mistake ends as one clear message and exit code 2."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from firedrill.errors import CannotRun, FiredrillError

NOT_PROVEN = 1
PROBLEMS = 1
REFUSED = 1
COULD_NOT_RUN = 2
INTERRUPTED = 130

app = typer.Typer(
    help="Cloudflare Durable Object monitoring as Pulumi code, with every alert proven to fire before you deploy it.",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

StackOption = Annotated[str, typer.Option("--stack", "-s", help="The stack: Pulumi.<stack>.yaml.")]
RootOption = Annotated[Path, typer.Option(help="The Pulumi project's folder.", hidden=True)]


@app.command()
def render(stack: StackOption = "dev", root: RootOption = Path()) -> None:
    """Print every resource that the stack declares, as sorted JSON without secrets; needs no account."""
    from firedrill.render import render as render_stack
    from firedrill.resources import dumps

    sys.stdout.write(dumps(render_stack(stack, root)))


@app.command()
def drill(
    stack: StackOption = "dev",
    worker: Annotated[list[str] | None, typer.Option(help="Drill only this Worker (may be repeated).")] = None,
    scenario: Annotated[list[str] | None, typer.Option(help="Run only this scenario (may be repeated).")] = None,
    monitor: Annotated[list[str] | None, typer.Option(help="Judge only this monitor (may be repeated).")] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="MONITOR", help="Walk one monitor from logs to states.")
    ] = None,
    resources: Annotated[
        Path | None, typer.Option(help="Drill these rendered resources instead of rendering the stack.")
    ] = None,
    deployed: Annotated[
        bool, typer.Option("--deployed", help="Drill what the local cloud holds of the stack instead.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write verdicts, evidence and timings here.")] = None,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML here.")] = None,
    root: RootOption = Path(),
) -> None:
    """Prove that each alert fires, stays quiet and recovers. Exit code 0: proven, 1: not proven, 2: could not run."""
    from firedrill.drill.choice import Choice
    from firedrill.drill.command import run_drill
    from firedrill.drill.stages import Stages
    from firedrill.report.explain import print_explanation
    from firedrill.report.machine import to_json, to_junit
    from firedrill.report.terminal import console_for, print_result

    for file in filter(None, (json_file, junit_file)):
        _require_place(file)
    choice = Choice(
        stack,
        root,
        tuple(worker or ()),
        tuple(scenario or ()),
        tuple(monitor or ()),
        explain or "",
        resources,
        deployed,
    )
    finished = run_drill(choice, Stages(Console(stderr=True)))
    console = console_for(sys.stdout)
    if explain:
        print_explanation(finished, explain, console)
    print_result(finished.result, console)
    if json_file:
        _write(json_file, to_json(finished.result))
    if junit_file:
        _write(junit_file, to_junit(finished.result))
    if not finished.result.proven:
        raise typer.Exit(NOT_PROVEN)


DiffOption = Annotated[bool, typer.Option("--diff", help="Show each change in full.")]


@app.command()
def preview(stack: StackOption = "dev", diff: DiffOption = False, root: RootOption = Path()) -> None:
    """Show what `up` would change in the local cloud. Exit code 0: shown, 1: Pulumi refused, 2: could not run."""
    _operate("preview", stack, root, diff=diff)


@app.command()
def up(
    stack: StackOption = "dev",
    rotate: Annotated[
        list[str] | None, typer.Option(metavar="SECRET", help="Make this secret anew first (may be repeated).")
    ] = None,
    diff: DiffOption = False,
    serve: Annotated[bool, typer.Option(help="Run the Workers afterwards, until Ctrl-C.")] = True,
    port: Annotated[int, typer.Option(help="Of the first Worker, the next ones follow; any free ones by default.")] = 0,
    speed: Annotated[float, typer.Option(help="Simulated time runs so much faster: windows become shorter.")] = 60.0,
    root: RootOption = Path(),
) -> None:
    """Deploy the stack to the local cloud by Pulumi's engine, and run it. Exit code 1: refused, 2: could not run."""
    _operate("up", stack, root, rotate=rotate or (), diff=diff)
    if serve:
        from firedrill.live.serve import serve_stack

        serve_stack(stack, root, port=port, speed=speed)


@app.command()
def watch(stack: StackOption = "dev", root: RootOption = Path()) -> None:
    """Show logs, metrics and monitors of a running stack live; one line for each change where output is no terminal."""
    from firedrill.engine.workspace import Workspace
    from firedrill.live.commands import watch_stack

    watch_stack(Workspace.of(root).folder, stack, Console())


class OnOff(str, Enum):
    """Whether a fault strikes."""

    ON = "on"
    OFF = "off"


@app.command()
def fault(
    name: Annotated[str, typer.Argument(help="storage-failing, storage-slow, unreachable, worker-throws, ...")],
    state: Annotated[OnOff, typer.Argument()],
    rate: Annotated[float, typer.Option(help="The fraction of occasions that it strikes, from 0 to 1.")] = 1.0,
    ms: Annotated[int, typer.Option(help="How long storage takes that is slow.")] = 1_500,
    worker: Annotated[str, typer.Option(help="The Worker's script name; all of the stack by default.")] = "",
    stack: StackOption = "dev",
    root: RootOption = Path(),
) -> None:
    """Switch a fault of a running stack on or off, and print the faults that are on."""
    from firedrill.engine.workspace import Workspace
    from firedrill.live.commands import switch_fault
    from firedrill.live.faults import Switch

    order = Switch(name, rate if state is OnOff.ON else 0.0, ms, worker)
    sys.stdout.write(f"{switch_fault(Workspace.of(root).folder, stack, order)}\n")


@app.command()
def refresh(stack: StackOption = "dev", diff: DiffOption = False, root: RootOption = Path()) -> None:
    """Make the stack's state what the local cloud holds. Exit code 0: done, 1: refused, 2: could not run."""
    _operate("refresh", stack, root, diff=diff)


@app.command()
def destroy(stack: StackOption = "dev", root: RootOption = Path()) -> None:
    """Delete the stack from the local cloud. Exit code 0: nothing is left, 1: refused, 2: could not run."""
    _operate("destroy", stack, root)


@app.command()
def cloud(
    cloudflare_port: Annotated[int, typer.Option(help="Of the cloudflare provider; any free one by default.")] = 0,
    datadog_port: Annotated[int, typer.Option(help="Of the datadog provider; any free one by default.")] = 0,
    sink: Annotated[
        list[str] | None, typer.Option(metavar="HOST=URL", help="A local address for an HTTPS destination's host.")
    ] = None,
    root: RootOption = Path(),
) -> None:
    """Serve the local cloud to plain `pulumi up` until Ctrl-C, and print the variables to export."""
    from firedrill.cloud.command import run_cloud
    from firedrill.engine.workspace import Workspace

    run_cloud(Workspace.of(root).cloud, root, (cloudflare_port, datadog_port), sink or (), sys.stdout)


def _operate(operation: str, stack: str, root: Path, rotate: Sequence[str] = (), diff: bool = False) -> None:
    from firedrill.engine.commands import run_operation

    if not run_operation(operation, stack, root, rotate, diff):
        raise typer.Exit(REFUSED)


ResourcesOption = Annotated[
    str, typer.Option(help="Rendered resources or Datadog's API JSON; - is standard input.", metavar="FILE")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")]


@app.command()
def pipeline(
    resources: ResourcesOption,
    logs: Annotated[
        str, typer.Option(help="Logs as sent to the intake: JSON, or one object per line; - is standard input.")
    ],
    json_lines: JsonOption = False,
    explain: Annotated[bool, typer.Option(help="Say what each processor, metric and index did, and why.")] = False,
    received: Annotated[str, typer.Option(help="When the logs arrive; the newest date in them by default.")] = "",
    ddsource: Annotated[str, typer.Option(help="As in the intake's URL, for logs without one.")] = "",
    service: Annotated[str, typer.Option(help="As in the intake's URL, for logs without one.")] = "",
    ddtags: Annotated[str, typer.Option(help="As in the intake's URL, added to those of the logs.")] = "",
    hostname: Annotated[str, typer.Option(help="As in the intake's URL, for logs without one.")] = "",
) -> None:
    """Print every log as Datadog would hold it; what it would drop goes to standard error with the reason."""
    from firedrill.standalone.commands import run_pipeline

    params = {"ddsource": ddsource, "service": service, "ddtags": ddtags, "hostname": hostname}
    run_pipeline(resources, logs, params, received, explain=explain, json_lines=json_lines)


@app.command()
def monitor(
    resources: ResourcesOption,
    series: Annotated[str, typer.Option(help="Series of metrics, YAML or JSON; - is standard input.", metavar="FILE")],
    json_lines: JsonOption = False,
    explain: Annotated[bool, typer.Option(help="Say what decided each state, or why none was decided.")] = False,
    monitor: Annotated[list[str] | None, typer.Option(help="Evaluate only this one (may be repeated).")] = None,
    from_time: Annotated[
        str, typer.Option("--from", help="First evaluation; by default a minute into the series.")
    ] = "",
    to_time: Annotated[str, typer.Option("--to", help="Last evaluation; the end of the series by default.")] = "",
    minutes: Annotated[int | None, typer.Option(min=0, help="Last evaluation, in minutes after the first.")] = None,
) -> None:
    """Print the state of each monitor group at each minute of the series, with what would be notified."""
    from firedrill.standalone.commands import run_monitor

    run_monitor(resources, series, monitor or (), (from_time, to_time, minutes), explain=explain, json_lines=json_lines)


@app.command()
def check(
    resources: ResourcesOption,
    json_lines: JsonOption = False,
    explain: Annotated[bool, typer.Option(help="Name the rule that each problem breaks, and its page.")] = False,
) -> None:
    """List everything that is wrong with resources. Exit code 0: nothing, 1: problems, 2: they cannot be read."""
    from firedrill.standalone.commands import run_check

    if not run_check(resources, explain=explain, json_lines=json_lines):
        raise typer.Exit(PROBLEMS)


def run() -> None:
    """Run the command line; mistakes end without a traceback, Ctrl-C with exit code 130."""
    try:
        app(standalone_mode=True)
    except FiredrillError as error:
        _stop(str(error), COULD_NOT_RUN)
    except BrokenPipeError:  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(COULD_NOT_RUN)
    except OSError as error:
        _stop(_os_error(error), COULD_NOT_RUN)
    except SystemExit as done:
        if done.code == INTERRUPTED:  # what typer makes of Ctrl-C, without a word
            _stop("interrupted.", INTERRUPTED)
        raise


def _require_place(file: Path) -> None:
    """Refuse a report's place before the drill rather than after it."""
    if file.is_dir():
        raise FiredrillError(f"{str(file)!r} is a folder; name a file for the report.")
    if not file.parent.is_dir():
        raise FiredrillError(f"there is no folder {str(file.parent)!r} for the report; make it, or name another place.")
    if not os.access(file if file.exists() else file.parent, os.W_OK):
        raise FiredrillError(f"{str(file)!r} cannot be written to; name another place for the report.")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotRun(f"cannot write {str(file)!r}: {error.strerror}; name another place for the report.") from error


def _stop(message: str, code: int) -> None:
    sys.stderr.write(f"firedrill: {message}\n")
    sys.exit(code)


def _os_error(error: OSError) -> str:
    where = f" {os.fsdecode(error.filename)}" if error.filename else ""
    return f"the system refused{where}: {error.strerror or error}."
