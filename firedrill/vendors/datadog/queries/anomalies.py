"""Anomaly alerts: the fraction of a window's points outside the band that the past suggests.

Windows, directions and fractions are as documented. Datadog does not publish how it computes the band; this model has
the median of comparable past values in its middle and `deviations` times their spread on either side, where the spread
is 1.4826 times the median absolute deviation, but at least 5 % of the median. Comparable are
- basic: the 60 intervals before the window;
- agile, robust: the same moment in each of 6 seasons before.
Of them 3 must have data. Seasons have one length all year: a change of the clocks of a time zone is not seen.
A rollup() inside decides the interval; short forms judge the whole window in both directions.
Source: docs.datadoghq.com/monitors/types/anomaly
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from zoneinfo import available_timezones

import numpy as np

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.check import mistake
from firedrill.vendors.datadog.queries.errors import QuerySyntaxError
from firedrill.vendors.datadog.queries.expressions import argument_value, evaluate
from firedrill.vendors.datadog.queries.functions import Value
from firedrill.vendors.datadog.queries.grid import Grid
from firedrill.vendors.datadog.queries.query import MonitorQuery
from firedrill.vendors.datadog.queries.reduce import count, median
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import SLOT_S, FloatArray, IntArray, PointStore, Tags
from firedrill.vendors.datadog.rules.anomaly import number_breaches
from firedrill.vendors.datadog.rules.windows import ALLOWED, Window, parse_window
from firedrill.vendors.datadog.syntax import place

LAG = 60
"""Intervals that basic looks back."""
SEASONS = 6
LEAST_HISTORY = 3
"""Past values without which there is no band, and no data."""
SEASON_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800}
LEAST_SPREAD = 0.05

_ALGORITHMS = ("basic", "agile", "robust")
_CHOICES = {
    "direction": ("both", "above", "below"),
    "count_default_zero": ("true", "false"),
    "seasonality": tuple(SEASON_S),
}
_USAGE = (
    "anomalies(query, 'basic' or 'agile' or 'robust', deviations[, direction='both' or 'above' or 'below', "
    "alert_window='last_15m', interval=seconds up to a fifth of it, count_default_zero='true' or 'false'"
    ", seasonality='hourly' or 'daily' or 'weekly'])"
)


@dataclass(frozen=True)
class Band:
    """The arguments of anomalies()."""

    algorithm: str
    deviations: float
    direction: str
    alert_window: Window
    interval_s: int
    count_default_zero: bool
    season_s: int


@dataclass(frozen=True)
class AnomalyQuery(MonitorQuery):
    """Its values are fractions from 0 to 1; its window is the alert window."""

    band: Band

    @property
    def window(self) -> Window:
        """The alert window: the query's own window only shapes graphs."""
        return self.band.alert_window

    @property
    def reach_s(self) -> int:
        """As far back as comparable values lie."""
        band = self.band
        return super().reach_s + (LAG * band.interval_s if band.algorithm == "basic" else SEASONS * band.season_s)

    def over(self, window: Window) -> AnomalyQuery:
        """The same query over another window, such as the recovery window."""
        return replace(self, band=replace(self.band, alert_window=window))

    def _values(self, store: PointStore, times: IntArray, delay_s: int) -> dict[Tags, FloatArray]:
        grid = self._grid(times, delay_s)
        with np.errstate(all="ignore"):
            past = self._past(store, grid)
            return {tags: self._fraction(values, past[tags]) for tags, values in self._read(store, grid).items()}

    def _past(self, store: PointStore, grid: Grid) -> dict[Tags, FloatArray]:
        """Comparable values of each bucket: [evaluations, 1 or buckets, values]."""
        if self.band.algorithm == "basic":
            first = grid.first - LAG * grid.bucket
            before = replace(grid, start=first, stop=grid.first, first=first, columns=LAG)
            return {tags: values[:, None, :] for tags, values in self._read(store, before).items()}
        seasons = [self._read(store, grid.shifted(number * self.band.season_s)) for number in range(1, SEASONS + 1)]
        return {tags: np.stack([season[tags] for season in seasons], axis=-1) for tags in seasons[0]}

    def _read(self, store: PointStore, grid: Grid) -> dict[Tags, FloatArray]:
        """The query's buckets; empty ones of counts are zero from the group's first point on, if so declared."""
        series = evaluate(self.expression, store, grid)
        assert isinstance(series, SeriesSet)
        if not self.band.count_default_zero or any(store.kind(leaf.metric) != "count" for leaf in self.leaves):
            return series.groups
        since = self._first_arrivals(store)
        ends_s = (grid.column_starts() - grid.shift + grid.bucket) * SLOT_S
        return {
            tags: np.where(np.isnan(values) & grid.within() & (ends_s > since.get(tags, np.inf)), 0.0, values)
            for tags, values in series.groups.items()
        }

    def _fraction(self, values: FloatArray, past: FloatArray) -> FloatArray:
        middle = median(past)
        spread = 1.4826 * median(np.abs(past - middle[..., None]))
        reach = self.band.deviations * np.maximum(spread, LEAST_SPREAD * np.abs(middle))
        judged = ~np.isnan(values) & (count(past) >= LEAST_HISTORY)
        above, below = values > middle + reach, values < middle - reach
        outside = {"above": above, "below": below, "both": above | below}[self.band.direction]
        number = judged.sum(axis=1)
        return np.where(number > 0, (outside & judged).sum(axis=1) / np.maximum(number, 1), np.nan)


