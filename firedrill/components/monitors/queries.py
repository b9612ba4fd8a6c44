"""Monitor queries, one form per family. Each is data; `text` writes it in Datadog's monitor query language.

`scope` narrows all of a query's series, for example to one class: `class:chatroom`.

Source: docs.datadoghq.com/api/latest/monitors (create a monitor: query types)
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import ClassVar, Literal

Comparator = Literal[">", ">=", "<"]
HOUR_AGO = "1h_ago"
Reach = tuple[float, float]
"""The least and the greatest value that a query can have."""
COUNTED: Reach = (0, inf)
PERCENT: Reach = (0, 100)
ANY: Reach = (-inf, inf)
CHANGE_ROLLUP_S = 60  # the default rollup of a monitor query is not documented


@dataclass(frozen=True)
class Count:
    """How often something happened in the window, per group of `by`; all of it by default."""

    reach: ClassVar[Reach] = COUNTED
    metric: str
    comparator: Comparator = ">"
    where: str = ""
    by: tuple[str, ...] = ()

    def text(self, prefix: str, window: str, critical: float, scope: str = "") -> str:
        """The query: `sum(last_5m):sum:p.m{*} by {k}.as_count() > 5`."""
        series = f"sum:{prefix}{self.metric}{_scope(scope, self.where)}{_by(self.by)}.as_count()"
        return f"sum({window}):{series} {self.comparator} {number(critical)}"


@dataclass(frozen=True)
class Ratio:
    """How many percent of `of` the metric is in the window, summed first and divided then.

    Without `of`, how many percent of the metric's own count `where` holds for.
    """

    reach: ClassVar[Reach] = PERCENT
    metric: str
    of: str = ""
    where: str = ""
    comparator: Comparator = ">"
    by: tuple[str, ...] = ()

    def text(self, prefix: str, window: str, critical: float, scope: str = "") -> str:
        """The query: `sum(last_5m):100 * sum:p.m{k:v}.as_count() / sum:p.m{*}.as_count() > 5`."""
        part = f"sum:{prefix}{self.metric}{_scope(scope, self.where)}.as_count()"
        whole = f"sum:{prefix}{self.of or self.metric}{_scope(scope)}.as_count()"
        return f"sum({window}):100 * {part} / {whole} {self.comparator} {number(critical)}"


@dataclass(frozen=True)
class Percentile:
    """A percentile over all values of a distribution in the window, per group of `by`."""

    reach: ClassVar[Reach] = COUNTED
    metric: str
    percentile: Literal["p50", "p75", "p90", "p95", "p99"]
    comparator: Comparator = ">"
    by: tuple[str, ...] = ()

    def text(self, prefix: str, window: str, critical: float, scope: str = "") -> str:
        """The query: `percentile(last_5m):p95:p.m{*} by {k} > 500`."""
        series = f"{self.percentile}:{prefix}{self.metric}{_scope(scope)}{_by(self.by)}"
        return f"percentile({window}):{series} {self.comparator} {number(critical)}"


@dataclass(frozen=True)
class Change:
    """By how many percent each interval differs from the same one an hour ago, averaged over the window.

    Intervals are minutes, or `every_s` where a minute of a quiet night has too few events to be compared.
    """

    reach: ClassVar[Reach] = (-100, inf)
    metric: str
    comparator: Comparator = ">"
    count: bool = True  # whether the metric is a count, or a distribution of which `of` is taken
    of: Literal["sum", "max"] = "sum"
    where: str = ""
    by: tuple[str, ...] = ()
    every_s: int = CHANGE_ROLLUP_S

    def text(self, prefix: str, window: str, critical: float, scope: str = "") -> str:
        """The query: `pct_change(avg(last_15m),1h_ago):sum:p.m{*}.as_count().rollup(sum, 60) > 200`."""
        as_count = ".as_count()" if self.count else ""
        rollup = f".rollup({self.of}, {self.every_s})"
        series = f"{self.of}:{prefix}{self.metric}{_scope(scope, self.where)}{as_count}{rollup}"
        return f"pct_change(avg({window}),{HOUR_AGO}):{series} {self.comparator} {number(critical)}"


@dataclass(frozen=True)
class Share:
    """How many percent of its metric's events in the window each group has, of which there are `beside` further ones.

    So few events make no large share.
    """

    reach: ClassVar[Reach] = PERCENT
    metric: str
    by: tuple[str, ...]
    beside: int
    comparator: Comparator = ">"

    def text(self, prefix: str, window: str, critical: float, scope: str = "") -> str:
        """The query: `sum(last_5m):100 * sum:p.m{*} by {k}.as_count() / (sum:p.m{*}.as_count() + 1500) > 50`."""
        share = _share(f"sum:{prefix}{self.metric}{_scope(scope)}", self.by, self.beside)
        return f"sum({window}):{share} {self.comparator} {number(critical)}"


@dataclass(frozen=True)
class Shift:
    """By how many points the share of each group in its metric differs from an hour ago, in percent.

    Shares are of minutes with `beside` further events in each, so that few events make no large share.
    """

    reach: ClassVar[Reach] = (-100, 100)
    metric: str
    by: tuple[str, ...]
    beside: int
    comparator: Comparator = ">"

    def text(self, prefix: str, window: str, critical: float, scope: str = "") -> str:
        """The query: `change(avg(last_15m),1h_ago):100 * sum:p.m{*} by {k}.as_count().rollup(sum, 60) / (...) > 25`."""
        share = _share(f"sum:{prefix}{self.metric}{_scope(scope)}", self.by, self.beside, CHANGE_ROLLUP_S)
        return f"change(avg({window}),{HOUR_AGO}):{share} {self.comparator} {number(critical)}"


@dataclass(frozen=True)
class Forecast:
    """The greatest value that a distribution's maximum is expected to have `ahead`, by the line through the window.

    Source: docs.datadoghq.com/monitors/types/forecasts
    """

    reach: ClassVar[Reach] = ANY
    metric: str
    ahead: str = "next_1d"
    every: str = "5m"
    comparator: Comparator = ">"
    by: tuple[str, ...] = ()

    def text(self, prefix: str, window: str, critical: float, scope: str = "") -> str:
        """The query: `max(next_1d):forecast(max:p.m{*}, 'linear', 1, interval='5m', history='1h') > 9000000000`."""
        series = f"max:{prefix}{self.metric}{_scope(scope)}{_by(self.by)}"
        how = f"'linear', 1, interval='{self.every}', history='{window.removeprefix('last_')}'"
        return f"max({self.ahead}):forecast({series}, {how}) {self.comparator} {number(critical)}"


@dataclass(frozen=True)
class Anomaly:
    """The share (0 to 1) of the window's minutes in which a count is far from what it was in the hour before.

    Far is `deviations` times as much as it varied there, above or below. Each minute counts as if it had `beside`
    events more, so that of a few one more is not far.
    Source: docs.datadoghq.com/monitors/types/anomaly
    """

    reach: ClassVar[Reach] = (0, 1)
    metric: str
    beside: int
    deviations: int = 3
    comparator: Comparator = ">="
    by: tuple[str, ...] = ()

    def text(self, prefix: str, window: str, critical: float, scope: str = "") -> str:
        """The query: `avg(last_1h):anomalies(sum:p.m{*}.as_count().rollup(sum, 60) + 20, ...) >= 0.8`."""
        every_s = CHANGE_ROLLUP_S
        series = f"sum:{prefix}{self.metric}{_scope(scope)}{_by(self.by)}.as_count().rollup(sum, {every_s})"
        how = f"'basic', {self.deviations}, direction='both', alert_window='{window}', interval={every_s}"
        band = f"anomalies({series} + {self.beside}, {how}, count_default_zero='true')"
        return f"avg(last_1h):{band} {self.comparator} {number(critical)}"


@dataclass(frozen=True)
class Excess:
    """How often something happened in the window beyond what another count explains: `each` times for one of those.

    What of that `but` counts as well explains nothing. Where nothing happened, it is 0: counts that are missing are 0
    in arithmetic of `as_count()`.
    Source: docs.datadoghq.com/monitors/guide/as-count-in-monitor-evaluations
    """

    reach: ClassVar[Reach] = ANY
    metric: str
    of: str
    each: int
    where: str = ""
    of_where: str = ""
    but: str = ""
    but_where: str = ""
    comparator: Comparator = ">"
    by: tuple[str, ...] = ()

    def text(self, prefix: str, window: str, critical: float, scope: str = "") -> str:
        """The query: `sum(last_15m):sum:p.m{k:v}.as_count() - 5 * sum:p.n{*}.as_count() > 150`."""
        counted = f"sum:{prefix}{self.metric}{_scope(scope, self.where)}.as_count()"
        explains = f"sum:{prefix}{self.of}{_scope(scope, self.of_where)}.as_count()"
        if self.but:
            explains = f"({explains} - sum:{prefix}{self.but}{_scope(scope, self.but_where)}.as_count())"
        return f"sum({window}):{counted} - {self.each} * {explains} {self.comparator} {number(critical)}"


@dataclass(frozen=True)
class Total:
    """The sum, or the greatest, of all values of a distribution in the window, per group of `by`."""

    reach: ClassVar[Reach] = COUNTED
    metric: str
    of: Literal["sum", "max"] = "sum"
    where: str = ""
    comparator: Comparator = ">"
    by: tuple[str, ...] = ()

    def text(self, prefix: str, window: str, critical: float, scope: str = "") -> str:
        """The query: `max(last_10m):max:p.m{*} by {k} > 60000`."""
        series = f"{self.of}:{prefix}{self.metric}{_scope(scope, self.where)}{_by(self.by)}"
        return f"{self.of}({window}):{series} {self.comparator} {number(critical)}"


@dataclass(frozen=True)
class Composite:
    """A condition over other monitors, named by their ids in the table: `{worker-5xx-rate} && !{low-traffic}`."""

    condition: str
    by: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """The ids of the monitors that the condition names, in their order: a, b, ... in messages."""
        return tuple(name for _, name, _, _ in string.Formatter().parse(self.condition) if name)

    def text(self, ids: Mapping[str, str]) -> str:
        """The query, given Datadog's id of each part."""
        return self.condition.format_map(ids)


