"""From what each monitor did in each scenario to what is proven of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from firedrill.drill.verdicts import OK, Change, Expected, Failure, Kind, MonitorVerdict, Proof, ScenarioRun, Told
from firedrill.scenarios.scenario import MINUTE_MS


def judge(
    expected: Mapping[str, Expected], runs: Sequence[ScenarioRun], exempt: Mapping[str, str], *, whole: bool
) -> list[MonitorVerdict]:
    """The verdict on every monitor in `expected`, which says what it must do.

    `whole` False (chosen scenarios only) asks for no proof that was not run.
    """
    return [_verdict(monitor, each, runs, exempt.get(monitor, ""), whole) for monitor, each in expected.items()]


def _verdict(monitor: str, expected: Expected, runs: Sequence[ScenarioRun], exempt: str, whole: bool) -> MonitorVerdict:
    runs = [run for run in runs if expected.judged_in(monitor, run.scenario)]
    proven = [_proof(run, monitor, expected) for run in runs if monitor in run.scenario.fires]
    failures = [failure for _, failure in proven if failure]
    failures += [failure for run in runs for failure in _ill_warned(run, monitor, expected)]
    if whole and not proven:
        failures.append(
            Failure(monitor, "has no scenario in which it must fire: add one, or a line in drill-exemptions.txt")
        )
    quiet = 0
    for run in runs:
        if run.scenario.wants_quiet(monitor):
            noise = _noise(run, monitor)
            failures += noise
            quiet += not noise
    if whole and not quiet:
        failures.append(Failure(monitor, "has no scenario in which it stays quiet"))
    return MonitorVerdict(monitor, tuple(proof for proof, _ in proven), quiet, tuple(failures), exempt)


def _noise(run: ScenarioRun, monitor: str) -> list[Failure]:
    """One failure per time that the monitor left OK although the scenario does not explain it."""
    return [
        _failure(
            run,
            change,
            Kind.UNEXPLAINED,
            f"went to {change.state} in {{scenario}}, which does not explain it"
            + (f" ({change.group})" if change.group else ""),
        )
        for change in run.changes
        if change.monitor == monitor and run.scenario.is_noise(change.state)
    ]


def _ill_warned(run: ScenarioRun, monitor: str, expected: Expected) -> Iterator[Failure]:
    """The first warning of a scenario that did not say what it must, or not to whom it is promised."""
    for change in run.changes if expected.warnings else ():
        warned = change.monitor == monitor and change.state == "Warn" and not change.muted
        if warned and (wrong := untold(change.told, replace(expected, handle=expected.warnings, priority=""))):
            yield _failure(run, change, Kind.UNTOLD, f"warned in {{scenario}}, but {wrong}")
            return


def _failure(run: ScenarioRun, change: Change, kind: Kind, said: str) -> Failure:
    return Failure(change.monitor, said, kind, run.scenario.name, change.state, change.group, change.time_ms)


def _proof(run: ScenarioRun, monitor: str, expected: Expected) -> tuple[Proof, Failure | None]:
    mine = [change for change in run.changes if change.monitor == monitor]
    scenario, state = run.scenario.name, run.scenario.fires[monitor]
    early = next((change for change in mine if change.state != OK and change.time_ms <= run.begin_ms), None)
    alerts = [change for change in mine if change.state == state]
    last_ok = _all_ok_since(mine) if alerts else None
    failure = None
    if early:
        said = f"was in {early.state} before the fault of {{scenario}} began"
        failure = _failure(run, early, Kind.FIRED_EARLY, said)
    elif not alerts:
        failure = Failure(monitor, f"never went to {state} in {{scenario}}", Kind.NEVER_FIRED, scenario, state)
    elif all(change.muted for change in alerts):
        said = f"went to {state} in {{scenario}}, but a downtime mutes it, so nobody is notified"
        failure = _failure(run, alerts[0], Kind.MUTED, said)
    elif last_ok is None:
        said = "did not recover after the fault of {scenario}"
        failure = _failure(run, _not_ok(mine)[-1], Kind.NOT_RECOVERED, said)
    elif late := _minutes(alerts[0].time_ms, run.begin_ms, expected.alert_minutes):
        said = f"took {late} minutes to alert in {{scenario}}; {expected.source} {expected.alert_minutes}"
        failure = _failure(run, alerts[0], Kind.LATE_TO_FIRE, said)
    elif late := _minutes(last_ok.time_ms, run.end_ms, expected.recover_minutes):
        said = f"took {late} minutes to recover in {{scenario}}; {expected.source} {expected.recover_minutes}"
        failure = _failure(run, last_ok, Kind.LATE_TO_RECOVER, said)
    elif missing := run.groups.get(monitor, frozenset()) - {change.group for change in alerts}:
        said = f"never went to {state} for {' and '.join(sorted(missing))} in {{scenario}}"
        failure = Failure(monitor, said, Kind.NEVER_FIRED, scenario, state)
    elif times := _flapping(run, alerts) if expected.handle else 0:
        said = f"went to {state} {times} times in {{scenario}}, which is one fault"
        failure = _failure(run, alerts[-1], Kind.FLAPPED, said)
    else:
        failure = _ill_told(run, alerts, mine, expected)
    alerted_ms = alerts[0].time_ms if alerts else None
    recovered_ms = last_ok.time_ms if last_ok else None
    problem = failure.text if failure else ""
    billed = run.billed_until(alerts[0].time_ms) if alerts else None
    return Proof(monitor, scenario, state, run.begin_ms, run.end_ms, alerted_ms, recovered_ms, problem, billed), failure


def _flapping(run: ScenarioRun, alerts: Sequence[Change]) -> int:
    """How often the group that did so most often alerted at a danger's size, 0 for once."""
    times = max(Counter(change.group for change in alerts).values(), default=0)
    return times if run.scenario.about and times > 1 else 0


