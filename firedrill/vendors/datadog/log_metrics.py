"""Log-based metrics: points from the ingest stream, whatever indexes exclude.

Only logs dated within the 20 minutes before they were received make points. A metric has no tags but those of its
group-by; their values are normalised like every metric tag. Points of one log carry its official date; the store puts
them into intervals of 10 seconds.
Source: docs.datadoghq.com/logs/log_configuration/logs_to_metrics
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.numeric import number, number_in
from firedrill.vendors.datadog.paths import facet
from firedrill.vendors.datadog.queries.store import Point
from firedrill.vendors.datadog.rules.log_metrics import Compute, compute_breaches, name_breaches
from firedrill.vendors.datadog.rules.tags import normalised
from firedrill.vendors.datadog.search import compile_query, parse, show
from firedrill.vendors.datadog.search.nodes import And
from firedrill.vendors.datadog.spec import Filter, Model, at, read
from firedrill.vendors.datadog.tags import text
from firedrill.vendors.datadog.undocumented import CAUTIOUS, Undocumented
from firedrill.vendors.errors import FiredrillError, Mistakes, refuse

MAX_AGE_MS = 20 * 60 * 1000

Measure = Callable[[Log, int], "Point | str"]
"""From a log that matches and its time of receipt (ms) to the metric's point, or why there is none."""


class GroupBy(Model):
    """`path` is "@attribute", a reserved attribute or a tag; the tag's name defaults to it, without the @."""

    path: str
    tag_name: str = ""


class LogsMetric(Model):
    """A metric as the API writes its attributes, with its name as `id`."""

    id: str
    compute: Compute
    filter: Filter = Filter()
    group_by: Sequence[GroupBy] = ()


class Reason(NamedTuple):
    """Why a log made no point, or the point that it made, for one metric."""

    metric: str
    point: Point | None
    note: str


class LogMetrics:
    """Metrics compiled once; they hold no state between logs."""

    def __init__(self, metrics: Mapping[str, _Metric]) -> None:
        self.definitions = {name: metric.definition for name, metric in metrics.items()}
        """Each metric by its name, for declaring kind and percentiles to the point store."""
        self._metrics = metrics
        self._branches = _tree(
            [(_terms(metric.definition.filter.query), metric.measure) for metric in metrics.values()]
        )

    def points(self, log: Log, received_ms: int) -> Iterable[Point]:
        """The points that `log`, received at `received_ms`, makes."""
        points: list[Point] = []
        if 0 <= received_ms - log.timestamp <= MAX_AGE_MS:
            _collect(self._branches, log, received_ms, points)
        return points

    def explain(self, log: Log, received_ms: int) -> list[Reason]:
        """For each metric the point, or why there is none."""
        age = received_ms - log.timestamp
        if not 0 <= age <= MAX_AGE_MS:
            note = f"the log is dated {age / 1000:g} s before it was received, outside 0 to {MAX_AGE_MS // 1000}"
            return [Reason(name, None, note) for name in self._metrics]
        return [_explain(name, metric, log, received_ms) for name, metric in self._metrics.items()]


class _Metric(NamedTuple):
    definition: LogsMetric
    matches: Callable[[Log], bool]
    measure: Measure


def compile_metrics(metrics: Sequence[Mapping[str, Any]], undocumented: Undocumented = CAUTIOUS) -> LogMetrics:
    """Compile metrics in API JSON (`id`, `compute`, `filter`, `group_by`).

    Raises FiredrillError for what Datadog would refuse, Unsupported for an option that the emulator does not know,
    Several for more than one of these.
    """
    compiled: dict[str, _Metric] = {}
    mistakes = Mistakes()
    for spec in metrics:
        place = f"log metric {spec.get('id', '')!r}"
        with mistakes.collect():
            metric = _compile(spec, place, undocumented)
            if metric.definition.id in compiled:
                raise FiredrillError(f"{place}: there are two metrics of this name; give each its own.")
            compiled[metric.definition.id] = metric
    mistakes.raise_all()
    return LogMetrics(compiled)


def _compile(spec: Mapping[str, Any], place: str, undocumented: Undocumented) -> _Metric:
    metric = read(LogsMetric, spec, place)
    mistakes = Mistakes()
    with mistakes.collect("name"):
        refuse(place, name_breaches(metric.id))
    with mistakes.collect("compute"):
        refuse(place, compute_breaches(metric.compute))
    with mistakes.collect("filter"), at(place):
        matches = compile_query(metric.filter.query)
    mistakes.raise_all()
    return _Metric(metric, matches, _measure(metric, undocumented))


