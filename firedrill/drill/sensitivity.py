"""How small a fault each alert sees: the size of its danger is searched, on the simulated timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from firedrill.drill.bracket import TIMES, Course, Sensitivity, bracket
from firedrill.drill.collecting import with_collector
from firedrill.drill.compiled import CompiledWorker
from firedrill.drill.plan import Plan
from firedrill.drill.record import records_of
from firedrill.drill.simulate import HISTORY_MINUTES, drill_scenario, healthy_history
from firedrill.drill.stages import Counter
from firedrill.drill.verdicts import OK, ScenarioRun
from firedrill.in_turn import cores, in_turn
from firedrill.runtime.take import Take
from firedrill.scenarios.dangers import BY_ID
from firedrill.scenarios.kind import DangerKind
from firedrill.scenarios.promises import Danger
from firedrill.scenarios.scenario import MINUTE_MS
from firedrill.scenarios.sized import scenario_of
from firedrill.vendors.datadog.monitors import Composite, Monitor, Threshold

Probe = Callable[[float], Course]


def sensitivities(
    worker: CompiledWorker,
    plan: Plan,
    takes: Mapping[str, Take],
    searched: Sequence[tuple[str, Danger]],
    progress: Counter,
) -> list[Sensitivity]:
    """The search for each of these monitors, each with the danger that it tells, on as many cores as there are."""
    if not searched or plan.watched is None:
        return []
    watched, recorded = plan.watched, records_of(worker, takes)
    found: list[Sensitivity] = []
    with with_collector(worker, plan.deployment.root) as running:
        history = healthy_history(running, plan.healthy, HISTORY_MINUTES, recorded)
        _ = history.going_on  # once, before processes are forked

        def search(each: tuple[str, Danger]) -> Sensitivity:
            name, danger = each

            def probe(size: float) -> Course:
                scenario = scenario_of(watched, danger, size, frozenset({name}))
                return _course(drill_scenario(running, scenario, recorded, history).outcome, name)

            return _searched(worker, name, danger, probe)

        progress(0, len(searched))
        for each in in_turn(search, searched, min(cores(), len(searched))):
            found.append(each)
            progress(len(found), len(searched))
    return found


def _searched(worker: CompiledWorker, name: str, danger: Danger, probe: Probe) -> Sensitivity:
    kind = BY_ID[danger.id]
    known: dict[float, Course] = {}

    def course(size: float) -> Course:
        return known.setdefault(size, known.get(size) or probe(size))

    quiet, smallest = bracket(lambda size: course(size).alerted is not None, danger.size, kind)
    monitor = next(each for each in worker.organisation.monitors if worker.names[each.id] == name)
    minutes = {times: course(smallest * times) for times in TIMES if smallest and smallest * times <= kind.most}
    threshold = _threshold(worker, monitor, kind)
    return Sensitivity(name, danger.id, kind.unit, danger.size, smallest, quiet, threshold, minutes)


def _course(run: ScenarioRun, monitor: str) -> Course:
    mine = [change for change in run.changes if change.monitor == monitor and change.time_ms > run.begin_ms]
    alerts = [change for change in mine if change.state in ("Alert", "No Data")]
    if not alerts:
        return Course(None, None)
    last = {change.group: change for change in mine}
    over = all(change.state == OK for change in last.values())
    recovered_ms = max(change.time_ms for change in last.values()) - run.end_ms
    return Course((alerts[0].time_ms - run.begin_ms) // MINUTE_MS, recovered_ms // MINUTE_MS if over else None)


def _threshold(worker: CompiledWorker, monitor: Monitor, kind: DangerKind) -> float | None:
    """The monitor's threshold in the unit of the danger; of a composite, that of its first part."""
    if isinstance(monitor.condition, Composite):
        first = monitor.condition.ids[0]
        monitor = next(each for each in worker.organisation.monitors if each.id == first)
    if not isinstance(monitor.condition, Threshold) or kind.whole or not kind.comparable:
        return None
    critical = abs(monitor.condition.thresholds.critical)
    if kind.a_minute:
        return critical * 60 / monitor.condition.query.window_s or None
    return critical
