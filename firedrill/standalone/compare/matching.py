"""Which log of the export is which of those that were sent.

By an attribute that both have, where the user names one. Else by content and time, in rounds: logs that are equal in
everything; then of the rest those with the same date and message, the same message, the same date, the same attributes.
In a round the pair that has the most in common goes first; where only the date is the same, half of the rest has to be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from math import inf

from firedrill.standalone.compare.held_logs import Held
from firedrill.standalone.compare.replay import Sent
from firedrill.standalone.compare.values import changes, tag_changes
from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.paths import facet

Key = Callable[[Log, bool], Hashable | None]
FIELDS = ("message", "status", "service", "source", "host")
_MOST_PAIRS = 100_000
"""Pairs of a round that are weighed against each other; more are taken in their order."""


@dataclass
class Matched:
    """Pairs, what is left on either side, and how many pairs were found by each way."""

    pairs: list[tuple[Sent, Held]] = field(default_factory=list)
    missing: list[Sent] = field(default_factory=list)
    extra: list[Held] = field(default_factory=list)
    ways: dict[str, int] = field(default_factory=dict)


def match(sent: Sequence[Sent], held: Sequence[Held], id_path: str = "") -> Matched:
    """Match logs one to one; `id_path` ("@request_id") is of an attribute, tag or field that tells logs apart."""
    found = Matched([], list(sent), list(held))
    if id_path:
        get = facet(id_path)
        _round(found, f"by {id_path}", lambda log, dated: _text(get(log)), alike=None)
    _round(found, "in everything", _whole, alike=None)
    _round(found, "by date and message", lambda log, dated: (log.timestamp, log.message) if dated else None)
    _round(found, "by message", lambda log, dated: log.message or None)
    _round(found, "by date", lambda log, dated: log.timestamp if dated else None, alike=0.5)
    _round(found, "by attributes", lambda log, dated: _text(log.attributes or None))
    found.pairs.sort(key=lambda pair: pair[0].number)
    return found


def _round(found: Matched, way: str, key: Key, alike: float | None = -inf) -> None:
    undated = any(not each.dated for each in found.missing)
    theirs: dict[Hashable, list[Held]] = {}
    for each in found.extra:
        for dated in {True, not undated}:
            if (name := key(each.log, dated)) is not None:
                theirs.setdefault((dated, name), []).append(each)
    ours: dict[Hashable, list[Sent]] = {}
    for one in found.missing:
        if (name := key(one.log, one.dated)) is not None:
            ours.setdefault((one.dated, name), []).append(one)
    gone: set[int] = set()
    pairs: list[tuple[Sent, Held]] = []
    for group, mine in ours.items():
        free = [each for each in theirs.get(group, ()) if id(each) not in gone]
        chosen = _pairs(mine, free, alike)
        gone |= {id(each) for pair in chosen for each in pair}
        pairs += chosen
    if pairs:
        found.ways[way] = len(pairs)
        found.pairs += pairs
        found.missing = [each for each in found.missing if id(each) not in gone]
        found.extra = [each for each in found.extra if id(each) not in gone]


def _pairs(ours: Sequence[Sent], theirs: Sequence[Held], alike: float | None) -> list[tuple[Sent, Held]]:
    if alike is None or len(ours) * len(theirs) > _MOST_PAIRS:
        return list(zip(ours, theirs, strict=False))
    weighed = [(-likeness(mine.log, their.log), i, j) for i, mine in enumerate(ours) for j, their in enumerate(theirs)]
    used: set[tuple[str, int]] = set()
    pairs = []
    for weight, i, j in sorted(weighed):
        if -weight >= alike and ("ours", i) not in used and ("theirs", j) not in used:
            used |= {("ours", i), ("theirs", j)}
            pairs.append((ours[i], theirs[j]))
    return pairs


def likeness(left: Log, right: Log) -> float:
    """How much of two logs is the same, from 0 to 1."""
    differing: int = sum(getattr(left, name) != getattr(right, name) for name in (*FIELDS, "timestamp"))
    differing += len(list(changes(left.attributes, right.attributes))) + len(list(tag_changes(left.tags, right.tags)))
    size = len(FIELDS) + 1 + max(_leaves(left.attributes), _leaves(right.attributes)) + len(left.tags)
    return 1 - differing / size


def _leaves(value: object) -> int:
    return sum(map(_leaves, value.values())) if isinstance(value, dict) else 1


def _whole(log: Log, dated: bool) -> Hashable:
    fields = [getattr(log, name) for name in FIELDS]
    return _text([log.timestamp if dated else None, fields, sorted(log.tags), log.attributes])


def _text(value: object) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True)