def compile_anomalies(query: MonitorQuery, call: nodes.Call, text: str) -> AnomalyQuery:
    """The alert on `call` around `query`. Raises QuerySyntaxError for wrong arguments."""
    plain = [argument_value(argument) for argument in call.arguments[1:] if not isinstance(argument, nodes.Option)]
    options = {
        argument.name: argument_value(argument.value)
        for argument in call.arguments
        if isinstance(argument, nodes.Option)
    }
    zone = str(options.pop("timezone", "utc"))
    if zone.lower() not in _zones():
        raise mistake(text, call.at, f"timezone={zone}", "a time zone such as 'America/New_York'")
    window = query.tree.aggregation.window
    judged = parse_window(str(options.get("alert_window", window.text))) or window
    least_s = min(window.bucket_s, judged.seconds // 5)
    usual: dict[str, Value | None] = {
        "direction": "both",
        "alert_window": window.text,
        "interval": float(query.rollup_s or max(SLOT_S, least_s // SLOT_S * SLOT_S)),
        "count_default_zero": "true",
    }
    options = usual | options
    for found, expected in _wrong(plain, options):
        raise mistake(text, call.at, found, expected)
    band = _band(plain, options)
    aggregation, threshold = query.tree.aggregation, query.tree.threshold
    if aggregation.change or aggregation.aggregator == "percentile":
        raise mistake(text, 0, aggregation.change or "percentile", "avg, sum, min or max around anomalies()")
    if band.alert_window.seconds > aggregation.window.seconds:
        raise mistake(
            text, 0, aggregation.window.text, f"a window of at least the alert window, {band.alert_window.text}"
        )
    for breach in number_breaches(threshold):
        raise QuerySyntaxError(text, *place(text, 0), breach.value, breach.allowed, breach.field)
    band = replace(band, interval_s=query.rollup_s or -(-band.interval_s // SLOT_S) * SLOT_S)
    return AnomalyQuery(query.tree, query.expression, query.group_by, band.interval_s, band)


@cache
def _zones() -> frozenset[str]:
    return frozenset(map(str.lower, available_timezones()))


def _wrong(plain: list[Value | None], options: dict[str, Value | None]) -> Iterator[tuple[str, str]]:
    """What is wrong with the arguments, each with what was expected instead."""
    if len(plain) != 2:
        yield "anomalies", _USAGE
    if plain[0] not in _ALGORITHMS:
        yield str(plain[0]), f"an algorithm ({', '.join(_ALGORITHMS)})"
    if not isinstance(plain[1], float) or plain[1] <= 0:
        yield str(plain[1]), "the width of the band in deviations, a number above 0"
    for name, value in options.items():
        if name in _CHOICES and value not in _CHOICES[name]:
            yield f"{name}={value}", f"one of {', '.join(_CHOICES[name])}"
        elif name not in (*_CHOICES, "alert_window", "interval"):
            yield f"{name}=", _USAGE
    window, interval = parse_window(str(options["alert_window"])), options["interval"]
    if window is None:
        yield f"alert_window={options['alert_window']}", ALLOWED
    elif not isinstance(interval, float) or not interval.is_integer() or not 0 < interval <= window.seconds / 5:
        shown = f"{interval:g}" if isinstance(interval, float) else interval
        yield f"interval={shown}", f"whole seconds up to a fifth of the alert window ({window.seconds // 5})"


def _band(plain: list[Value | None], options: dict[str, Value | None]) -> Band:
    """The arguments, known to be right."""
    window = parse_window(str(options["alert_window"]))
    algorithm, deviations, interval = plain[0], plain[1], options["interval"]
    assert window
    assert isinstance(deviations, float)
    assert isinstance(interval, float)
    return Band(
        str(algorithm),
        deviations,
        str(options["direction"]),
        window,
        int(interval),
        options["count_default_zero"] == "true",
        SEASON_S[str(options.get("seasonality", "weekly"))],
    )
