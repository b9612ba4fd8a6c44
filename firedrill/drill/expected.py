"""What each monitor of a Worker must do: what the stack promises, else what the monitor itself declares."""

from __future__ import annotations

from collections.abc import Iterator

from firedrill.drill.compiled import CompiledWorker, allowed_minutes
from firedrill.drill.verdicts import Expected, Failure, Kind
from firedrill.scenarios.dangers import BY_ID, KINDS
from firedrill.scenarios.promises import Danger, Promises
from firedrill.scenarios.watched import Watch
from firedrill.vendors.datadog.monitors import Composite, Monitor, Threshold
from firedrill.vendors.datadog.monitors.routing import TRANSITIONS, added
from firedrill.vendors.datadog.monitors.templates import Context, Variables, handles
from firedrill.vendors.datadog.queries import AnomalyQuery

REMINDED = ("alert", "no data")
"""The states in which a promised monitor reminds."""
_SAID = (("its value", "7531"), ("its threshold", "8642"))
_SHOWN: Variables = {("value",): 7531, ("threshold",): 8642, ("warn_threshold",): 8642}
"""Numbers that no message has by itself, for the variables that it has to show."""


def expected(worker: CompiledWorker) -> dict[str, Expected]:
    """What each monitor must do, by its name.

    One that tells a promised danger has its minutes, handle, priority and runbook; any other its own window and delay,
    and somebody to tell if its message names anybody.
    """
    declared = {worker.names[each.id]: each for each in worker.organisation.monitors}
    dangers = dict(tellers_of(worker))
    return {
        name: _promised(worker.promises, dangers[name], _watch(worker, declared[name]))
        if worker.promises and name in dangers
        else _own(worker, declared[name], minutes)
        for name, minutes in allowed_minutes(worker).items()
    }


def unkept(worker: CompiledWorker) -> list[Failure]:
    """What of the promises shows in no scenario: reminders, whom these tell, and monitors that no danger needs."""
    if worker.promises is None:
        return []
    dangers = dict(tellers_of(worker))
    parts = _parts(worker)
    found = []
    for monitor in worker.organisation.monitors:
        name = worker.names[monitor.id]
        wrong = (
            _ill_reminding(worker, monitor, worker.promises, dangers[name])
            if name in dangers
            else _unneeded(worker, monitor)
        )
        beyond = _at_its_threshold(monitor) if name in dangers or monitor.id in parts else ()
        found += [Failure(name, each, Kind.UNPROMISED) for each in (*wrong, *beyond)]
    return found


def _at_its_threshold(monitor: Monitor) -> Iterator[str]:
    """A promised monitor, or a part of one, is about what is beyond its threshold: its message says above or below."""
    condition = monitor.condition
    if not isinstance(condition, Threshold) or isinstance(condition.query, AnomalyQuery):
        return  # an anomaly's threshold is a share of points, which Datadog itself writes with >=
    if condition.query.comparator.endswith("="):
        yield f"alerts at its threshold ({condition.query.comparator}); what is promised is beyond it"


def untold(worker: CompiledWorker) -> list[str]:
    """One problem per danger that no declared monitor is there to tell."""
    told = {(danger.id, danger.class_name) for _, danger in tellers_of(worker)}
    return [
        f"nobody tells the danger {_called(danger)}: {', '.join(BY_ID[danger.id].told_by)} is not declared; declare it,"
        f" or set firedrill:dangers.{danger.id} to false"
        for danger in (worker.promises.dangers if worker.promises else ())
        if (danger.id, danger.class_name) not in told
    ]


def _called(danger: Danger) -> str:
    return f"{danger.id} of {danger.class_name}" if danger.class_name else danger.id


def tellers_of(worker: CompiledWorker) -> Iterator[tuple[str, Danger]]:
    """The monitors that are there to tell a promised danger, each with that danger."""
    for danger in worker.promises.dangers if worker.promises else ():
        for watch in worker.watches.values():
            if watch.id in BY_ID[danger.id].told_by and watch.class_name in ("", danger.class_name):
                yield watch.name, danger


def _promised(promises: Promises, danger: Danger, watch: Watch) -> Expected:
    return Expected(
        danger.within,
        promises.recovers_within if danger.recovers is None else danger.recovers,
        "what is promised is",
        handle=danger.handle,
        warnings=promises.warnings,
        priority=f"P{danger.priority}",
        runbook=f"{promises.runbooks}{watch.id}.md",
        apart=danger.objective is not None,
    )


