"""The commands that reach a running stack, as plain functions."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.live import Live

from firedrill.live import control
from firedrill.live.events import Event
from firedrill.live.faults import Switch, check
from firedrill.live.view import Screen, lines

_REFRESHES = 4
"""A second."""


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


def _show(events: Iterator[Event], console: Console) -> None:
    screen = Screen()
    for event in islice(events, 1):  # reaches the stack: if it does not run, the terminal stays as it is
        screen.take(event)
    with Live(screen, console=console, screen=True, refresh_per_second=_REFRESHES):
        for event in events:
            screen.take(event)
