"""Two drills compared: what a change does to the alerts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from firedrill.drill.result import DrillResult, WorkerResult
from firedrill.drill.verdicts import ScenarioRun
from firedrill.resources import LOGS_METRIC, Resource

MINUTE_MS = 60_000
RECORDED_ANEW_MINUTES = 5

Fired = Mapping[str, Mapping[str, int]]
"""Minutes from the fault to the first state that is not OK, by monitor and scenario."""


def consequences(before: DrillResult, after: DrillResult, *, same_takes: bool) -> list[str]:
    """What the alerts of a stack do otherwise than before, one sentence each, by Worker and monitor.

    Unless both drills used the `same_takes`, shifts below RECORDED_ANEW_MINUTES are left out: no two recordings of one
    Worker are the same to the millisecond.
    """
    least = 1 if same_takes else RECORDED_ANEW_MINUTES
    old = {each.worker: each for each in before.workers}
    new = {each.worker: each for each in after.workers}
    found = [f"{name}: nothing watches this Worker any more" for name in sorted(old.keys() - new.keys())]
    for name in sorted(new):
        if name not in old:
            found.append(f"{name}: {len(new[name].verdicts)} monitors watch a Worker that none watched before")
        else:
            prefix = f"{name}: " if len(new) > 1 else ""
            found += [prefix + each for each in _of_worker(old[name], new[name], least)]
    return found


def _of_worker(old: WorkerResult, new: WorkerResult, least: int) -> Iterator[str]:
    common = {run.scenario.name for run in old.runs} & {run.scenario.name for run in new.runs}
    before, after = _fired(old, common), _fired(new, common)
    watched = {verdict.monitor for verdict in new.verdicts}
    proven = {verdict.monitor for verdict in old.verdicts if verdict.proven}
    for monitor in sorted(before.keys() | after.keys() | proven | watched):
        if monitor not in watched:
            fired = sorted(_fired(old, {run.scenario.name for run in old.runs}).get(monitor, {}))
            yield f"{monitor} is gone: it fired in {', '.join(fired)}" if fired else f"{monitor} is gone"
            continue
        yield from _of_monitor(monitor, before.get(monitor, {}), after.get(monitor, {}), least)
        verdict = next(each for each in new.verdicts if each.monitor == monitor)
        if not verdict.proven and (monitor in proven or monitor not in {each.monitor for each in old.verdicts}):
            cause = new.causes.get(monitor) or verdict.problems[0]
            lost = "lost its proof" if monitor in proven else "is not proven"
            yield f"{monitor} {lost}: {cause}"
    yield from (problem for problem in new.problems if problem not in old.problems)


def _of_monitor(monitor: str, before: Mapping[str, int], after: Mapping[str, int], least: int) -> Iterator[str]:
    silent = sorted(before.keys() - after.keys())
    if silent:
        yield f"{monitor} no longer fires in {', '.join(silent)}"
    noisy = sorted(after.keys() - before.keys())
    if noisy:
        yield f"{monitor} now fires in {', '.join(noisy)}"
    shifts: dict[int, list[str]] = {}
    for scenario in sorted(before.keys() & after.keys()):
        if abs(after[scenario] - before[scenario]) >= least:
            shifts.setdefault(after[scenario] - before[scenario], []).append(scenario)
    for minutes, scenarios in sorted(shifts.items()):
        when = f"{abs(minutes)} min {'later' if minutes > 0 else 'earlier'}"
        yield f"{monitor} fires {when} in {', '.join(scenarios)}"


def _fired(result: WorkerResult, scenarios: set[str]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for run in result.runs:
        if run.scenario.name in scenarios:
            for monitor, minutes in _first_alerts(run).items():
                scenario = found.setdefault(monitor, {})
                scenario[run.scenario.name] = min(minutes, scenario.get(run.scenario.name, minutes))
    return found


def _first_alerts(run: ScenarioRun) -> dict[str, int]:
    first: dict[str, int] = {}
    for change in run.changes:
        if change.state in ("Alert", "No Data") and change.time_ms >= run.begin_ms:
            first.setdefault(change.monitor, (change.time_ms - run.begin_ms) // MINUTE_MS)
    return first


def lost_tags(before: Sequence[Resource], after: Sequence[Resource]) -> list[str]:
    """Tags that metrics have no longer, one sentence each."""
    old, new = _tags(before), _tags(after)
    return [
        f"metric {name} has no tag {tag} any more"
        for name in sorted(old.keys() & new.keys())
        for tag in sorted(old[name] - new[name])
    ]


def _tags(resources: Sequence[Resource]) -> dict[str, set[str]]:
    metrics = [each.inputs for each in resources if each.type == LOGS_METRIC]
    return {str(each["name"]): {group["tagName"] for group in each.get("groupBies") or ()} for each in metrics}


def lost_fields(before: Path, after: Path) -> list[str]:
    """Fields that the telemetry line has no longer, one sentence each; the arguments are two roots of the project."""
    now = _fields(after)
    return [f"telemetry lines have no field {name} any more" for name in _fields(before) if name not in now]


def _fields(root: Path) -> list[str]:
    """The wire names of the telemetry contract at `root`, asked of its own code; none where there is no such code."""
    ask = "import json; from components.telemetry import FIELDS; print(json.dumps([field.wire for field in FIELDS]))"
    done = subprocess.run([sys.executable, "-c", ask], cwd=root, capture_output=True, text=True, check=False)
    return list(json.loads(done.stdout)) if done.returncode == 0 else []
