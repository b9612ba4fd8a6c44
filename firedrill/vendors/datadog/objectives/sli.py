"""What an SLO measures, compiled from its API JSON: slices of time made of metric points."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from firedrill.vendors.datadog.monitors.states import Floats, Times
from firedrill.vendors.datadog.monitors.timeline import COMPARATORS
from firedrill.vendors.datadog.objectives.slices import Slices
from firedrill.vendors.datadog.queries import MonitorQuery, compile_query
from firedrill.vendors.datadog.queries.store import SLOT_S, PointStore
from firedrill.vendors.datadog.rules.slos import SPECIFICATION, read_slo, time_slice
from firedrill.vendors.errors import FiredrillError, Unsupported, as_one
from firedrill.vendors.rules.shapes import fitted

COUNT_STEP_S = 60
"""A slice of a metric SLO: burn rates have windows of whole minutes."""
SETTLED_S = 120
"""How long after a slice has ended it is looked at; Datadog does not say how late points still count."""

_NAME = re.compile(r"[A-Za-z_]\w*")
_PERCENTILE = re.compile(r"\s*p\d{2,3}(\.\d+)?:")


class Sli(Protocol):
    """What gives an SLO's slices."""

    @property
    def modelled(self) -> tuple[str, ...]:
        """What of them is a model of the emulator's own, in texts to show."""

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that it reads."""

    @property
    def settled_s(self) -> int:
        """How long after its end a slice is known."""

    def slices(self, store: Any, begin_s: int, end_s: int, *, begun: bool = False) -> Slices:
        """The slices between two times, from the first point on; all of them where the SLO has `begun` before."""


@dataclass(frozen=True)
class Recorded:
    """Slices that are known already, whatever a store holds."""

    known: Slices
    modelled: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    settled_s: int = 0

    def slices(self, store: Any, begin_s: int, end_s: int, *, begun: bool = False) -> Slices:
        """All of them."""
        return self.known


@dataclass
class Growing:
    """The slices of an `sli` in a store that forgets: each is read once, when it has settled, and kept for `kept_s`."""

    sli: Sli
    kept_s: int
    known: Slices | None = None

    @property
    def modelled(self) -> tuple[str, ...]:
        """What of them is modelled."""
        return self.sli.modelled

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that they are made of."""
        return self.sli.metrics

    @property
    def settled_s(self) -> int:
        """How long after its end a slice is known."""
        return self.sli.settled_s

    def slices(self, store: Any, begin_s: int, end_s: int, *, begun: bool = False) -> Slices:
        """All that are kept; the store is asked for those that have settled since."""
        if self.known is None:
            found = self.sli.slices(store, begin_s, end_s, begun=begun)
            self.known = found if len(found.total) else None
            return found
        new = self.sli.slices(store, self.known.end_s, end_s, begun=True)
        if len(new.total):
            self.known = self.known.and_then(new, self.kept_s)
        return self.known


@dataclass(frozen=True)
class Counted:
    """A metric SLO: good events and all events."""

    good: MonitorQuery
    total: MonitorQuery
    modelled: tuple[str, ...] = ("an SLO reads a minute's events two minutes after it has ended",)
    settled_s: int = SETTLED_S

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics of both queries."""
        return tuple(dict.fromkeys((*self.good.metrics, *self.total.metrics)))

    def slices(self, store: PointStore, begin_s: int, end_s: int, *, begun: bool = False) -> Slices:
        """One slice a minute; a minute without points has no events."""
        begin_s, ends = _ends(store, () if begun else self.metrics, begin_s, end_s, COUNT_STEP_S)
        good, total = (np.nan_to_num(_values(query, store, ends)) for query in (self.good, self.total))
        return Slices(begin_s, COUNT_STEP_S, np.minimum(good, total), total)


@dataclass(frozen=True)
class Timed:
    """A time-slice SLO: a slice is good while its value compares so, or has none."""

    value: MonitorQuery
    comparator: str
    threshold: float
    step_s: int
    modelled: tuple[str, ...] = ("a slice without data is uptime, and is read two minutes after it has ended",)
    settled_s: int = SETTLED_S

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics of its query."""
        return self.value.metrics

    def slices(self, store: PointStore, begin_s: int, end_s: int, *, begun: bool = False) -> Slices:
        """One slice each `step_s`, aligned to UNIX time."""
        begin_s, ends = _ends(store, () if begun else self.metrics, begin_s, end_s, self.step_s)
        values = _values(self.value, store, ends)
        good = np.isnan(values) | COMPARATORS[self.comparator](values, self.threshold)
        return Slices(begin_s, self.step_s, good.astype(np.float64), np.ones(len(ends)))


