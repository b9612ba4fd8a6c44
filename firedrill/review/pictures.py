"""Alerts before and after a change, to be looked at: those that a change makes look otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from firedrill.drill.bracket import Sensitivity
from firedrill.drill.drill import Drill
from firedrill.drill.verdicts import MonitorVerdict
from firedrill.report.evidence import AlertEvidence, Picture, evidence_of
from firedrill.report.html.chart import is_of, runs

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 24
"""Letters of a picture that is a text."""
SEEN_MINUTES = 5
"""By so many minutes a change of state has to move where takes were recorded anew."""


class Side(NamedTuple):
    """An alert in one version."""

    verdict: MonitorVerdict
    evidence: AlertEvidence
    searched: tuple[Sensitivity, ...]


class Pair(NamedTuple):
    """An alert in both versions, None where it is not declared."""

    worker: str
    monitor: str
    before: Side | None
    after: Side | None


def pairs(before: Drill, after: Drill, renamed: Mapping[str, str], *, same_takes: bool) -> tuple[Pair, ...]:
    """The alerts that are new, gone, or that look otherwise; `renamed` gives Workers' keys of now by former ones."""
    old = {(renamed.get(worker, worker), monitor): side for worker, monitor, side in _sides(before)}
    new = {(worker, monitor): side for worker, monitor, side in _sides(after)}
    found = (Pair(*key, old.get(key), new.get(key)) for key in dict.fromkeys([*old, *new]))
    return tuple(each for each in found if differs(each.before, each.after, 0 if same_takes else SEEN_MINUTES))


def differs(before: Side | None, after: Side | None, least: int) -> bool:
    """Whether a reader would see a difference; states that begin up to `least` minutes apart are none."""
    if before is None or after is None:
        return True
    if _said(before) != _said(after):
        return True
    one, other = before.evidence.picture, after.evidence.picture
    if one is None or other is None:
        return one is not other
    then, now = runs(one), runs(other)
    if [state for state, *_ in then] != [state for state, *_ in now]:
        return True
    return any(abs(a[1] - b[1]) > least for a, b in zip(then, now, strict=True))


def sparks(picture: Picture, high: float) -> str:
    """The value as blocks on a scale from zero to `high`; a dot where there is no data."""
    steps = picture.course.values
    shown = [steps[place * len(steps) // WIDTH] for place in range(min(WIDTH, len(steps)))]
    return "".join("·" if each is None else _block(abs(each) / high) for each in shown)


def highest(*pictures: Picture | None) -> float:
    """The greatest value or threshold in any of the pictures, by its amount."""
    values = [
        abs(value)
        for each in pictures
        if each
        for value in (*each.course.values, each.levels.critical if each.levels else None)
        if value is not None
    ]
    return max(values, default=0.0) or 1.0


def _block(share: float) -> str:
    return BLOCKS[min(len(BLOCKS) - 1, round(share * (len(BLOCKS) - 1)))]


def _said(side: Side) -> tuple[object, ...]:
    """What of an alert does not depend on its values."""
    verdict, evidence = side.verdict, side.evidence
    picture = evidence.picture
    sent = picture.sent if picture else ()
    told = [(each.kind, each.handles, each.priority) for each in sent if picture and is_of(each, picture.course)]
    return verdict.proven, evidence.query, evidence.expected, picture and (picture.levels, picture.scenario), told


def _sides(drill: Drill) -> Iterator[tuple[str, str, Side]]:
    evidence = evidence_of(drill)
    for worker in drill.result.workers:
        for verdict in worker.verdicts:
            searched = tuple(each for each in worker.sensitivity if each.monitor == verdict.monitor)
            known = evidence[worker.worker][verdict.monitor]
            yield worker.worker, verdict.monitor, Side(verdict, known, searched)
