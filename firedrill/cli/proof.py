"""Commands that prove and review what a stack declares: render, drill, policy, diff."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from firedrill.cli.options import NOT_PROVEN, REFUSED, RootOption, StackOption
from firedrill.errors import CannotRun
from firedrill.files import keep
from firedrill.vendors.errors import FiredrillError

REPORT = Path(".firedrill", "report.html")
"""The report of the last drill, in the project's folder."""


def render(stack: StackOption = "dev", root: RootOption = Path()) -> None:
    """Print every resource that the stack declares, as sorted JSON without secrets; needs no account."""
    from firedrill.render import render as render_stack
    from firedrill.resources import dumps

    sys.stdout.write(dumps(render_stack(stack, root)))


def drill(
    stack: StackOption = "dev",
    worker: Annotated[list[str] | None, typer.Option(help="Drill only this Worker (may be repeated).")] = None,
    scenario: Annotated[list[str] | None, typer.Option(help="Run only this scenario (may be repeated).")] = None,
    monitor: Annotated[list[str] | None, typer.Option(help="Judge only this monitor (may be repeated).")] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="MONITOR", help="Explain one monitor, from logs to states.")
    ] = None,
    resources: Annotated[
        Path | None, typer.Option(help="Drill these rendered resources instead of rendering the stack.")
    ] = None,
    deployed: Annotated[
        bool, typer.Option("--deployed", help="Drill what the local cloud holds of the stack instead.")
    ] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write verdicts, evidence and timings here.")] = None,
    junit_file: Annotated[Path | None, typer.Option("--junit", help="Write JUnit XML here.")] = None,
    html_file: Annotated[
        Path | None, typer.Option("--html", help="Write the report to look at here.", show_default=str(REPORT))
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Print every proof with its times, and how long each stage took.")
    ] = False,
    search: Annotated[
        bool,
        typer.Option("--search/--no-search", help="Search how small a fault each alert sees, where all is drilled."),
    ] = True,
    days: Annotated[
        int, typer.Option(min=0, max=31, help="Live through so many healthy days too, in which nobody may be told.")
    ] = 0,
    root: RootOption = Path(),
) -> None:
    """Prove that each alert fires, stays quiet and recovers. Exit code 0: proven, 1: not proven, 2: could not run."""
    from firedrill.drill.choice import Choice
    from firedrill.drill.run import run_drill
    from firedrill.drill.stages import Stages
    from firedrill.report.evidence import evidence_of
    from firedrill.report.explain import print_explanation
    from firedrill.report.html.page import to_html
    from firedrill.report.machine import to_json, to_junit
    from firedrill.report.terminal import console_for, print_result

    for file in filter(None, (json_file, junit_file, html_file)):
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
        datetime.now(UTC).isoformat(),
    )
    finished = run_drill(choice, Stages(console_for(sys.stderr)), search=search, days=days)
    console = console_for(sys.stdout)
    if explain:
        print_explanation(finished, explain, console)
    print_result(finished.result, console, verbose=verbose)
    if json_file:
        _write(json_file, to_json(finished.result))
    if junit_file:
        _write(junit_file, to_junit(finished.result))
    html = to_html(finished.result, evidence_of(finished))
    _write(html_file, html) if html_file else keep(root / REPORT, html)
    console_for(sys.stderr).print(
        f"look at it: {html_file or root / REPORT}", markup=False, highlight=False, soft_wrap=True
    )
    if not finished.result.proven:
        raise typer.Exit(NOT_PROVEN)


def policy(
    stack: StackOption = "dev",
    resources: Annotated[
        Path | None, typer.Option(help="Judge these rendered resources instead of rendering the stack.")
    ] = None,
    json_report: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    path: Annotated[
        bool, typer.Option("--path", help="Only print the pack's folder, for `pulumi up --policy-pack`.")
    ] = False,
    root: RootOption = Path(),
) -> None:
    """Check a stack against the policies. Exit code 0: nothing mandatory is wrong, 1: something is, 2: cannot run."""
    if path:
        other = "--json" if json_report else "--resources" if resources else ""
        if other:
            raise FiredrillError(
                f"--path only prints where the pack is, and {other} is about a report; give one of them."
            )
        from firedrill.policies.folder import write_pack

        sys.stdout.write(f"{write_pack(root)}\n")
        return
    from firedrill.policies.run import run_policy

    if not run_policy(stack, root, resources, json_report=json_report):
        raise typer.Exit(REFUSED)


def diff(
    base: Annotated[str, typer.Argument(help="The revision to compare with: a branch, a tag or a commit.")],
    head: Annotated[str, typer.Argument(help="The revision to review; the files as they are by default.")] = "",
    stack: Annotated[list[str] | None, typer.Option("--stack", "-s", help="Only this stack (may be repeated).")] = None,
    json_report: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of Markdown.")] = False,
    html_file: Annotated[
        Path | None, typer.Option("--html", help="Write a page here, with the alerts before and after side by side.")
    ] = None,
    root: RootOption = Path(),
) -> None:
    """Print what a change does to resources and alerts, by rendering and drilling both revisions."""
    from firedrill.drill.stages import Stages
    from firedrill.report.terminal import console_for
    from firedrill.review.diff import run_diff

    if html_file:
        _require_place(html_file)
    html = run_diff(root, base, head, tuple(stack or ()), Stages(console_for(sys.stderr)), json_report=json_report)
    if html_file:
        _write(html_file, html)


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
