"""Faults of hours and days: what a few minutes come to is repeated, and the monitors of objectives are evaluated on it.

Nothing is measured for weeks: the minutes are carried through job, pipeline and metrics like all others, and what the
objectives read of them is laid end to end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from firedrill.organisation import Organisation
from firedrill.scenarios.scenario import MINUTE_MS, Lasting
from firedrill.vendors.datadog.monitors import Monitor, Monitoring, Run
from firedrill.vendors.datadog.monitors.states import Floats
from firedrill.vendors.datadog.objectives import Recorded, Slices, SloQuery, reading
from firedrill.vendors.datadog.objectives.sli import SETTLED_S
from firedrill.vendors.datadog.queries.store import PointStore

MODELLED = "weeks of an objective are repetitions of recorded minutes"
MINUTE_S = MINUTE_MS // 1000


def run_lasting(
    organisation: Organisation,
    alerts: Sequence[tuple[Monitor, SloQuery]],
    timing: Lasting,
    span_s: tuple[int, int],
    healthy: PointStore,
    faulty: PointStore,
) -> Run:
    """Evaluate some alerts of an organisation over healthy weeks, the fault, and what follows it.

    Both stores hold the carried minutes between the times `span_s`, at the first of which the fault begins.
    """
    begin_s, _ = span_s
    known = [_on(monitor, query, timing, span_s, healthy, faulty) for monitor, query in alerts]
    first_s = begin_s - min(timing.before, 60) * MINUTE_S
    over_s = begin_s + (timing.minutes + timing.after) * MINUTE_S
    times_s = np.arange(first_s, over_s + 1, timing.step * MINUTE_S)
    return Monitoring(known, organisation.downtimes, organisation.rules).run(faulty, times_s)


def _on(
    monitor: Monitor,
    query: SloQuery,
    timing: Lasting,
    span_s: tuple[int, int],
    healthy: PointStore,
    faulty: PointStore,
) -> Monitor:
    """The monitor with the slices that its objective has over all these weeks."""
    begin_s, end_s = span_s
    usual, bad = (query.sli.slices(store, begin_s, end_s + SETTLED_S) for store in (healthy, faulty))
    recorded = Recorded(laid_out(timing, begin_s, usual, bad), (*query.sli.modelled, MODELLED), query.sli.metrics)
    return reading(monitor, query, recorded)


def laid_out(timing: Lasting, begin_s: int, usual: Slices, bad: Slices) -> Slices:
    """Slices of the whole timeline, the fault from `begin_s` on: `usual` ones repeated, in the fault those of `bad`."""
    step_s = usual.step_s
    before, minutes, after = (-(-each * MINUTE_S // step_s) for each in (timing.before, timing.minutes, timing.after))
    share = 1.0 if timing.rate is None else mixed(timing.rate, usual, bad)

    def row(of: Callable[[Slices], Floats]) -> Floats:
        healthy, faulty = of(usual), of(bad)
        mixture = (1 - share) * np.resize(healthy, minutes) + share * np.resize(faulty, minutes)
        return np.concatenate((np.resize(healthy, before), mixture, np.resize(healthy, after)))

    return Slices(begin_s - before * step_s, step_s, row(lambda each: each.good), row(lambda each: each.total))


def mixed(rate: float, usual: Slices, bad: Slices) -> float:
    """The share of faulty traffic among healthy with which `rate` of all events are bad; 1 where none suffices."""
    totals = [float(each.total.sum()) / max(1, len(each.total)) for each in (usual, bad)]
    failed = [float((each.total - each.good).sum()) / max(1, len(each.total)) for each in (usual, bad)]
    more = (failed[1] - failed[0]) - rate * (totals[1] - totals[0])
    lacking = rate * totals[0] - failed[0]
    return float(np.clip(lacking / more, 0, 1)) if more > 0 else 1.0
