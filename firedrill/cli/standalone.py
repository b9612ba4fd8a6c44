"""Commands that use the emulator on resources of anybody: pipeline, monitor, check, compare."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from firedrill.cli.options import COULD_NOT_RUN, PROBLEMS, RootOption, number

ResourcesOption = Annotated[
    str, typer.Option(help="Resources in a format of docs/standalone.md; - is standard input.", metavar="FILE")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object per line.")]


def pipeline(
    resources: ResourcesOption,
    logs: Annotated[
        str, typer.Option(help="Logs as sent to the intake: JSON, or one object per line; - is standard input.")
    ],
    json_lines: JsonOption = False,
    explain: Annotated[bool, typer.Option(help="Say what each processor, metric and index did, and why.")] = False,
    received: Annotated[str, typer.Option(help="When all the logs arrive; by default each at its own date.")] = "",
    ddsource: Annotated[str, typer.Option(help="As in the intake's URL, for logs without one.")] = "",
    service: Annotated[str, typer.Option(help="As in the intake's URL, for logs without one.")] = "",
    ddtags: Annotated[str, typer.Option(help="As in the intake's URL, added to those of the logs.")] = "",
    hostname: Annotated[str, typer.Option(help="As in the intake's URL, for logs without one.")] = "",
    geoip: Annotated[
        str,
        typer.Option(help="A MaxMind file (.mmdb) for GeoIP parsers; they know nothing without one.", metavar="FILE"),
    ] = "",
    jobs: Annotated[
        int,
        typer.Option(
            help="Processes that share the work; the logs stay in order.",
            metavar="INTEGER",
            parser=number("--jobs", int, "a whole number of at least 1", lambda value: value >= 1),
        ),
    ] = 1,
) -> None:
    """Print every log as Datadog would hold it; what it would drop goes to standard error with the reason.

    Exit code 1: some of the file could not be read, and the rest was.
    """
    from firedrill.standalone.from_files import run_pipeline

    params = {"ddsource": ddsource, "service": service, "ddtags": ddtags, "hostname": hostname}
    tally = run_pipeline(
        resources, logs, params, received, geoip=geoip, explain=explain, json_lines=json_lines, jobs=jobs
    )
    if tally.wrong:
        raise typer.Exit(PROBLEMS if tally.read else COULD_NOT_RUN)


def monitor(
    resources: ResourcesOption,
    series: Annotated[
        str, typer.Option(help="Series of metrics, YAML or JSON; - is standard input.", metavar="FILE")
    ] = "",
    logs: Annotated[
        str, typer.Option(help="Logs with dates, for log monitors and log-based metrics.", metavar="FILE")
    ] = "",
    events: Annotated[str, typer.Option(help="Events as the API has them, for event monitors.", metavar="FILE")] = "",
    checks: Annotated[
        str, typer.Option(help="Check runs as the API takes them, for service check monitors.", metavar="FILE")
    ] = "",
    expect: Annotated[
        str,
        typer.Option(help="States that monitors have to be in, YAML or JSON; exit code 1 otherwise.", metavar="FILE"),
    ] = "",
    json_lines: JsonOption = False,
    explain: Annotated[bool, typer.Option(help="Say what decided each state, or why none was decided.")] = False,
    monitor: Annotated[list[str] | None, typer.Option(help="Evaluate only this one (may be repeated).")] = None,
    from_time: Annotated[
        str, typer.Option("--from", help="First evaluation; by default a minute into the files.")
    ] = "",
    to_time: Annotated[str, typer.Option("--to", help="Last evaluation; the end of the files by default.")] = "",
    minutes: Annotated[
        int | None,
        typer.Option(
            help="Last evaluation, in minutes after the first.",
            metavar="MINUTES",
            parser=number("--minutes", int, "a whole number of at least 1", lambda value: value >= 1),
        ),
    ] = None,
) -> None:
    """Print the states and notifications of monitors at each minute of the files.

    Exit code 1: not as expected, or some monitors could not be evaluated, and the rest was.
    """
    from firedrill.standalone.from_files import run_monitor

    files = {"series": series, "logs": logs, "events": events, "checks": checks}
    span = from_time, to_time, minutes
    if not run_monitor(resources, files, monitor or (), span, expect=expect, explain=explain, json_lines=json_lines):
        raise typer.Exit(PROBLEMS)


def check(
    resources: ResourcesOption,
    json_lines: JsonOption = False,
    explain: Annotated[bool, typer.Option(help="Name the rule that each problem breaks, and its page.")] = False,
) -> None:
    """List everything that is wrong with resources. Exit code 0: nothing, 1: problems, 2: they cannot be read."""
    from firedrill.standalone.from_files import run_check

    if not run_check(resources, explain=explain, json_lines=json_lines):
        raise typer.Exit(PROBLEMS)


def compare(
    sent: Annotated[str, typer.Option(help="Logs as sent to the intake; - is standard input.", metavar="FILE")],
    resources: Annotated[str, typer.Option(help="Resources in a format of docs/standalone.md.", metavar="FILE")] = "",
    stack: Annotated[str, typer.Option("--stack", "-s", help="The stack instead: Pulumi.<stack>.yaml.")] = "",
    logs: Annotated[
        list[str] | None,
        typer.Option(help="Logs of the search API or of an archive (may be repeated).", metavar="FILE"),
    ] = None,
    metrics: Annotated[
        list[str] | None, typer.Option(help="Answers of the query API (may be repeated).", metavar="FILE")
    ] = None,
    monitors: Annotated[
        list[str] | None,
        typer.Option(help="Monitors with the states of their groups (may be repeated).", metavar="FILE"),
    ] = None,
    metric_query: Annotated[
        list[str] | None, typer.Option(help="What an answer of version 2 is of (may be repeated).", metavar="QUERY")
    ] = None,
    id_path: Annotated[
        str, typer.Option("--id", help="What tells logs apart, such as @request_id.", metavar="ATTRIBUTE")
    ] = "",
    ignore: Annotated[
        list[str] | None,
        typer.Option(help="Leave out a field, 'tag KEY' or @attribute of logs (may be repeated).", metavar="PATH"),
    ] = None,
    query: Annotated[str, typer.Option(help="The search that the logs were exported with.")] = "",
    from_time: Annotated[str, typer.Option("--from", help="Compare logs and points from this time on.")] = "",
    to_time: Annotated[str, typer.Option("--to", help="Compare logs and points before this time.")] = "",
    received: Annotated[str, typer.Option(help="When all logs arrived; each at its own date by default.")] = "",
    delay: Annotated[
        int,
        typer.Option(
            help="Seconds from a log's date until monitors see it.",
            metavar="INTEGER",
            parser=number("--delay", int, "seconds from 0 to 86400", lambda value: 0 <= value <= 86_400),
        ),
    ] = 0,
    at_time: Annotated[str, typer.Option("--at", help="When the states of monitors were exported.")] = "",
    apart: Annotated[
        int,
        typer.Option(
            help="Seconds that times of monitors may be apart.",
            metavar="INTEGER",
            parser=number("--apart", int, "seconds from 0 to 86400", lambda value: 0 <= value <= 86_400),
        ),
    ] = 60,
    tolerance: Annotated[
        float,
        typer.Option(
            help="How far points may be apart, as a part of their value.",
            metavar="FLOAT",
            parser=number("--tolerance", float, "a number from 0 to 1", lambda value: 0 <= value <= 1),
        ),
    ] = 1e-6,
    ddsource: Annotated[str, typer.Option(help="As in the intake's URL, for logs without one.")] = "",
    service: Annotated[str, typer.Option(help="As in the intake's URL, for logs without one.")] = "",
    ddtags: Annotated[str, typer.Option(help="As in the intake's URL, added to those of the logs.")] = "",
    hostname: Annotated[str, typer.Option(help="As in the intake's URL, for logs without one.")] = "",
    geoip: Annotated[str, typer.Option(help="A MaxMind file (.mmdb) for GeoIP parsers.", metavar="FILE")] = "",
    json_lines: JsonOption = False,
    root: RootOption = Path(),
) -> None:
    """List where Datadog holds something else than the emulator makes of the same logs. Exit code 1: differences."""
    from firedrill.standalone.compare.run import Files, How
    from firedrill.standalone.from_files import run_compare

    held = logs or (), metrics or (), monitors or ()
    files = Files(sent, resources, stack, root, *held, geoip)
    params = {"ddsource": ddsource, "service": service, "ddtags": ddtags, "hostname": hostname}
    told = ignore or (), query, metric_query or (), tolerance
    how = How(params, received, delay, id_path, *told, from_time, to_time, at_time, apart)
    if not run_compare(files, how, json_lines=json_lines):
        raise typer.Exit(PROBLEMS)
