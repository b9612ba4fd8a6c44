"""Timings by an injected clock, and what a person sees."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from firedrill.drill.stages import Stages


def ticking(*seconds: float) -> Callable[[], float]:
    """A clock that shows these times one after the other."""
    times = iter(seconds)
    return lambda: next(times)


def test_each_stage_is_timed_in_the_order_of_its_first_run() -> None:
    stages = Stages(Console(file=io.StringIO()), ticking(10, 12, 12, 17))
    with stages.stage("render"):
        pass
    with stages.stage("simulate"):
        pass
    assert list(stages.seconds.items()) == [("render", 2), ("simulate", 5)]


def test_a_stage_that_runs_again_adds_up() -> None:
    stages = Stages(Console(file=io.StringIO()), ticking(10, 12, 20, 23))
    for _ in range(2):
        with stages.stage("render"):
            pass
    assert stages.seconds == {"render": 5}


def test_a_stage_that_fails_is_timed_and_fails() -> None:
    stages = Stages(Console(file=io.StringIO()), ticking(10, 13))
    with pytest.raises(KeyError), stages.stage("render"):
        raise KeyError
    assert stages.seconds == {"render": 3}


def test_nothing_is_written_where_there_is_no_terminal() -> None:
    written = io.StringIO()
    with Stages(Console(file=written)).stage("workerd") as progress:
        progress("storage-failing")
    assert written.getvalue() == ""


def test_a_terminal_shows_the_stage_and_its_detail() -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=80)
    with Stages(console).stage("workerd") as progress:
        progress("storage-failing")
    assert "workerd" in written.getvalue()
    assert "workerd: storage-failing" in written.getvalue()