def _ill_told(run: ScenarioRun, alerts: Sequence[Change], mine: Sequence[Change], expected: Expected) -> Failure | None:
    """The first alert or recovery that did not say what it must, or not to whom."""
    if not expected.handle and not expected.somebody and not expected.part:
        return None
    for change in alerts:
        if not change.muted and (wrong := untold(change.told, expected)):
            return _failure(run, change, Kind.UNTOLD, f"went to {change.state} in {{scenario}}, but {wrong}")
    groups = {change.group for change in alerts}
    for change in mine if expected.handle or expected.part else ():
        over = change.state == OK and change.group in groups and change.time_ms > alerts[0].time_ms
        if over and not change.muted and (wrong := untold(change.told, replace(expected, priority=""), recovery=True)):
            return _failure(run, change, Kind.UNTOLD, f"recovered in {{scenario}}, but {wrong}")
    return None


def untold(told: Told | None, expected: Expected, *, recovery: bool = False) -> str:
    """What a notification lacks of what is expected of it; "" for nothing."""
    if told is None or not (told.handles or expected.part):
        return "nobody is told" if told is None or not expected.handle else f"it tells nobody, not {expected.handle}"
    if not expected.handle and not expected.part:
        return ""
    if not expected.part and expected.handle not in told.handles:
        return f"it tells {', '.join(told.handles)}, not {expected.handle}"
    if expected.priority and told.priority != expected.priority:
        return f"its priority is {told.priority or 'not set'}, not {expected.priority}"
    lacking = [what for what, text in told.shown if not recovery and not _says(text, told.message)]
    lacking += [f"the group's {text}" for text in told.group if text not in told.message or text not in told.title]
    if expected.runbook not in told.message:
        lacking.append(f"the runbook {expected.runbook}")
    if not _without(told.message, [expected.runbook, *told.handles]):
        lacking.append("what happened")
    return f"its message does not say {' and '.join(lacking)}" if lacking else ""


def _says(number: str, message: str) -> bool:
    """Whether a message has a number, as Datadog writes it or without its empty decimals."""
    return any(
        re.search(rf"(?<![\d.]){re.escape(text)}(?![\d]|\.\d)", message) for text in (number, number.removesuffix(".0"))
    )


def _without(message: str, texts: Sequence[str]) -> str:
    for text in texts:
        message = message.replace(text, "")
    return re.sub(r"\bRunbook:|\W", "", message)


def _minutes(time_ms: int, since_ms: int, allowed: int) -> int:
    """Whole minutes between the two times when that is more than allowed, else 0."""
    minutes = round((time_ms - since_ms) / MINUTE_MS)
    return minutes if minutes > allowed else 0


def _all_ok_since(changes: Sequence[Change]) -> Change | None:
    """The change by which the last group came back to OK, or None while one is not OK at the end."""
    return None if _not_ok(changes) else max(_latest(changes), key=lambda change: change.time_ms)


def _not_ok(changes: Sequence[Change]) -> list[Change]:
    """The changes by which groups came to what they are at the end, where that is not OK."""
    return [change for change in _latest(changes) if change.state != OK]


def _latest(changes: Sequence[Change]) -> Iterable[Change]:
    """The last change of each group."""
    return {change.group: change for change in changes}.values()
