"""The drill's result for people: a summary, then what needs somebody; plain text when it does not go to a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TextIO

from rich.console import Console

from firedrill.drill.result import Days, Delivered, DrillResult, Exposure, MetricTruth, WorkerResult
from firedrill.report.advice import command, to_do
from firedrill.report.cases import cases, following, unreached
from firedrill.report.detection import PEAK, peaks
from firedrill.report.table import detected, exposed, proofs, word
from firedrill.report.words import dollars, seconds
from firedrill.scenarios.watched import INAPPLICABLE
from firedrill.vendors.datadog.modelled import UNDOCUMENTED

PLAIN_WIDTH = 1000
"""Columns where there is no terminal to ask: nothing is wrapped."""
_COMMAND = "look: "


def console_for(stream: TextIO) -> Console:
    """A console that writes to `stream`, plain and without a width when that is no terminal."""
    if stream.isatty():
        return Console(file=stream)
    return Console(file=stream, width=PLAIN_WIDTH, force_terminal=False, color_system=None)


def print_result(result: DrillResult, console: Console, *, verbose: bool = False) -> None:
    """Print the verdict, a line for each Worker and all that is not proven, with its cause and what to do.

    `verbose` adds each Worker's table of proofs, scenarios that were left out, what went through, what reached
    Datadog's intake, the table of marked values, and the timings.
    """
    say(_verdict(result), console, "bold" if result.proven else "bold red")
    for worker in result.workers:
        say(_summary(worker), console, "" if worker.proven else "red")
        for text in (*_reached(worker), *_inapplicable(worker)):
            say(text, console)
    for worker in result.workers:
        if worker.truth:
            say(_truth(worker.worker, worker.truth), console, "red" if worker.truth.differences else "")
        if worker.days:
            say(_days(worker.worker, worker.days), console, "red" if worker.days.notifications else "")
    for each in result.deliveries:
        if verbose or each.problem or each.kind != "datadog":
            say(_delivery(each), console, "red" if each.problem else "")
    for exposure in result.exposures:
        say(_exposure(exposure), console)
    if verbose:
        for worker in result.workers:
            _print_details(worker, console)
        if result.exposures:
            console.print(exposed(result.exposures, console))
    for text in _wrong(result, whole=verbose):
        say(text, console, "red" if text.startswith("not proven") else "")
    if result.modelled:
        say("modelled, not measured: " + "; ".join(result.modelled), console)
    for text in result.undocumented:
        say(f"{UNDOCUMENTED}: {text}", console)
    if verbose:
        say("stages: " + ", ".join(f"{name} {took:.1f} s" for name, took in result.stages.items()), console)
    else:
        say("every proof with its times: --verbose", console)


def _verdict(result: DrillResult) -> str:
    """What came out, over all."""
    took = seconds(sum(result.stages.values()))
    if result.proven:
        return f"stack {result.stack}: {'what was chosen is ' if result.chosen else ''}proven in {took}"
    proven = sum(worker.proven for worker in result.workers)
    several = f", {proven} of {len(result.workers)} Workers are" if len(result.workers) > 1 else ""
    return f"stack {result.stack}: NOT PROVEN{several}, in {took}"


def _summary(result: WorkerResult) -> str:
    """A Worker in a line."""
    words = [word(verdict) for verdict in result.verdicts]
    others = "".join(f", {words.count(each)} {each}" for each in ("exempt", "not applicable", "quiet") if each in words)
    left_out = f" ({len(result.skipped)} left out)" if result.skipped else ""
    scenarios = "1 scenario" if len(result.runs) == 1 else f"{len(result.runs)} scenarios"
    return (
        f"{result.worker}: {words.count('proven')} of {len(words)} alerts proven{others}, {scenarios}{left_out}, "
        f"{result.volume.trace_events:,} records, {seconds(result.seconds)}"
    )


_NOUNS = {"classes": ("class", "classes"), "handlers": ("handler", "handlers"), "bindings": ("binding", "bindings")}


def _reached(result: WorkerResult) -> Iterator[str]:
    """What its traffic came to, in a line."""
    if result.coverage is None:
        return
    told = [
        f"{len(result.coverage.reached[kind])} of {len(names)} {_NOUNS[kind][len(names) != 1]}"
        for kind, names in result.coverage.all.items()
        if names
    ]
    left_out = [f"{name}: {why}" for name, why in result.coverage.left_out.items()]
    besides = f" ({'; '.join(left_out)})" if left_out else ""
    yield f"{result.worker}: traffic reached {', '.join(told)}{besides}"


def _inapplicable(result: WorkerResult) -> Iterator[str]:
    """What means nothing for a class, as its takes show, by the reason."""
    found: dict[str, list[str]] = {}
    for name, why in result.skipped.items():
        if why.startswith(INAPPLICABLE):
            found.setdefault(why, []).append(name)
    for verdict in result.verdicts:
        if verdict.exempt.startswith(INAPPLICABLE):
            found.setdefault(verdict.exempt, []).append(verdict.monitor)
    for why, names in found.items():
        yield f"{result.worker}: {', '.join(names)}: {why}"


def _truth(worker: str, truth: MetricTruth) -> str:
    """How many metrics were held against what the drill saw itself, in a line."""
    first, *others = truth.differences or ("",)
    more = f"; {len(others)} more {'is' if len(others) == 1 else 'are'} not either" if others else ""
    wrong = f"not true: {first}{more}" if first else "all true"
    return f"{worker}: {truth.metrics} metrics in {truth.takes} kinds of traffic ({truth.cells} cells): {wrong}"


def _days(worker: str, lived: Days) -> str:
    """How often somebody was told of something in healthy days, in a line."""
    told = len(lived.notifications)
    days = "1 healthy day" if lived.days == 1 else f"{lived.days} healthy days"
    return f"{worker}: {told} notification{'' if told == 1 else 's'} in {days} ({lived.records:,} records)"


def _delivery(each: Delivered) -> str:
    """What became of the records that a job has sent to its destination, in a line."""
    if each.obstacle:
        return f"{each.job}: not delivered to {each.kind}://: {each.obstacle}"
    there = "all of them" if not each.problem else f"{each.records - each.missing:,} of them, {each.surplus:,} too many"
    return f"{each.job}: {each.records:,} records sent to {each.kind}://, read back: {there}"


def _exposure(each: Exposure) -> str:
    """Which of the marked values of a Worker a job sends, and in which fields, in a line."""
    by_fields: dict[tuple[str, ...], list[str]] = {}
    for value, fields in each.reached.items():
        if fields:
            by_fields.setdefault(fields, []).append(value)
    told = "; ".join(f"{', '.join(values)} in {', '.join(fields)}" for fields, values in by_fields.items())
    return f"{each.job}: of {len(each.reached)} marked values of {each.worker}, {each.kind}:// gets {told or 'none'}"


def _print_details(result: WorkerResult, console: Console) -> None:
    volume = result.volume
    say(
        f"Worker {result.worker}: {volume.takes} takes of the real Worker became {volume.trace_events:,} trace events, "
        f"{volume.logs:,} logs, {volume.points:,} metric points and {volume.evaluations:,} evaluations on simulated "
        f"time; {result.unexplained} unexplained notifications",
        console,
    )
    console.print(proofs(result.verdicts, result.runs, console))
    for proof in (each for verdict in result.verdicts for each in verdict.proofs):
        if proof.billed is not None:
            say(
                f"{proof.scenario}: Cloudflare bills {dollars(proof.billed)} until {proof.monitor} alerts, by its list "
                "prices, modelled",
                console,
            )
    if result.sensitivity:
        say(
            "how small a fault each alert sees, and the minutes to alert / to recover at 1, 2 and 10 times it:", console
        )
        console.print(detected(result.sensitivity, console))
    if peaks(result.sensitivity):
        say(PEAK, console)
    for scenario, reason in result.skipped.items():
        say(f"left out: {scenario}, {reason}", console)


def say(line: str, console: Console, style: str = "") -> None:
    """Print a line, on a terminal wrapped below itself unless it is a command to copy."""
    if not console.is_terminal or line.lstrip().startswith(_COMMAND):
        console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)
        return
    indent = line[: len(line) - len(line.lstrip())]
    wrapped = textwrap.wrap(
        line.lstrip(),
        console.width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    for part in wrapped:
        console.print(part, style=style, markup=False, highlight=False, soft_wrap=True)


def _wrong(result: DrillResult, *, whole: bool) -> Iterator[str]:
    """All that is not proven: of the stack, of each Worker, of monitors.

    Of what follows from classes that no traffic reaches, unless `whole`, how many findings there are.
    """
    yield from (f"not proven: {problem}" for problem in result.problems)
    for worker in result.workers:
        prefix = f"{worker.worker}: " if len(result.workers) > 1 else ""
        yield from (f"not proven: {prefix}{problem}" for problem in worker.problems)
        for case in cases(worker, whole=whole):
            yield from (f"not proven: {prefix}{', '.join(names)} {said}" for said, names in case.monitors.items())
            labelled = (
                ("because ", case.why),
                ("do: ", to_do(case.first.kind, case.why)),
                (_COMMAND, command(result.stack, case.first)),
            )
            yield from (f"  {label}{text}" for label, text in labelled if text)
        if not whole and (number := following(worker)):
            classes = ", ".join(unreached(worker))
            found = "1 finding follows" if number == 1 else f"{number} findings follow"
            yield f"not proven: {prefix}{found}, since no traffic reaches {classes}; --verbose has them"
        yield from (f"warning: {prefix}{each}" for each in worker.remarks)