def compile_sli(slo: Mapping[str, Any]) -> Sli:
    """What an SLO as the API has it measures.

    Raises FiredrillError for what Datadog refuses of it, Unsupported for an SLO of monitors, or one of groups.
    """
    place = f"SLO {slo.get('name', '')!r}"
    read, breaches = read_slo(slo)
    specification, wrong = fitted(read.sli_specification or {}, SPECIFICATION, "sli_specification")
    if breaches := [*breaches, *wrong]:
        raise as_one([FiredrillError(f"{place}: {each}.") for each in breaches])
    if read.type == "monitor":
        raise Unsupported("an SLO of monitors", place)
    if read.groups:
        raise Unsupported("an SLO of groups", place)
    if timed := specification.get("time_slice"):
        sliced, breaches = time_slice(timed)
        if sliced is None or breaches:
            raise as_one([FiredrillError(f"{place}: {each}.") for each in breaches])
        formulas = list(sliced.query.get("formulas") or ())
        if len(formulas) != 1:
            raise Unsupported(f"a time slice of {len(formulas)} formulas", place)
        text = substituted(str(formulas[0].get("formula", "")), sliced.query.get("queries") or ())
        aggregator = "percentile" if _PERCENTILE.match(text) else "avg"
        query = _compiled(f"{aggregator}(last_{sliced.query_interval_seconds // 60}m):{text}", place)
        return Timed(query, sliced.comparator, sliced.threshold, sliced.query_interval_seconds)
    if count := specification.get("count"):
        good, whole = _formulas(count, place)
    else:
        assert read.query is not None  # a breach otherwise
        good, whole = str(read.query.get("numerator", "")), str(read.query.get("denominator", ""))
    return Counted(_compiled(f"sum(last_1m):{good}", place), _compiled(f"sum(last_1m):{whole}", place))


def _formulas(count: Mapping[str, Any], place: str) -> tuple[str, str]:
    def text(name: str) -> str:
        given = count.get(name)
        formula = given.get("formula", "") if isinstance(given, Mapping) else str(given or "")
        return substituted(formula, count.get("queries") or ())

    good = text("good_events_formula")
    if count.get("bad_events_formula"):
        return good, f"{good} + {text('bad_events_formula')}"
    return good, text("total_events_formula")


def substituted(formula: str, queries: Sequence[Mapping[str, Any]]) -> str:
    """A formula with each query in place of its name, in brackets where it does not stand alone."""
    texts = {str(each.get("name")): str(each.get("query", "")) for each in queries}
    if formula.strip() in texts:
        return texts[formula.strip()]
    return _NAME.sub(lambda name: f"({texts[name[0]]})" if name[0] in texts else name[0], formula)


def _compiled(text: str, place: str) -> MonitorQuery:
    query = compile_query(f"{text} > 0")
    if query.group_by:
        raise Unsupported("an SLO of groups", place)
    return query


def _ends(store: PointStore, metrics: Sequence[str], begin_s: int, end_s: int, step_s: int) -> tuple[int, Times]:
    """Where the slices begin, and where each ends: none before the `metrics`' first point, none that has not settled.

    Without metrics they begin at `begin_s`.
    """
    slots = [series.slot[0] for name in metrics for series in store.series(name).values() if len(series.slot)]
    first_s = max(begin_s, int(min(slots)) * SLOT_S) if slots else end_s if metrics else begin_s
    begin_s = first_s // step_s * step_s
    return begin_s, np.arange(begin_s + step_s, end_s - SETTLED_S + 1, step_s, dtype=np.int64)


def _values(query: MonitorQuery, store: PointStore, ends_s: Times) -> Floats:
    found = query.evaluate(store, ends_s + SETTLED_S, delay_s=SETTLED_S).groups.get(())
    return found.values if found else np.full(len(ends_s), np.nan)
