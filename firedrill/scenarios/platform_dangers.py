"""The dangers of what Cloudflare bills, as the collector of its own metrics tells them."""

from __future__ import annotations

from dataclasses import replace

from firedrill.scenarios.alarm_dangers import ALARMS, waking
from firedrill.scenarios.generic_kind import healthy
from firedrill.scenarios.kind import DangerKind, Sized, on_top
from firedrill.scenarios.marks import alarm_run, own_operation
from firedrill.scenarios.scenario import Phase, Platform, Struck
from firedrill.scenarios.watched import WatchedWorker
from firedrill.vendors.cloudflare.analytics import ACTIVE_MS, ROWS_WRITTEN
from firedrill.vendors.rules.prices import OBJECT_GB

LASTING_MINUTES = 35
AFTER_MINUTES = 45
"""Longer than of other dangers: what Cloudflare measures arrives ten minutes late."""


def _unasked(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    """No traffic at all, and so many runs of alarms, of which each looks healthy."""
    struck = Struck(waking(worker), alarm_run, class_name, size, "a minute")
    return (Phase(LASTING_MINUTES, healthy(worker), kept=0.0, struck=struck),)


def _billed(key: str, times: float = 1) -> Sized:
    """One invocation of each minute of which Cloudflare measures so much, as if it were many objects."""
    sized = on_top(own_operation, platform=lambda size: Platform({key: size * times}), each_minute=1)

    def lasting(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
        return tuple(replace(phase, minutes=LASTING_MINUTES) for phase in sized(worker, class_name, size))

    return lasting


def _uncollected(worker: WatchedWorker, class_name: str, size: float) -> tuple[Phase, ...]:
    return (Phase(round(size), healthy(worker), collecting="stopped"),)


OF_PLATFORM: tuple[DangerKind, ...] = (
    DangerKind(
        "objects-run-unasked",
        "Cloudflare bills invocations of objects that nobody calls",
        "invocations a minute",
        ("billed-invocations",),
        _unasked,
        least=0.04,
        most=100_000.0,
        needs=ALARMS,
        after=AFTER_MINUTES,
    ),
    DangerKind(
        "duration-runs-away",
        "Objects are active without end, and billed for it",
        "GB-s a minute",
        ("billed-duration",),
        _billed(ACTIVE_MS, 1000 / OBJECT_GB),
        most=1e9,
        after=AFTER_MINUTES,
    ),
    DangerKind(
        "billed-writes-run-away",
        "Cloudflare bills rows that are written without end",
        "rows a minute",
        ("billed-rows",),
        _billed(ROWS_WRITTEN),
        most=1e9,
        after=AFTER_MINUTES,
    ),
    DangerKind(
        "collector-stays-away",
        "The collector of Cloudflare's own metrics does not run",
        "minutes",
        ("collector-silent",),
        _uncollected,
        classic="collector-stopped",
        least=1.0,
        most=60.0,
        state="No Data",
    ),
)
