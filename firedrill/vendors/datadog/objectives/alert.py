"""Monitors of SLOs: how fast the error budget burns, and how much of it is spent.

A burn rate is the share of bad events over the share that the target allows: at 1 the budget is spent exactly at the
end of the timeframe. An alert needs it in both of its windows.
Sources: docs.datadoghq.com/service_level_objectives/burn_rate, docs.datadoghq.com/service_level_objectives/error_budget
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from firedrill.vendors.datadog.monitors.compilers import COMPILERS, Compiler
from firedrill.vendors.datadog.monitors.monitor import Monitor, Query, Threshold
from firedrill.vendors.datadog.monitors.states import Flags, Floats, Group, Times
from firedrill.vendors.datadog.objectives.sli import Sli, compile_sli
from firedrill.vendors.datadog.objectives.slices import Slices
from firedrill.vendors.datadog.rules.monitors import SLO_ALERT
from firedrill.vendors.datadog.rules.options import Options
from firedrill.vendors.datadog.rules.slo_alerts import SloAlert, days, query_breaches, read_alert, target_breaches
from firedrill.vendors.datadog.rules.slos import targets_of
from firedrill.vendors.errors import FiredrillError, Unsupported, as_one
from firedrill.vendors.rules.suggestions import hint

DAY_S = 86_400


@dataclass(frozen=True, eq=False)
class Spent:
    """The values of an alert on an SLO, which has no groups."""

    values: Floats
    zero: Flags | None = None

    @property
    def full(self) -> Flags:
        """Its windows are never waited for."""
        return np.ones(len(self.values), np.bool_)


@dataclass(frozen=True)
class SpentEvaluation:
    """What a query on an SLO came to."""

    groups: Mapping[Group, Spent]


@dataclass(frozen=True)
class SloQuery:
    """A burn rate, or the percentage of an error budget that is spent, of an SLO with a `target` in percent."""

    alert: SloAlert
    target: float
    sli: Sli
    group_by: tuple[str, ...] = ()
    counts: bool = False
    fills_zero: bool = False

    @property
    def window_s(self) -> int:
        """The long window of a burn rate, the timeframe of an error budget."""
        return self.alert.long_s or self.timeframe_s

    @property
    def timeframe_s(self) -> int:
        """Seconds of the SLO's timeframe."""
        return days(self.alert.timeframe) * DAY_S

    @property
    def comparator(self) -> str:
        """`>` or `>=`."""
        return self.alert.comparator

    @property
    def threshold(self) -> float:
        """The critical threshold."""
        return self.alert.threshold

    @property
    def modelled(self) -> tuple[str, ...]:
        """What of the SLO's slices is modelled."""
        return self.sli.modelled

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that the SLO reads."""
        return self.sli.metrics

    @property
    def allowed(self) -> float:
        """The share of events that may be bad."""
        return 1 - self.target / 100

    def of(self, slices: Slices, ends_s: Times) -> Floats:
        """The values at the ends of windows: the smaller one of a burn rate's two."""
        if not self.alert.long_s:
            return 100 * slices.failed(ends_s, self.timeframe_s) / self.allowed
        both = [slices.failed(ends_s, each) / self.allowed for each in (self.alert.long_s, self.alert.short_s)]
        return np.minimum(*both)

    def evaluate(self, store: Any, times_s: Times, *, delay_s: int = 0) -> SpentEvaluation:
        """The value at each time, over windows that end `delay_s` before, with the last slice that is known then."""
        ends_s = np.asarray(times_s, dtype=np.int64) - delay_s
        if not len(ends_s):
            return SpentEvaluation({(): Spent(np.zeros(0))})
        slices = self.sli.slices(store, int(ends_s[0]) - self.timeframe_s, int(ends_s[-1]))
        return SpentEvaluation({(): Spent(self.of(slices, np.minimum(ends_s - self.sli.settled_s, slices.end_s)))})


def reading(monitor: Monitor, query: SloQuery, sli: Sli) -> Monitor:
    """The monitor with its `query` of an SLO reading its slices from `sli`."""
    assert isinstance(monitor.condition, Threshold)
    return replace(monitor, condition=replace(monitor.condition, query=replace(query, sli=sli)))


def compilers_with(slos: Mapping[str, Mapping[str, Any]], *, elsewhere: bool = False) -> Mapping[str, Compiler]:
    """What compiles each type of monitor that the emulator evaluates, given the SLOs as `slo_compiler` takes them."""
    return {**COMPILERS, SLO_ALERT: slo_compiler(slos, elsewhere=elsewhere)}


def slo_compiler(slos: Mapping[str, Mapping[str, Any]], *, elsewhere: bool = False) -> Compiler:
    """What compiles the query of a `slo alert`, given the SLOs as the API has them, by id.

    One that is none of them is a mistake, unless it may be `elsewhere`: then its alert is not supported.
    """

    def compile_alert(text: str, options: Options) -> Query:
        if breaches := list(query_breaches(text)):
            raise as_one([FiredrillError(f"{each}.") for each in breaches])
        alert = read_alert(text)
        assert alert is not None
        slo = slos.get(alert.slo)
        if slo is None and elsewhere:
            raise Unsupported(f"an alert on SLO {alert.slo!r}, which is not declared beside it,", text)
        if slo is None:
            raise FiredrillError(f"the query names SLO {alert.slo!r}, which is not declared{hint(alert.slo, slos)}.")
        targets = targets_of(slo)
        if breaches := list(target_breaches(alert, targets)):
            raise as_one([FiredrillError(f"{each}.") for each in breaches])
        sli = compile_sli(slo)  # which says what is wrong where there are no targets
        return SloQuery(alert, targets[alert.timeframe], sli)

    return compile_alert
