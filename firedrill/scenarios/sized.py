"""Each promised danger as scenarios: at its size, a smaller one that nobody hears of, a quiet night."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from firedrill.scenarios.dangers import BY_ID
from firedrill.scenarios.generic_kind import healthy
from firedrill.scenarios.objectives import CARRIED_MINUTES
from firedrill.scenarios.promises import Danger
from firedrill.scenarios.scenario import Lasting, Phase, Scenario
from firedrill.scenarios.watched import Watch, WatchedWorker

NIGHT = 0.33
"""The share of the least traffic for a rate that requests come to in a quiet night; alarms and others come on top."""


def sized_scenarios(worker: WatchedWorker) -> Iterator[Scenario]:
    """For each promised danger a scenario at its size, in which it is told, and one in which nobody may be.

    Only the monitors that are there to tell it are judged in these.
    """
    for danger in worker.promises.dangers if worker.promises else ():
        kind = BY_ID[danger.id]
        told = frozenset(each.name for each in tellers(worker, danger))
        if not told:
            continue
        if not kind.classic:
            parts = {each.name for each in worker.watching(kind.parts, danger.class_name)}
            yield scenario_of(worker, danger, danger.size, told | parts)
        if danger.quiet:
            quiet = scenario_of(worker, danger, danger.quiet, told)
            yield replace(quiet, fires={}, may_warn=True)
        if danger.among:
            yield _quiet_night(worker, danger, told)
        if not (kind.goes_on or kind.lasting):
            yield _then_nothing(worker, danger, told)
        for name, (summary, sized) in kind.harmless.items():
            at_size = scenario_of(worker, danger, danger.size, told)
            yield replace(
                at_size,
                name=at_size.name.replace(f"@{danger.size:g}", f"@{name}"),
                summary=summary,
                fault=sized(worker, danger.class_name, danger.size),
                fires={},
            )
    if weeks := _healthy_weeks(worker):
        yield weeks


def tellers(worker: WatchedWorker, danger: Danger) -> list[Watch]:
    """The declared monitors that are there to tell a danger."""
    ids = BY_ID[danger.id].told_by
    return [each for each in worker.watching(ids, danger.class_name) if each.class_name in ("", danger.class_name)]


def _healthy_weeks(worker: WatchedWorker) -> Scenario | None:
    """Healthy traffic over the longest timeframe of the promised objectives, None without any."""
    promised = [each for each in (worker.promises.dangers if worker.promises else ()) if each.objective]
    told = frozenset(name for each in promised for name in (watch.name for watch in tellers(worker, each)))
    if not told:
        return None
    longest = max(each.objective.timeframe_minutes for each in promised if each.objective)
    days = longest // (24 * 60)
    phases = (Phase(CARRIED_MINUTES, healthy(worker)),)
    timing = Lasting(longest, before=longest, after=60, step=30)
    return Scenario(f"healthy-{days}d", f"{days} days of everyday traffic.", phases, about=told, lasting=timing)


def _quiet_night(worker: WatchedWorker, danger: Danger, told: frozenset[str]) -> Scenario:
    """One failure in five minutes among too few for a rate, which would be far beyond the danger's size."""
    at_size = scenario_of(worker, danger, danger.size, told)
    (phase,) = at_size.fault
    assert phase.struck  # only rates are among something
    a_minute = NIGHT * danger.among
    usual = len(phase.take.requests)
    few = replace(phase, kept=min(1.0, a_minute / usual), struck=replace(phase.struck, size=0.2, unit="a minute"))
    return replace(
        at_size,
        name=at_size.name.replace(f"@{danger.size:g}", "@night"),
        summary=f"One failure in five minutes, among {a_minute:g} requests a minute.",
        fault=(few,),
        fires={},
    )


def _then_nothing(worker: WatchedWorker, danger: Danger, told: frozenset[str]) -> Scenario:
    """The danger at its size, and with it all traffic ends: an alert without data must end as well, and say so."""
    at_size = scenario_of(worker, danger, danger.size, told)
    return replace(
        at_size,
        name=at_size.name.replace(f"@{danger.size:g}", "@then-nothing"),
        summary=f"{at_size.summary[:-1]}, and then nobody calls any more.",
        ends=True,
    )


def scenario_of(worker: WatchedWorker, danger: Danger, size: float, told: frozenset[str]) -> Scenario:
    """The danger at a size, which all of `told` must tell."""
    kind = BY_ID[danger.id]
    prefix = f"{danger.class_name}/" if danger.class_name and len(worker.classes) > 1 else ""
    return Scenario(
        f"{prefix}{danger.id}@{size:g}",
        f"{kind.summary}: {size:g} {kind.unit}.",
        kind.sized(worker, danger.class_name, size),
        dict.fromkeys(sorted(told), kind.state),
        about=told,
        after=kind.after,
        lasting=kind.lasting(danger, size) if kind.lasting else None,
    )
