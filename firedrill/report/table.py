"""Tables: every proof of a Worker, a line for each where there is room, and what of marked values leaves Cloudflare."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from firedrill.drill.bracket import Sensitivity
from firedrill.drill.result import Exposure
from firedrill.drill.verdicts import MonitorVerdict, Proof, ScenarioRun
from firedrill.report.detection import DETECTION, detection
from firedrill.report.machine import iso
from firedrill.scenarios.scenario import MINUTE_MS
from firedrill.scenarios.watched import INAPPLICABLE

WIDE = 120
"""Columns from which on a proof has its times beside it."""


def word(verdict: MonitorVerdict) -> str:
    """The verdict in a word or two."""
    if verdict.exempt:
        return "not applicable" if verdict.exempt.startswith(INAPPLICABLE) else "exempt"
    if verdict.failures:
        return "NOT PROVEN"
    return "proven" if verdict.proofs else "quiet"


def proofs(verdicts: Sequence[MonitorVerdict], runs: Sequence[ScenarioRun], console: Console) -> Table:
    """Every proof of the monitors; names that are too long for the console are wrapped, never cut."""
    wide = console.width >= WIDE
    names = ("monitor", "fires in", "fault (simulated)") if wide else ("monitor, and what it fires in",)
    folded = [Column(name, overflow="fold") for name in names]
    others = [Column(name, no_wrap=True) for name in ("alerted", "recovered", "quiet in", "verdict")]
    table = _table(console, *folded, *others)
    for verdict in verdicts:
        for cells in (_wide_rows if wide else _narrow_rows)(verdict, runs):
            table.add_row(*map(Text, cells), style="" if verdict.proven else "red")
    return table


def detected(found: Sequence[Sensitivity], console: Console) -> Table:
    """How small a fault each alert sees, and how fast it tells of multiples of it."""
    table = _table(console, *(Column(name, overflow="fold") for name in DETECTION))
    for row in detection(found):
        table.add_row(*map(Text, row))
    return table


def exposed(exposures: Sequence[Exposure], console: Console) -> Table:
    """The marked values, and by destination the fields that carry each of them there."""
    sinks = [Column(f"{each.job} ({each.kind})", overflow="fold") for each in exposures]
    table = _table(console, Column("marked value", overflow="fold"), *sinks)
    for value in dict.fromkeys(value for each in exposures for value in each.reached):
        cells = (", ".join(each.reached.get(value, ())) or "-" for each in exposures)
        table.add_row(Text(value), *map(Text, cells))
    return table


def _table(console: Console, *columns: Column) -> Table:
    style = box.SIMPLE_HEAD if console.is_terminal else box.ASCII2
    return Table(*columns, box=style, show_edge=False, pad_edge=False)


def _wide_rows(verdict: MonitorVerdict, runs: Sequence[ScenarioRun]) -> Iterator[tuple[str, ...]]:
    """One row per proof, the monitor named on the first."""
    names = (verdict.monitor, _quiet(verdict, runs), word(verdict))
    if not verdict.proofs:
        yield names[0], "-", "-", "-", "-", names[1], names[2]
    for number, proof in enumerate(verdict.proofs):
        monitor, quiet, verdict_word = names if number == 0 else ("", "", "")
        fault = f"{_clock(proof.began_ms)} to {_clock(proof.ended_ms)}"
        alerted, recovered = _when(proof.alerted_ms, proof.began_ms), _when(proof.recovered_ms, proof.ended_ms)
        yield monitor, _fires_in(proof), fault, alerted, recovered, quiet, verdict_word


def _narrow_rows(verdict: MonitorVerdict, runs: Sequence[ScenarioRun]) -> Iterator[tuple[str, ...]]:
    """The monitor, and a row for each of its proofs below it."""
    yield verdict.monitor, "", "", _quiet(verdict, runs), word(verdict)
    for proof in verdict.proofs:
        alerted, recovered = _after(proof.alerted_ms, proof.began_ms), _after(proof.recovered_ms, proof.ended_ms)
        yield f"  {_fires_in(proof)}", alerted, recovered, "", ""


def _quiet(verdict: MonitorVerdict, runs: Sequence[ScenarioRun]) -> str:
    quiet_ones = sum(run.scenario.wants_quiet(verdict.monitor) for run in runs)
    return f"{verdict.quiet_scenarios} of {quiet_ones}"


def _fires_in(proof: Proof) -> str:
    return proof.scenario if proof.state == "Alert" else f"{proof.scenario} ({proof.state})"


def _when(time_ms: int | None, since_ms: int) -> str:
    return "never" if time_ms is None else f"{_clock(time_ms)} ({_after(time_ms, since_ms)})"


def _after(time_ms: int | None, since_ms: int) -> str:
    return "never" if time_ms is None else f"{(time_ms - since_ms) / MINUTE_MS:+.0f} min"


def _clock(time_ms: int) -> str:
    """Simulated time of day."""
    return iso(time_ms)[11:16]
