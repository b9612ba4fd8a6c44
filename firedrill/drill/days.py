"""Healthy days on simulated time: whoever is told of anything in them is told wrongly."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from firedrill.drill.calm import START_MS
from firedrill.drill.carry import carry
from firedrill.drill.collecting import Collected, collect, with_collector
from firedrill.drill.drill import Drill
from firedrill.drill.judgement import WorkerDrill
from firedrill.drill.record import record_takes, records_of
from firedrill.drill.result import Days
from firedrill.drill.simulate import changes_of
from firedrill.drill.stages import Counter, Stages
from firedrill.drill.verdicts import Change
from firedrill.organisation import empty_store
from firedrill.scenarios.days import DAY_MINUTES, deploy, healthy_day, waking
from firedrill.scenarios.scenario import MINUTE_MS

BEFORE_HOURS = 2


def with_days(drill: Drill, days: int, stages: Stages) -> Drill:
    """The drill with so many healthy days of each Worker; a notification in them is a problem."""
    with stages.stage("days") as stage:
        workers = [_lived(each, days, stage.count(each.worker.name, "days")) for each in drill.workers]
    return Drill(workers, replace(drill.result, workers=tuple(each.result for each in workers)))


def _lived(drill: WorkerDrill, days: int, progress: Counter) -> WorkerDrill:
    plan, worker = drill.plan, drill.worker
    if plan is None or plan.watched is None:
        return drill
    deploying = record_takes(plan.deployment, [deploy(plan.watched)], lambda done, of_all: None)
    takes = records_of(worker, {plan.healthy.name: drill.takes[plan.healthy.name], **deploying})
    store, indexes = empty_store(worker.organisation.logging.metrics), worker.organisation.indexes()
    records, at_ms, collected = 0, START_MS - BEFORE_HOURS * 60 * MINUTE_MS, Collected()
    day = tuple(healthy_day(plan.watched))
    with with_collector(worker, plan.deployment.root) as running:
        for number, phases in enumerate((waking(plan.watched, BEFORE_HOURS), *(day for _ in range(days)))):
            carried = carry(worker, phases, takes, at_ms, indexes)
            carried.ingested.add_to(store)
            records += carried.events
            until_ms = at_ms + sum(phase.minutes for phase in phases) * MINUTE_MS
            collect(running, collected, carried.placed, phases, (at_ms, until_ms), store)
            at_ms = until_ms
            progress(number, days)
    times_s = np.arange(START_MS, at_ms + 1, MINUTE_MS) // 1000
    changes = changes_of(worker, worker.organisation.monitoring().run(store, times_s))
    told = [each for each in changes if each.notification]
    lived = Days(days, records, tuple(f"{each.monitor} went to {each.state} on {_clock(each)}" for each in told))
    problems = [_problem(lived)] if told else []
    return replace(drill, result=replace(drill.result, days=lived, problems=(*drill.result.problems, *problems)))


def _problem(lived: Days) -> str:
    first, *others = lived.notifications
    more = f" and {len(others)} more" if others else ""
    return f"somebody is told of something in healthy days: {first}{more}"


def _clock(change: Change) -> str:
    group = f" ({change.group})" if change.group else ""
    day, minute = divmod((change.time_ms - START_MS) // MINUTE_MS, DAY_MINUTES)
    return f"day {day + 1} at {minute // 60:02}:{minute % 60:02}{group}"
