"""Series files: what monitors are evaluated on, in YAML or JSON. docs/standalone.md describes the format."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from firedrill.documents import mistakes_told
from firedrill.standalone.expected import Expectation
from firedrill.standalone.read import DEFAULT_TIME_MS, Source, parse_time
from firedrill.standalone.words import shortened
from firedrill.vendors.datadog.queries.notation import parse_notation
from firedrill.vendors.datadog.queries.store import Kind, Point, PointStore
from firedrill.vendors.datadog.rules.tags import normalised
from firedrill.vendors.datadog.spec import Model, at, read
from firedrill.vendors.errors import FiredrillError, Unsupported, as_one
from firedrill.vendors.rules.documents import DocumentError, RepeatedKey, json_value, yaml_value
from firedrill.vendors.rules.models import NO_FLAG

DEFAULT_INTERVAL_S = 60

Seconds = Annotated[int, NO_FLAG, Field(ge=0, le=86_400)]
Interval = Annotated[int, NO_FLAG, Field(ge=1, le=86_400)]
Value = Annotated[float, NO_FLAG, Field(allow_inf_nan=False)]
Dated = Annotated[tuple[str, Value], Field(description="a time and a number, such as [2026-01-05T00:00:00Z, 1.5]")]


class _Lax(Model):
    """Scalars of YAML come as texts, whatever they look like, but for null: `0x10` is ten more zeros, not sixteen."""

    model_config = ConfigDict(strict=False, coerce_numbers_to_str=True)


class Series(_Lax):
    """One metric and tag set: `values` in the compact notation from `start` on, or `points` as (time, value).

    Without `kind`, the metric has that of the log-based metric of its name, else it is a gauge. `delay` is how many
    seconds after its time a point arrives. `start` and `interval` default to those of the file.
    """

    metric: Annotated[str, Field(min_length=1)]
    kind: Kind | None = None
    tags: Sequence[str] = ()
    values: str | None = None
    points: Sequence[Dated] = ()
    start: str | None = None
    interval: Interval | None = None
    delay: Seconds = 0


class SeriesFile(_Lax):
    """A whole file; `start` is the time of each series' first value, `interval` the seconds between two of them.

    `expect` says what monitors have to do.
    """

    start: str = str(DEFAULT_TIME_MS)
    interval: Interval = DEFAULT_INTERVAL_S
    series: Sequence[Series]
    expect: Sequence[Expectation] = ()


def expected_in(source: Source) -> Sequence[Expectation]:
    """What a series file says that monitors have to do. Raises FiredrillError with every field that is wrong."""
    return _file(source).expect


def add_series(source: Source, store: PointStore) -> tuple[int, int]:
    """Put a series file into a store, and say when its first interval begins and its last one ends (ms).

    `store` knows the log-based metrics that are declared beside the monitors. Raises FiredrillError with every field
    that is wrong, and for a metric that would have two kinds.
    """
    file = _file(source)
    begins, ends = [], []
    for number, series in enumerate(file.series, start=1):
        place = f"{source.name}, series {number} ({series.metric})"
        kind = series.kind or store.kind(series.metric) or "gauge"
        interval_ms = 1000 * (series.interval or file.interval)
        store.declare(series.metric, kind, percentiles=_percentiles(store, series.metric))
        tags = tuple(sorted({tag for text in series.tags if (tag := normalised(text))}))
        for time_ms, value in _values(series, file.start, interval_ms, place):
            begins.append(time_ms)
            ends.append(time_ms + interval_ms)
            if value is not None:
                store.add(Point(series.metric, kind, tags, time_ms, time_ms + 1000 * series.delay, value))
    if not begins:
        raise FiredrillError(f"{source.name}: no series has a value or a gap; there is no time to evaluate.")
    return min(begins), max(ends)


def _percentiles(store: PointStore, metric: str) -> bool:
    """As declared; a metric that is not declared as log-based has them."""
    return store.kind(metric) is None or store.percentiles(metric)


def _values(series: Series, start: str, interval_ms: int, place: str) -> Iterator[tuple[int, float | None]]:
    """Times (ms) and values, None for a gap."""
    if (series.values is None) == (not series.points):
        raise FiredrillError(f"{place}: give it either values or points.")
    for time, value in series.points:
        yield parse_time(time, f"{place}: a point's time"), value
    if series.values is not None:
        first_ms = parse_time(series.start or start, f"{place}: start")
        with at(place):
            samples = parse_notation(series.values)
        for number, sample in enumerate(samples):
            if sample is not None and not math.isfinite(sample):
                raise FiredrillError(f"{place}: value {number + 1} of {series.values!r} is too large for a number.")
            yield first_ms + number * interval_ms, sample


def _file(source: Source) -> SeriesFile:
    value = _parse(source)
    if not isinstance(value, dict):
        there = "empty" if value is None else shortened(value)
        raise FiredrillError(
            f"{source.name} is {there}; a series file has to be an object with a list 'series', "
            "as docs/standalone.md shows."
        )
    try:
        return read(SeriesFile, value, source.name)
    except FiredrillError as error:
        raise as_one(
            [_unknown_field(part) if isinstance(part, Unsupported) else part for part in error.parts]
        ) from error


def _unknown_field(error: Unsupported) -> FiredrillError:
    return FiredrillError(
        f"{error.place}: {error.feature} is unknown; docs/standalone.md says what a series file holds."
    )


def _parse(source: Source) -> Any:
    """JSON, or YAML with every scalar as text."""
    with mistakes_told():
        try:
            return json_value(source.text, source.name)
        except RepeatedKey:
            raise
        except DocumentError:
            return yaml_value(source.text, source.name, scalars="text")