class _Branch(NamedTuple):
    """Metrics whose filters share a term: those with no further term, and branches for the rest."""

    matches: Callable[[Log], bool]
    measures: Sequence[Measure]
    branches: Sequence[_Branch]


def _terms(query: str) -> frozenset[str]:
    """The terms that a query joins by AND, each as a query of its own."""
    node = parse(query)
    return frozenset(map(show, node.nodes if isinstance(node, And) else (node,)))


def _tree(metrics: Sequence[tuple[frozenset[str], Measure]]) -> list[_Branch]:
    """Filters as a tree of their terms, the most common first: each is tested once per log, not once per metric."""
    branches = []
    while metrics:
        counts = Counter(term for terms, _ in metrics for term in sorted(terms))
        common = counts.most_common(1)[0][0]
        inside = [(terms - {common}, measure) for terms, measure in metrics if common in terms]
        ends = [measure for terms, measure in inside if not terms]
        branches.append(_Branch(compile_query(common), ends, _tree([found for found in inside if found[0]])))
        metrics = [found for found in metrics if common not in found[0]]
    return branches


def _collect(branches: Sequence[_Branch], log: Log, received_ms: int, points: list[Point]) -> None:
    for matches, measures, inner in branches:
        if matches(log):
            for measure in measures:
                if isinstance(point := measure(log, received_ms), Point):
                    points.append(point)
            if inner:
                _collect(inner, log, received_ms, points)


def _explain(name: str, metric: _Metric, log: Log, received_ms: int) -> Reason:
    if not metric.matches(log):
        return Reason(name, None, f"its filter does not match: {metric.definition.filter.query}")
    result = metric.measure(log, received_ms)
    return Reason(name, result, "") if isinstance(result, Point) else Reason(name, None, result)


def _measure(metric: LogsMetric, undocumented: Undocumented) -> Measure:
    name, kind = metric.id, metric.compute.aggregation_type
    path = metric.compute.path or ""
    value_of, raw = _value(path, undocumented) if path else None, facet(path)
    absent, texts = f"{path} is absent or no number", f"{path} is a number in a text (modelled: no point)"
    tags_of = _tags(metric.group_by, undocumented)

    def measure(log: Log, received_ms: int) -> Point | str:
        value = 1.0
        if value_of is not None:
            found = value_of(log)
            if found is None:
                return texts if isinstance(raw(log), str) and number_in(raw(log)) is not None else absent
            value = found
        tags = tags_of(log)
        return tags if isinstance(tags, str) else Point(name, kind, tags, log.timestamp, received_ms, value)

    return measure


def _value(path: str, undocumented: Undocumented) -> Callable[[Log], float | None]:
    get, parse = facet(path), undocumented.numeric_text == "parse"

    def value(log: Log) -> float | None:
        found = get(log)
        return number_in(found) if parse and isinstance(found, str) else number(found)

    return value


def _tags(group_by: Sequence[GroupBy], undocumented: Undocumented) -> Callable[[Log], tuple[str, ...] | str]:
    """The tags of a log's point, sorted; or why it makes none."""
    if not group_by:
        return lambda log: ()
    named = sorted((f"{group.tag_name or group.path.removeprefix('@')}:", group.path) for group in group_by)
    getters = [facet(path) for _, path in named]
    only = getters[0] if len(getters) == 1 else None

    @lru_cache(maxsize=65_536, typed=True)
    def tags_of(*values: Any) -> tuple[str, ...] | str:
        found: list[str] = []
        for (prefix, path), value in zip(named, values, strict=True):
            elements = value if isinstance(value, list) else [value]
            scalars = [element for element in elements if element is not None and not isinstance(element, (dict, list))]
            if not scalars:
                if undocumented.missing_group == "drop":
                    return f"{path} is absent (modelled: no point)"
                scalars = ["n/a"] if undocumented.missing_group == "N/A" else []
            elif isinstance(value, list) and undocumented.array_group == "drop":
                return f"{path} is an array (modelled: no point)"
            found += sorted({normalised(prefix + text(scalar)) for scalar in scalars})
        return tuple(found)

    def tags(log: Log) -> tuple[str, ...] | str:
        values = [only(log)] if only else [get(log) for get in getters]
        try:
            return tags_of(*values)
        except TypeError:  # an array or object cannot be a key of the cache
            return tags_of.__wrapped__(*values)

    return tags
