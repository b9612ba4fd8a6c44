"""What metrics say, held against what they should: the difference in plain words, or none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from firedrill.drill.result import MetricTruth
from firedrill.drill.truth.fact import Fact
from firedrill.drill.truth.requests import UNKNOWN
from firedrill.vendors.datadog.rules.tags import normalised

_MEANT = {
    "do.storage.bytes": "the object holds",
    "do.storage.keys": "the object holds",
    "do.storage.rows_read": "its storage read",
    "do.storage.rows_written": "its storage wrote",
    "do.storage.calls": "its storage was called",
    "do.cleanups.removed": "the object held",
}
_UNITS = {
    "do.storage.bytes": "bytes",
    "do.storage.keys": "entries",
    "do.storage.rows_read": "rows",
    "do.storage.rows_written": "rows",
    "do.storage.calls": "times",
    "do.cleanups.removed": "entries",
    "gateway.attempts": "attempts",
    "telemetry.lost": "events",
}
"""What the values of metrics are; of those that are not here, milliseconds."""

Tags = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One metric that says something else in a take than the drill saw."""

    key: str
    take: str
    said: str


def differences(take: str, said: Sequence[Fact], meant: Sequence[Fact], *, counts: frozenset[str]) -> list[Difference]:
    """The first difference of each metric in a take; `counts` are the metrics that count."""
    surplus, lacking = _left(said, meant)
    found = []
    for key in sorted({each.key for each in (*surplus, *lacking)}):
        more = [each for each in surplus if each.key == key]
        less = [each for each in lacking if each.key == key]
        told = (
            _counted(key, said, meant, more, less)
            if key in counts
            else _of_one_deed(key, said, meant) or _measured(key, more, less)
        )
        found.append(Difference(key, take, told))
    return found


def _left(said: Iterable[Fact], meant: Iterable[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The facts of either side that the other one lacks, whichever of several alike it is."""
    one = Counter(each._replace(deed=None, object="") for each in said)
    exact = Counter(each._replace(deed=None) for each in meant if each.most is None)
    surplus = sorted((one - exact).elements(), key=lambda each: each.value)
    lacking = [*(exact - one).elements()]
    measured = sorted((each for each in meant if each.most is not None), key=lambda each: each.most or 0)
    for fact in [*measured, *lacking]:
        found = next((each for each in surplus if _fits(each, fact)), None)
        if found is not None:
            surplus.remove(found)
            if fact.most is None:
                lacking.remove(fact)
        elif fact.most is not None:
            lacking.append(fact)
    return surplus, lacking


def _fits(said: Fact, meant: Fact) -> bool:
    """Whether it can be what was meant: within the drill's measurement, or of whatever category."""
    if said.key != meant.key:
        return False
    if meant.most is not None:
        return said.tags == meant.tags and meant.value <= said.value <= meant.most
    return _ANY in meant.tags and _others(said) == _others(meant) and said.value == meant.value


_ANY = normalised(f"error_category:{UNKNOWN}")


def _others(fact: Fact) -> Tags:
    return tuple(tag for tag in fact.tags if not tag.startswith("error_category:"))


def _counted(key: str, said: Iterable[Fact], meant: Iterable[Fact], more: list[Fact], less: list[Fact]) -> str:
    tags = (less or more)[0].tags
    one, other = (sum(each.value for each in facts if each[:2] == (key, tags)) for facts in (said, meant))
    return f"{_scope(key, tags)} counts {one:,g}, there were {other:,g}"


def _of_one_deed(key: str, said: Iterable[Fact], meant: Iterable[Fact]) -> str:
    """The first invocation of an object of which another value is told than there was, "" for none."""
    told = {(each.deed, each.tags): each for each in said if each.key == key}
    for other in meant:
        one = told.get((other.deed, other.tags)) if other.key == key and other.deed is not None else None
        if one and not other.value <= one.value <= (other.value if other.most is None else other.most):
            return _instead(one, other)
    return ""


def _instead(one: Fact, other: Fact) -> str:
    meant = _MEANT.get(one.key, "it was")
    return f"{_scope(one.key, one.tags)} says {one.value:,g}, {meant} {other.value:,g} {_UNITS.get(one.key, 'ms')}"


def _measured(key: str, more: list[Fact], less: list[Fact]) -> str:
    scope = _scope(key, (less or more)[0].tags)
    unit = _UNITS.get(key, "ms")
    if not more:
        return f"{scope} lacks {_values(less, unit)}"
    if not less:
        return f"{scope} says {_values(more, unit)}, of which nothing is known"
    same = next(((one, other) for other in less for one in more if one.tags == other.tags), None)
    if same is None:
        return f"{scope} lacks {_values(less, unit)}; instead there is {_scope('', more[0].tags)}"
    return _instead(*same)


def _values(facts: Sequence[Fact], unit: str) -> str:
    values = f"{facts[0].value:,g} {unit}"
    return f"{values} and {len(facts) - 1} values more" if len(facts) > 1 else values


def _scope(key: str, tags: Tags) -> str:
    return f"{key}{{{','.join(tags)}}}"


MOST_TOLD = 5
"""Untrue metrics that are told as problems; all of them are in the JSON."""


def untrue(truth: MetricTruth) -> list[str]:
    """One problem for each metric that is not true, up to MOST_TOLD of them."""
    told = [f"a metric is not true: {each}" for each in truth.differences[:MOST_TOLD]]
    more = len(truth.differences) - len(told)
    return [*told, f"{more} more metrics are not true: see metricTruth in the JSON"] if more else told


def in_words(found: Sequence[Difference]) -> Iterator[str]:
    """One sentence for each metric, with the first take that shows it and how many more do."""
    by_key: dict[str, list[Difference]] = {}
    for each in found:
        by_key.setdefault(each.key, []).append(each)
    for first, *others in by_key.values():
        more = f" and {len(others)} more" if others else ""
        yield f"{first.said} (in the take {first.take}{more})"
