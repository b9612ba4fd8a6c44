"""The dangers of alarms, which wake objects that nobody calls."""

from __future__ import annotations

from dataclasses import replace

from firedrill.scenarios.generic_faults import FAULT_MINUTES
from firedrill.scenarios.generic_kind import everyday, healthy, with_clean_ups
from firedrill.scenarios.kind import DangerKind, on_top
from firedrill.scenarios.marks import alarm_again, alarm_run, failed_alarm
from firedrill.scenarios.reaching import exhausted_alarms
from firedrill.scenarios.scenario import Phase, Said, Struck, TakeSpec
from firedrill.scenarios.watched import WatchedWorker

GIVEN_UP = Said({"result": "error", "error": "storage", "outcome": "exhausted", "retry": 6})
"""What an alarm's line says after its last run: not every take gets there, since the platform waits between runs."""
AGAIN = 3
"""How often each alarm of the take is set again: enough to see that it runs again, and each run is repeated anyway."""
ALARMS = "sets alarms that run in the drill (idle in its drill file)"


def waking(worker: WatchedWorker) -> TakeSpec:
    """A take whose alarms are set again as soon as they ran."""
    take = with_clean_ups(worker, everyday(worker, "objects-waking"))
    return replace(take, faults=replace(take.faults, alarm_again=AGAIN))


def _no_alarms(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    return (Phase(round(size), healthy(worker), without=alarm_run),)


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
    DangerKind(
        "alarms-give-up",
        "Alarms fail in all their runs, and their objects sleep on",
        "alarms a minute",
        ("alarm-gave-up",),
        on_top(failed_alarm, take=exhausted_alarms, said=lambda size: GIVEN_UP),
        least=0.04,
        most=200.0,
        needs=ALARMS,
    ),
    DangerKind(
        "alarms-fail",
        "Alarms fail and are run again",
        "runs a minute",
        ("alarm-retries",),
        on_top(alarm_again, take=exhausted_alarms),
        least=0.04,
        most=200.0,
        needs=ALARMS,
    ),
    DangerKind(
        "alarms-late",
        "Alarms run long after their time",
        "ms",
        ("alarm-late",),
        on_top(alarm_run, said=lambda size: Said({"lag": round(size)}), each_minute=1),
        most=1e8,
        needs=ALARMS,
    ),
    DangerKind(
        "alarms-stay-away",
        "No alarm runs any more, while callers come as ever",
        "minutes",
        ("alarm-missing",),
        _no_alarms,
        least=1.0,
        most=30.0,
        needs=ALARMS,
        goes_on=True,
    ),
)