def _own(worker: CompiledWorker, monitor: Monitor, minutes: int) -> Expected:
    """What a monitor must do of which nothing is promised."""
    if worker.promises and monitor.id in _parts(worker):
        runbook = f"{worker.promises.runbooks}{worker.watches[monitor.id].id}.md"
        return Expected(minutes, minutes, part=True, runbook=runbook)
    apart = any(each is monitor for each, _ in worker.organisation.slo_alerts)
    return Expected(minutes, minutes, somebody=bool(_alerted(worker, monitor)), apart=apart)


def _parts(worker: CompiledWorker) -> set[str]:
    """The ids of the monitors that others are composed of."""
    composites = (each.condition for each in worker.organisation.monitors if isinstance(each.condition, Composite))
    return {part for each in composites for part in each.ids}


def _watch(worker: CompiledWorker, monitor: Monitor) -> Watch:
    return worker.watches[monitor.id]


def _alerted(worker: CompiledWorker, monitor: Monitor) -> tuple[str, ...]:
    """Whom a monitor's message names at all, and whom rules tell of it."""
    routed = (who for each in TRANSITIONS for who in added(monitor, worker.organisation.rules, {each}))
    return tuple(dict.fromkeys((*handles(monitor.message.outline()), *routed)))


def _ill_reminding(worker: CompiledWorker, monitor: Monitor, promises: Promises, danger: Danger) -> Iterator[str]:
    options = monitor.options
    for condition, state, handle in _states(monitor, promises, danger):
        text = monitor.message.render(Context(_SHOWN, states={condition})).text
        told = (*handles(text), *added(monitor, worker.organisation.rules, {condition}))
        if handle not in told:
            yield f"would tell {', '.join(told) or 'nobody'} of {state}, not {handle}"
        shows = isinstance(monitor.condition, Threshold) and condition in ("is_alert", "is_warning")
        wanted = _SAID if shows else ()
        if lacking := [name for name, number in wanted if number not in text]:
            yield f"would not say {' and '.join(lacking)} in {state}"
    if (options.renotify_interval or 0) != promises.renotify_interval:
        yield f"reminds every {options.renotify_interval or 0} minutes; promised are {promises.renotify_interval}"
    if options.renotify_occurrences != promises.renotify_occurrences:
        times = options.renotify_occurrences or "without end"
        yield f"reminds {times} times; promised are {promises.renotify_occurrences}"
    if missing := [each for each in REMINDED if each not in options.renotify_statuses]:
        yield f"does not remind in the states {', '.join(missing)}"
    if options.timeout_h:
        yield f"resolves itself after {options.timeout_h} h without data (timeout_h), and tells nobody that it is over"
    yield from _hiding(monitor)
    if monitor.escalation is not None:
        strangers = set(handles(monitor.escalation.outline())) - {danger.handle, promises.warnings}
        if strangers:
            yield f"escalates to {', '.join(sorted(strangers))}, who is promised nothing"


def _hiding(monitor: Monitor) -> Iterator[str]:
    preset = monitor.options.notification_preset_name
    if preset not in (None, "show_all"):
        yield f"hides a part of what it says (notification_preset_name is {preset})"


def _states(monitor: Monitor, promises: Promises, danger: Danger) -> Iterator[tuple[str, str, str]]:
    """The states in which a monitor of a danger can notify: the condition that holds, its name, who must hear of it."""
    yield "is_alert", "an alert", danger.handle
    yield "is_recovery", "a recovery", danger.handle
    if monitor.notifies_no_data and not isinstance(monitor.condition, Composite):
        yield "is_no_data", "missing data", danger.handle
    if isinstance(monitor.condition, Threshold) and monitor.condition.thresholds.warning is not None:
        yield "is_warning", "a warning", promises.warnings


def _unneeded(worker: CompiledWorker, monitor: Monitor) -> Iterator[str]:
    """Whether no danger needs a monitor: it tells none, and is part of none that does."""
    if monitor.id in _parts(worker):
        yield from _hiding(monitor)
        if told := _alerted(worker, monitor):
            yield f"tells {', '.join(told)} although it is a part of another monitor and tells no danger"
    elif worker.watches[monitor.id].id in {id_ for kind in KINDS for id_ in kind.told_by}:
        yield "tells a danger that the config sets to false; set the monitor to false as well"
