"""Forecast alerts: where a query will be in the window ahead, `max(next_1w):forecast(query, 'linear', 1) > 10`.

Arguments and windows are as documented. Datadog does not publish its models; here
- linear is the least-squares line through the history,
- seasonal the median of the history at the same moment of its seasons,
with `deviations` standard deviations of the history from it on either side. A maximum is compared at the upper edge, a
minimum at the lower one, an average in the middle. Three values of history are needed.
Source: docs.datadoghq.com/monitors/types/forecasts
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.check import mistake
from firedrill.vendors.datadog.queries.expressions import argument_value, evaluate
from firedrill.vendors.datadog.queries.functions import Value
from firedrill.vendors.datadog.queries.query import MonitorQuery
from firedrill.vendors.datadog.queries.reduce import AGGREGATORS, mean, median, total
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import SLOT_S, FloatArray, IntArray, PointStore, Tags
from firedrill.vendors.datadog.rules.windows import Window, parse_window

LEAST_HISTORY = 3
SEASON_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800}
DEFAULTS: dict[str, Value] = {"interval": "60m", "history": "1w", "model": "default", "seasonality": "weekly"}
_ALGORITHMS = ("linear", "seasonal")
_CHOICES = {"model": ("default", "simple", "reactive"), "seasonality": tuple(SEASON_S)}
_SIDES = {"max": 1, "avg": 0, "min": -1}
_USAGE = (
    "forecast(query, 'linear' or 'seasonal', deviations[, interval='60m', history='1w', "
    "model='default' or 'simple' or 'reactive', seasonality='hourly' or 'daily' or 'weekly'])"
)


@dataclass(frozen=True)
class ForecastQuery(MonitorQuery):
    """Its values are what is expected in the window ahead; its own window is the history."""

    history: Window
    ahead: Window
    deviations: float
    season_s: int | None
    """None for a line."""

    @property
    def window(self) -> Window:
        """The history that an evaluation looks at."""
        return self.history

    def _values(self, store: PointStore, times: IntArray, delay_s: int) -> dict[Tags, FloatArray]:
        grid = self._grid(times, delay_s)
        with np.errstate(all="ignore"):
            series = evaluate(self.expression, store, grid)
            assert isinstance(series, SeriesSet)
            aggregator = self.tree.aggregation.aggregator
            ahead = np.arange(grid.columns, grid.columns + max(1, self.ahead.seconds // grid.bucket_s))
            found = {}
            for tags, values in series.groups.items():
                known, expected = self._line(values, ahead) if self.season_s is None else self._season(values, ahead)
                spread = np.sqrt(mean((values - known) ** 2))[:, None]
                edge = expected + _SIDES[aggregator] * self.deviations * spread
                enough = (~np.isnan(values)).sum(axis=1) >= LEAST_HISTORY
                found[tags] = np.where(enough, AGGREGATORS[aggregator](edge), np.nan)
            return found

    def _line(self, values: FloatArray, ahead: IntArray) -> tuple[FloatArray, FloatArray]:
        """The line at every bucket of the history, and at those ahead."""
        columns = np.where(np.isnan(values), np.nan, np.arange(values.shape[1]))
        middle, centre = mean(columns)[:, None], mean(values)[:, None]
        square = total((columns - middle) ** 2)[:, None]
        slope = np.where(square > 0, total((columns - middle) * (values - centre))[:, None] / square, 0.0)
        return centre + slope * (columns - middle), centre + slope * (ahead - middle)

    def _season(self, values: FloatArray, ahead: IntArray) -> tuple[FloatArray, FloatArray]:
        """The median of the history at the same moment of its seasons."""
        assert self.season_s
        assert self.rollup_s
        season = max(1, self.season_s // self.rollup_s)
        usual = np.full((len(values), season), np.nan)
        for phase in range(min(season, values.shape[1])):
            usual[:, phase] = median(values[:, phase::season])
        return usual[:, np.arange(values.shape[1]) % season], usual[:, ahead % season]


def compile_forecast(query: MonitorQuery, call: nodes.Call, text: str) -> ForecastQuery:
    """The alert on `call` around `query`. Raises QuerySyntaxError for wrong arguments."""
    plain = [argument_value(argument) for argument in call.arguments[1:] if not isinstance(argument, nodes.Option)]
    options = DEFAULTS | {
        argument.name: argument_value(argument.value) or ""
        for argument in call.arguments
        if isinstance(argument, nodes.Option) and argument.name != "timezone"
    }
    for found, expected in _wrong(plain, options):
        raise mistake(text, call.at, found, expected)
    aggregation = query.tree.aggregation
    if aggregation.change or aggregation.aggregator not in _SIDES:
        raise mistake(text, 0, aggregation.change or aggregation.aggregator, "max, min or avg around forecast()")
    if not aggregation.window.text.startswith("next_"):
        raise mistake(text, 0, aggregation.window.text, "a window ahead such as next_1w around forecast()")
    interval, history = _window(options["interval"]), _window(options["history"])
    assert interval
    assert history
    assert isinstance(plain[1], float)
    season_s = SEASON_S[str(options["seasonality"])] if plain[0] == "seasonal" else None
    interval_s = query.rollup_s or -(-interval.seconds // SLOT_S) * SLOT_S
    parts = (query.tree, query.expression, query.group_by, interval_s)
    return ForecastQuery(*parts, history, aggregation.window, plain[1], season_s)


def past(aggregation: nodes.TimeAggregation) -> nodes.TimeAggregation:
    """The aggregation by which the query inside is checked: over a window of the past, as long as the one ahead."""
    window = aggregation.window
    return replace(aggregation, window=replace(window, text=window.text.replace("next_", "last_", 1)))


def _window(value: Value) -> Window | None:
    return parse_window(f"last_{value}")


def _wrong(plain: list[Value | None], options: dict[str, Value]) -> Iterator[tuple[str, str]]:
    """What is wrong with the arguments, each with what was expected instead."""
    if len(plain) != 2:
        yield "forecast", _USAGE
    if plain[0] not in _ALGORITHMS:
        yield str(plain[0]), f"an algorithm ({', '.join(_ALGORITHMS)})"
    if not isinstance(plain[1], float) or plain[1] <= 0:
        yield str(plain[1]), "the width of the band in deviations, a number above 0"
    for name, value in options.items():
        if name not in DEFAULTS:
            yield f"{name}=", _USAGE
        elif name in _CHOICES and value not in _CHOICES[name]:
            yield f"{name}={value}", f"one of {', '.join(_CHOICES[name])}"
        elif name not in _CHOICES and _window(value) is None:
            yield f"{name}={value}", "a length such as 60m, 1d or 1w"
