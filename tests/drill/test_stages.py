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


def piped(*seconds: float) -> tuple[Stages, io.StringIO]:
    """Stages whose output is no terminal, at these times."""
    written = io.StringIO()
    return Stages(Console(file=written, force_terminal=False, width=20), ticking(*seconds)), written


def test_each_stage_is_timed_in_the_order_of_its_first_run() -> None:
    stages, _ = piped(10, 12, 12, 17)
    with stages.stage("render"):
        pass
    with stages.stage("simulate"):
        pass
    assert list(stages.seconds.items()) == [("render", 2), ("simulate", 5)]
    assert stages.total == 7


def test_a_stage_that_runs_again_adds_up() -> None:
    stages, _ = piped(10, 12, 20, 23)
    for _ in range(2):
        with stages.stage("render"):
            pass
    assert stages.seconds == {"render": 5}


def test_a_stage_that_fails_is_timed_and_fails() -> None:
    stages, _ = piped(10, 13)
    with pytest.raises(KeyError), stages.stage("render"):
        raise KeyError
    assert stages.seconds == {"render": 3}


def test_a_pipe_gets_a_plain_line_at_the_end_of_what_is_counted() -> None:
    stages, written = piped(0, 0, 0, 1, 2, 2)
    with stages.stage("workerd") as stage:
        told = stage.count("shop", "takes")
        for done in range(3):
            told(done, 2)
    assert written.getvalue() == "workerd, shop: 2 of 2 takes, 2.0 s\n"


def test_a_pipe_gets_a_line_with_the_time_left_whenever_some_seconds_have_passed() -> None:
    stages, written = piped(0, 0, 0, 4, 6, 8, 100, 100)
    with stages.stage("workerd") as stage:
        told = stage.count("shop", "takes")
        for done in (0, 1, 2, 3, 10):
            told(done, 10)
    assert written.getvalue() == (
        "workerd, shop: 2 of 10 takes, about 24 s left\nworkerd, shop: 10 of 10 takes, 100.0 s\n"
    )


def test_minutes_that_are_left_are_told_as_minutes() -> None:
    stages, written = piped(0, 0, 30, 30)
    with stages.stage("workerd") as stage:
        stage.count("shop", "takes")(1, 5)
    assert written.getvalue() == "workerd, shop: 1 of 5 takes, about 2 min 0 s left\n"


def test_a_stage_without_anything_to_count_writes_nothing_to_a_pipe() -> None:
    stages, written = piped(0, 0, 1, 9)
    with stages.stage("workerd") as stage:
        stage.count("shop", "takes")(0, 0)
    assert written.getvalue() == ""


def test_a_terminal_shows_the_stage_its_counts_and_the_time_left() -> None:
    written = io.StringIO()
    console = Console(file=written, force_terminal=True, width=80)
    with Stages(console, ticking(0, 0, 0, 3, 9)).stage("workerd") as stage:
        told = stage.count("shop", "takes")
        told(0, 4)
        told(1, 4)
        assert "workerd, shop: 0 of 4 takes" not in stage_text(written)
    assert "workerd, shop: 1 of 4 takes, about 9 s left" in written.getvalue()


def stage_text(written: io.StringIO) -> str:
    """The last line that the terminal shows."""
    return written.getvalue().rpartition("\r")[2]
