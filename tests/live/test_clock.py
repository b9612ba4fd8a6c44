from __future__ import annotations

from firedrill.live.clock import FastClock


class Wall:
    def __init__(self) -> None:
        self.ms = 1_000_000

    def __call__(self) -> int:
        return self.ms


def test_simulated_time_begins_now_and_runs_faster() -> None:
    wall = Wall()
    clock = FastClock(60.0, wall)
    began = clock.now_ms()
    wall.ms += 1_000

    assert (began, clock.now_ms(), clock.at(1_000_500)) == (1_000_000, 1_060_000, 1_030_000)


def test_waiting_is_in_real_seconds_and_never_for_the_past() -> None:
    clock = FastClock(60.0, Wall())

    assert (clock.seconds_until(1_090_000), clock.seconds_until(0)) == (1.5, 0.0)