MetricQuery = Count | Ratio | Percentile | Change | Share | Shift | Forecast | Anomaly | Excess | Total
Query = MetricQuery | Composite


def metrics_of(query: Query) -> tuple[str, ...]:
    """The keys of the metrics that a query reads; a composite reads none itself."""
    if isinstance(query, Composite):
        return ()
    of = query.of if isinstance(query, Ratio | Excess) else ""
    but = query.but if isinstance(query, Excess) else ""
    return tuple(filter(None, (query.metric, of, but)))


def number(value: float) -> str:
    """A threshold as queries write it: without exponent, without a trailing `.0`."""
    return f"{value:f}".rstrip("0").rstrip(".")


def _share(series: str, by: tuple[str, ...], beside: int, every_s: int = 0) -> str:
    """The percentage that each group has of a count; of intervals of `every_s` seconds, or of the whole window."""
    counted = ".as_count()" + (f".rollup(sum, {every_s})" if every_s else "")
    return f"100 * {series}{_by(by)}{counted} / ({series}{counted} + {beside})"


def _by(keys: tuple[str, ...]) -> str:
    return f" by {{{','.join(keys)}}}" if keys else ""


def _scope(*conditions: str) -> str:
    """What the series are of. Conditions are joined by AND, since a comma may not stand beside IN."""
    return f"{{{' AND '.join(filter(None, conditions)) or '*'}}}"
