"""Two drills compared: what a change does to the alerts."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from firedrill.drill.bracket import Sensitivity
from firedrill.drill.readings import OTHER
from firedrill.drill.result import DrillResult, WorkerResult
from firedrill.drill.verdicts import OK, Change, ScenarioRun
from firedrill.environment import PYTHON, for_child
from firedrill.resources import LOGS_METRIC, Resource

MINUTE_MS = 60_000
RECORDED_ANEW_MINUTES = 5
SEEN = 1.15
"""By so many times the smallest fault of an alert has to change: takes that are recorded anew move it a little."""


class Course(NamedTuple):
    """When a monitor alerted and when it had recovered, None for never, in minutes from the beginning of the fault."""

    fires: int
    recovers: int | None


def consequences(
    before: DrillResult, after: DrillResult, *, same_takes: bool, renamed: Mapping[str, str] = {}
) -> list[str]:
    """What the alerts of a stack do otherwise than before, one sentence each, by Worker and monitor.

    `renamed` gives the Workers' keys of now by those that they had; one that is not in it keeps its own.

    Unless both drills used the `same_takes`, shifts below RECORDED_ANEW_MINUTES are left out: no two recordings of one
    Worker are the same to the millisecond.
    """
    least = 1 if same_takes else RECORDED_ANEW_MINUTES
    old = {renamed.get(each.worker, each.worker): each for each in before.workers}
    new = {each.worker: each for each in after.workers}
    found = [f"{name}: nothing watches this Worker any more" for name in sorted(old.keys() - new.keys())]
    for name in sorted(new):
        if name not in old:
            found.append(f"{name}: {len(new[name].verdicts)} monitors watch a Worker that none watched before")
        else:
            prefix = f"{name}: " if len(new) > 1 else ""
            found += [prefix + each for each in _of_worker(old[name], new[name], least)]
    return found + [problem for problem in after.problems if problem not in before.problems]


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
        if verdict.exempt and not any(each.exempt for each in old.verdicts if each.monitor == monitor):
            yield f"{monitor} is exempt from proof now: {verdict.exempt}"
        if not verdict.proven and (monitor in proven or monitor not in {each.monitor for each in old.verdicts}):
            cause = new.cause(verdict) or verdict.problems[0]
            lost = "lost its proof" if monitor in proven else "is not proven"
            yield f"{monitor} {lost}: {cause}"
    yield from _no_longer_asked(old, new)
    yield from _less_sensitive(old, new)
    yield from (problem for problem in new.problems if problem not in old.problems)


def _less_sensitive(old: WorkerResult, new: WorkerResult) -> Iterator[str]:
    """The alerts whose smallest fault is another by more than the search is exact."""
    before = {(each.monitor, each.danger): each for each in old.sensitivity}
    for each in new.sensitivity:
        known = before.get((each.monitor, each.danger))
        if known is None or known.smallest == each.smallest:
            continue
        if known.smallest is None or each.smallest is None or not 1 / SEEN < each.smallest / known.smallest < SEEN:
            yield f"{each.monitor} {_smallest(each)}; before it {_smallest(known)}"


def _smallest(each: Sensitivity) -> str:
    return f"fires from {each.smallest:g} {each.unit}" if each.smallest is not None else "fires at no size"


def _no_longer_asked(old: WorkerResult, new: WorkerResult) -> Iterator[str]:
    """The scenarios that proved a monitor which is still there, and do not any more: skipped, removed or changed.

    Another reading of one is run only where that could end differently: it comes and goes by itself.
    """
    asked = {verdict.monitor: {proof.scenario for proof in verdict.proofs} for verdict in new.verdicts}
    lost: dict[str, list[str]] = {}
    for verdict in old.verdicts:
        for proof in verdict.proofs:
            if verdict.monitor in asked and proof.scenario.removesuffix(OTHER) not in asked[verdict.monitor]:
                lost.setdefault(proof.scenario.removesuffix(OTHER), []).append(verdict.monitor)
    for scenario, monitors in sorted(lost.items()):
        names = ", ".join(sorted(set(monitors)))
        why = new.skipped.get(scenario)
        yield f"scenario {scenario} no longer proves {names}" + (f": it is skipped, {why}" if why else "")


def _of_monitor(monitor: str, before: Mapping[str, Course], after: Mapping[str, Course], least: int) -> Iterator[str]:
    silent = sorted(before.keys() - after.keys())
    if silent:
        yield f"{monitor} no longer fires in {', '.join(silent)}"
    noisy = sorted(after.keys() - before.keys())
    if noisy:
        yield f"{monitor} now fires in {', '.join(noisy)}"
    told: dict[str, list[str]] = {}
    for scenario in sorted(before.keys() & after.keys()):
        told.setdefault(_shift(before[scenario], after[scenario], least), []).append(scenario)
    yield from (f"{monitor} {what} in {', '.join(told[what])}" for what in sorted(filter(None, told)))


def _shift(before: Course, after: Course, least: int) -> str:
    """What is later or earlier than before by at least so many minutes; "" for nothing."""
    fires = after.fires - before.fires
    said = [f"fires {_when(fires)}"] if abs(fires) >= least else []
    if before.recovers is None or after.recovers is None:
        if before.recovers != after.recovers:
            said.append("no longer recovers" if after.recovers is None else "now recovers")
        return " and ".join(said)
    recovers = after.recovers - before.recovers
    if fires == recovers and said:
        return f"fires and recovers {_when(fires)}"
    return " and ".join([*said, *([f"recovers {_when(recovers)}"] if abs(recovers) >= least else [])])


def _when(minutes: int) -> str:
    return f"{abs(minutes)} min {'later' if minutes > 0 else 'earlier'}"


def _fired(result: WorkerResult, scenarios: set[str]) -> dict[str, dict[str, Course]]:
    found: dict[str, dict[str, Course]] = {}
    for run in result.runs:
        if run.scenario.name in scenarios:
            for monitor, course in _courses(run).items():
                found.setdefault(monitor, {}).setdefault(run.scenario.name, course)
    return found


def _courses(run: ScenarioRun) -> dict[str, Course]:
    """What became of the monitors that left OK after the fault had begun; the last group's recovery counts."""
    first: dict[str, int] = {}
    last: dict[str, dict[str, Change]] = {}
    for change in run.changes:
        if change.time_ms >= run.begin_ms:
            if change.state in ("Alert", "No Data"):
                first.setdefault(change.monitor, _minutes(change, run))
            last.setdefault(change.monitor, {})[change.group] = change
    return {
        monitor: Course(
            minutes,
            max(_minutes(each, run) for each in last[monitor].values())
            if all(each.state == OK for each in last[monitor].values())
            else None,
        )
        for monitor, minutes in first.items()
    }


def _minutes(change: Change, run: ScenarioRun) -> int:
    return (change.time_ms - run.begin_ms) // MINUTE_MS


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
    if _code(before) == _code(after):
        return []
    now = _fields(after)
    return [f"telemetry lines have no field {name} any more" for name in _fields(before) if name not in now]


def _code(root: Path) -> dict[str, bytes]:
    """What a revision's telemetry contract can depend on; nothing where the project has no Firedrill of its own."""
    places = (root / "firedrill", root / "components")
    return {str(path.relative_to(root)): path.read_bytes() for place in places for path in place.rglob("*.py")}


_ASK = """
try:
    from firedrill.components.telemetry import FIELDS
except ImportError:  # where components were before they were part of the package
    from components.telemetry import FIELDS
print(*(field.wire for field in FIELDS))
"""


def _fields(root: Path) -> list[str]:
    """The wire names of the telemetry contract at `root`, asked of its own code; none where there is no such code."""
    command = [sys.executable, "-c", _ASK]
    done = subprocess.run(command, cwd=root, env=for_child(*PYTHON), capture_output=True, text=True, check=False)
    return done.stdout.split() if done.returncode == 0 else []
