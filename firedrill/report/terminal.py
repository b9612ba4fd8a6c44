"""The drill's result as a table; plain text when it does not go to a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TextIO

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from firedrill.drill.result import DrillResult, WorkerResult
from firedrill.drill.verdicts import MonitorVerdict, Proof, ScenarioRun
from firedrill.report.machine import iso
from firedrill.scenarios.scenario import MINUTE_MS

PLAIN_WIDTH = 140
"""Columns of the table where there is no terminal to ask."""

_COLUMNS = ("monitor", "fires in", "fault (simulated)", "alerted", "recovered", "quiet in", "verdict")


def console_for(stream: TextIO) -> Console:
    """A console that writes to `stream`, plain and wide enough for the table when that is no terminal."""
    return Console(file=stream) if stream.isatty() else Console(file=stream, width=PLAIN_WIDTH)


def print_result(result: DrillResult, console: Console) -> None:
    """Print each Worker's table and problems, then what is wrong and what is modelled over all, and the timings."""
    for worker in result.workers:
        _print_worker(result.stack, worker, console)
    for problem in result.problems:
        _say(f"not proven: {problem}", console, style="red")
    if len(result.workers) > 1:
        proven = sum(worker.proven for worker in result.workers)
        _say(f"stack {result.stack}: {proven} of {len(result.workers)} Workers are proven", console)
    if result.modelled:
        _say("modelled, not measured: " + "; ".join(result.modelled), console)
    _say("stages: " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in result.stages.items()), console)


def _print_worker(stack: str, result: WorkerResult, console: Console) -> None:
    volume = result.volume
    _say(
        f"stack {stack}, Worker {result.worker}: {len(result.verdicts)} monitors, {len(result.runs)} scenarios; "
        f"{volume.takes} takes of the real Worker became {volume.trace_events:,} trace events, {volume.logs:,} logs, "
        f"{volume.points:,} metric points and {volume.evaluations:,} evaluations on simulated time",
        console,
    )
    table = Table(
        *_COLUMNS, box=box.SIMPLE_HEAD if console.is_terminal else box.ASCII2, show_edge=False, pad_edge=False
    )
    for verdict in result.verdicts:
        for cells in _rows(verdict, result.runs):
            table.add_row(*map(escape, cells), style="" if verdict.proven else "red")
    console.print(table)
    for line in _problems(result):
        _say(line, console, style="red")
    for scenario, reason in result.skipped.items():
        _say(f"left out: {scenario}, {reason}", console)
    words = [_word(verdict) for verdict in result.verdicts]
    others = "".join(f", {words.count(word)} {word}" for word in ("exempt", "quiet") if word in words)
    monitors = f"{words.count('proven')} of {len(words)} monitors{others}"
    _say(f"proven: {monitors}, {result.unexplained} unexplained notifications", console)


def _say(line: str, console: Console, style: str = "") -> None:
    console.print(escape(line), style=style, highlight=False, soft_wrap=True)


def _rows(verdict: MonitorVerdict, runs: Sequence[ScenarioRun]) -> Iterator[tuple[str, ...]]:
    """One row per proof, the monitor named on the first."""
    quiet_ones = sum(verdict.monitor not in {*run.scenario.fires, *run.scenario.may_fire} for run in runs)
    names = (verdict.monitor, f"{verdict.quiet_scenarios} of {quiet_ones}", _word(verdict))
    if not verdict.proofs:
        yield names[0], "-", "-", "-", "-", names[1], names[2]
    for number, proof in enumerate(verdict.proofs):
        monitor, quiet, verdict_word = names if number == 0 else ("", "", "")
        yield (
            monitor,
            _fires_in(proof),
            f"{_clock(proof.began_ms)} to {_clock(proof.ended_ms)}",
            _when(proof.alerted_ms, proof.began_ms),
            _when(proof.recovered_ms, proof.ended_ms),
            quiet,
            verdict_word,
        )


def _word(verdict: MonitorVerdict) -> str:
    if verdict.exempt:
        return "exempt"
    if verdict.problems:
        return "NOT PROVEN"
    return "proven" if verdict.proofs else "quiet"


def _fires_in(proof: Proof) -> str:
    return proof.scenario if proof.state == "Alert" else f"{proof.scenario} ({proof.state})"


def _when(time_ms: int | None, since_ms: int) -> str:
    return "never" if time_ms is None else f"{_clock(time_ms)} ({(time_ms - since_ms) / MINUTE_MS:+.0f} min)"


def _clock(time_ms: int) -> str:
    """Simulated time of day."""
    return iso(time_ms)[11:16]


def _problems(result: WorkerResult) -> Iterator[str]:
    for problem in result.problems:  # of the whole Worker: they may be why its monitors are not proven
        yield f"not proven: {problem}"
    for verdict in result.verdicts:
        for problem in () if verdict.exempt else verdict.problems:
            yield f"not proven: {problem}"
        cause = result.causes.get(verdict.monitor)
        if cause and not verdict.exempt:
            yield f"  because {cause}"
