"""Log-based metrics: points from the ingest stream, whatever indexes exclude.

Only logs dated within the 20 minutes before they were received make points. A metric has no tags but those of its
group-by; their values are normalised like every metric tag. Points of one log carry its official date; the store puts
them into intervals of 10 seconds.
Source: docs.datadoghq.com/logs/log_configuration/logs_to_metrics
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from firedrill.datadog.features import Feature
from firedrill.datadog.log import Log
from firedrill.datadog.metrics.store import Point
from firedrill.datadog.paths import RESERVED, source
from firedrill.datadog.search import compile_query, parse, show
from firedrill.datadog.search.nodes import And, Node
from firedrill.datadog.spec import Filter, Model, at, read
from firedrill.datadog.tags import normalised, text
from firedrill.datadog.undocumented import CAUTIOUS, Undocumented
from firedrill.errors import FiredrillError

MAX_AGE_MS = 20 * 60 * 1000
MAX_NAME_LENGTH = 200

_PAGE = "docs.datadoghq.com/logs/log_configuration/logs_to_metrics"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.]*")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

Measure = Callable[[Log, int], "Point | str"]
"""From a log that matches and its time of receipt (ms) to the metric's point, or why there is none."""


class Compute(Model):
    """What is counted: logs, or with `distribution` the numbers at `path`."""

    aggregation_type: Literal["count", "distribution"]
    path: str | None = None
    include_percentiles: bool = False


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
        shared, own = _factored([metric.definition.filter.query for metric in metrics.values()])
        self._in_scope = compile_query(shared)
        measures: dict[str, list[Measure]] = {}
        for query, metric in zip(own, metrics.values(), strict=True):
            measures.setdefault(query, []).append(metric.measure)
        self._filtered = [(compile_query(query), found) for query, found in measures.items()]

    def points(self, log: Log, received_ms: int) -> Iterable[Point]:
        """The points that `log`, received at `received_ms`, makes."""
        if not 0 <= received_ms - log.timestamp <= MAX_AGE_MS or not self._in_scope(log):
            return []
        return [
            point
            for matches, measures in self._filtered
            if matches(log)
            for measure in measures
            if isinstance(point := measure(log, received_ms), Point)
        ]

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

    Raises FiredrillError for what Datadog would refuse and Unsupported for an option the emulator does not know.
    """
    compiled: dict[str, _Metric] = {}
    for spec in metrics:
        place = f"log metric {spec.get('id', '')!r}"
        metric = read(LogsMetric, spec, place)
        _check(metric, place)
        if metric.id in compiled:
            raise FiredrillError(f"{place}: there are two metrics of this name; give each its own.")
        with at(place):
            matches = compile_query(metric.filter.query)
        compiled[metric.id] = _Metric(metric, matches, _measure(metric, undocumented))
    return LogMetrics(compiled)


def _factored(queries: Sequence[str]) -> tuple[str, list[str]]:
    """The part that all queries share, which is tested once per log, and what is left of each."""
    split = [node.nodes if isinstance(node := parse(query), And) else (node,) for query in queries]
    shared = [term for term in split[0] if all(term in terms for terms in split)] if split else []
    return _all_of(shared), [_all_of([term for term in terms if term not in shared]) for terms in split]


def _all_of(terms: Sequence[Node]) -> str:
    return show(And(tuple(terms))) if len(terms) > 1 else show(terms[0]) if terms else "*"


def _explain(name: str, metric: _Metric, log: Log, received_ms: int) -> Reason:
    if not metric.matches(log):
        return Reason(name, None, f"its filter does not match: {metric.definition.filter.query}")
    result = metric.measure(log, received_ms)
    return Reason(name, result, "") if isinstance(result, Point) else Reason(name, None, result)


def _check(metric: LogsMetric, place: str) -> None:
    compute = metric.compute
    if not _NAME.fullmatch(metric.id) or len(metric.id) > MAX_NAME_LENGTH:
        raise FiredrillError(
            f"{place}: a metric's name starts with a letter and holds at most {MAX_NAME_LENGTH} letters, digits, "
            "underscores and periods."
        )
    if compute.aggregation_type == "distribution" and not compute.path:
        raise FiredrillError(f"{place}: 'compute.path' is missing; a distribution needs the attribute to measure.")
    if compute.aggregation_type == "count" and (compute.path or compute.include_percentiles):
        raise FiredrillError(f"{place}: a count takes neither 'compute.path' nor 'compute.include_percentiles'.")


def _measure(metric: LogsMetric, undocumented: Undocumented) -> Measure:
    name, kind = metric.id, metric.compute.aggregation_type
    value_of = _value(metric.compute.path, undocumented) if metric.compute.path else None
    absent = f"{metric.compute.path} is absent or no number"
    tags_of = _tags(metric.group_by, undocumented)

    def measure(log: Log, received_ms: int) -> Point | str:
        value = 1.0
        if value_of is not None:
            found = value_of(log)
            if found is None:
                return absent
            value = found
        tags = tags_of(log)
        return tags if isinstance(tags, str) else Point(name, kind, tags, log.timestamp, received_ms, value)

    return measure


def _value(path: str, undocumented: Undocumented) -> Callable[[Log], float | None]:
    get, parse = _facet(path), undocumented.numeric_text == "parse"

    def value(log: Log) -> float | None:
        found = get(log)
        if found.__class__ is int or found.__class__ is float:
            return float(found) if math.isfinite(found) else None
        return float(found) if parse and isinstance(found, str) and _NUMBER.fullmatch(found.strip()) else None

    return value


def _tags(group_by: Sequence[GroupBy], undocumented: Undocumented) -> Callable[[Log], tuple[str, ...] | str]:
    """The tags of a log's point, sorted; or why it makes none."""
    named = sorted((f"{group.tag_name or group.path.removeprefix('@')}:", group.path) for group in group_by)
    getters = [(_facet(path), prefix, f"{path} is absent", f"{path} is an array") for prefix, path in named]
    missing, each = undocumented.missing_group, undocumented.array_group == "each"

    def tags(log: Log) -> tuple[str, ...] | str:
        found: list[str] = []
        for get, prefix, absent, is_array in getters:
            value = get(log)
            if value.__class__ is list and value:
                if not each:
                    return is_array
                found += sorted({_tag(prefix, element) for element in value if not isinstance(element, dict | list)})
            elif value is None or value.__class__ is dict or value.__class__ is list:
                if missing == "drop":
                    return absent
                if missing == "N/A":
                    found.append(f"{prefix}n/a")
            else:
                found.append(_tag(prefix, value))
        return tuple(found)

    return tags


@lru_cache(maxsize=65_536, typed=True)
def _tag(prefix: str, value: Any) -> str:
    return normalised(prefix + text(value))


def _facet(path: str) -> Callable[[Log], Any]:
    """Reads "@attribute", a reserved attribute or the first value of a tag."""
    if path.startswith("@"):
        return source(path[1:]) if path[1:] not in RESERVED else _attribute(path[1:])
    if path in RESERVED:
        return source(path)
    prefix = f"{path}:"
    return lambda log: next((tag[len(prefix) :] for tag in log.tags if tag.startswith(prefix)), None)


def _attribute(name: str) -> Callable[[Log], Any]:
    return lambda log: log.attributes.get(name)


def features() -> tuple[Feature, ...]:
    """What of log-based metrics is done, modelled or refused."""
    return (
        Feature("log metric: count", "done", _PAGE),
        Feature("log metric: distribution", "done", _PAGE, "numbers only; a text with a number: switch numeric_text"),
        Feature("log metric: group by", "done", _PAGE, "absent and array values: switches missing_group, array_group"),
        Feature("log metric: 20-minute rule", "done", _PAGE, "late logs make no point"),
    )
