"""The commands that reach a running stack, as plain functions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from rich.console import Console
from rich.live import Live

from firedrill.engine.lock import holder
from firedrill.errors import CannotRun
from firedrill.live import control
from firedrill.live.events import Event, LogSeen, Standing, StateChanged
from firedrill.live.faults import Switch, check
from firedrill.live.view import Screen, line, lines
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

_REFRESHES = 4
"""A second."""
_ENDING_S = 30.0
"""A stack that is told to end has that long for it."""


def watch_stack(folder: Path, stack: str, console: Console) -> None:
    """Show a running stack until it ends or Ctrl-C: as a screen in a terminal, else one line for each change.

    `folder` is where the local cloud keeps its files. Raises CannotRun when the stack does not run.
    """
    events = control.watch(folder, stack)
    try:
        if console.is_terminal:
            _show(events, console)
        else:
            for text in lines(events):
                console.print(text, markup=False, highlight=False, soft_wrap=True)
    except KeyboardInterrupt:
        return
    console.print(f"the stack {stack!r} has ended", highlight=False)


def switch_fault(folder: Path, stack: str, order: Switch) -> str:
    """Switch a fault of a running stack; returns what is on now, in words.

    Raises FiredrillError for a fault that there is not, CannotRun when the stack does not run.
    """
    check(order)
    return f"faults: {control.switch(folder, stack, order)}"


def print_logs(folder: Path, stack: str, out: TextIO, *, worker: str = "", follow: bool = False) -> None:
    """Print the last events of a running stack, a line each, then with `follow` those to come until it ends.

    `worker` leaves out what is not of that service. Raises CannotRun when the stack does not run, FiredrillError for a
    service that it does not have.
    """
    events: list[Event] = []
    coming = control.watch(folder, stack)
    try:
        for event in coming:  # what has happened comes before how things stand
            if isinstance(event, Standing):
                _require_service(worker, event)
                break
            events.append(event)
        for event in chain(events, coming if follow else ()):
            if not isinstance(event, Standing) and worker in ("", _service(event)):
                out.write(f"{line(event)}\n")
                out.flush()
    except KeyboardInterrupt:
        return


def end_stack(folder: Path, stack: str) -> bool:
    """End a running stack and wait until it has ended; False when it does not run.

    It is told to end by itself: no process is killed. Raises CannotRun when it does not.
    """
    lock = folder / "live" / f"{stack}.lock"
    try:
        control.end(folder, stack)
    except CannotRun:
        if who := holder(lock):
            raise CannotRun(
                f"{who} runs this stack and cannot be reached; if it does not begin to serve, end it"
            ) from None
        return False
    if who := holder(lock, _ENDING_S):
        raise CannotRun(f"{who} was told to end {_ENDING_S:g} s ago and has not; end it")
    return True


@dataclass(frozen=True)
class Place:
    """Where a running stack is: the address of each Worker by its script, and of both vendors' APIs.

    `key` is every credential of these; `archives` are environment variables by which the buckets of jobs are read, by
    the name of the job.
    """

    workers: dict[str, str]
    api: str
    key: str = field(repr=False)
    archives: dict[str, dict[str, str]] = field(repr=False)


def place_of(folder: Path, stack: str) -> Place:
    """Where a running stack is. Raises CannotRun when it does not run."""
    with closing(control.watch(folder, stack)) as events:
        standing = next(event for event in events if isinstance(event, Standing))
    known = control.reached(folder, stack)
    return Place(standing.addresses, known["api"], known["token"], known["archives"])


def _require_service(worker: str, standing: Standing) -> None:
    services = sorted({monitor.service for monitor in standing.monitors})
    if worker and worker not in services:
        known = ", ".join(services) or "none"
        raise FiredrillError(f"there is no Worker {worker!r}{hint(worker, services)}; this stack has {known}")


def _service(event: Event) -> str:
    return event.service if isinstance(event, LogSeen | StateChanged) else ""


def _show(events: Iterator[Event], console: Console) -> None:
    screen = Screen()
    for event in islice(events, 1):  # reaches the stack: if it does not run, the terminal stays as it is
        screen.take(event)
    with Live(screen, console=console, screen=True, refresh_per_second=_REFRESHES):
        for event in events:
            screen.take(event)
