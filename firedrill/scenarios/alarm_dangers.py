"""The dangers of alarms, which wake objects that nobody calls."""

from __future__ import annotations

from dataclasses import replace

from firedrill.scenarios.generic import FAULT_MINUTES, everyday, healthy, with_clean_ups
from firedrill.scenarios.kind import DangerKind
from firedrill.scenarios.marks import alarm_run
from firedrill.scenarios.scenario import Phase, Struck, TakeSpec
from firedrill.scenarios.watched import WatchedWorker

AGAIN = 3
"""How often each alarm of the take is set again: enough to see that it runs again, and each run is repeated anyway."""
ALARMS = "sets alarms that run in the drill (idle in its drill file)"


def waking(worker: WatchedWorker) -> TakeSpec:
    """A take whose alarms are set again as soon as they ran."""
    take = with_clean_ups(worker, everyday(worker, "objects-waking"))
    return replace(take, faults=replace(take.faults, alarm_again=AGAIN))


def _wake_loop(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    """No traffic at all, and so many runs of alarms, of which each looks healthy."""
    struck = Struck(waking(worker), alarm_run, class_name, size, "a minute")
    return (Phase(FAULT_MINUTES, healthy(worker), kept=0.0, struck=struck),)


OF_ALARMS: tuple[DangerKind, ...] = (
    DangerKind(
        "objects-wake-themselves",
        "Objects are woken by their own alarms, and nobody calls them",
        "alarms a minute",
        ("alarm-runaway",),
        _wake_loop,
        least=0.04,
        most=100_000.0,
        needs=ALARMS,
    ),
)
