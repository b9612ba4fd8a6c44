"""Metric points that the logs make, beside those that Datadog answered with: each interval of each query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isclose

import numpy as np

from firedrill.standalone.compare.findings import Difference, Found, Kind, Tally
from firedrill.standalone.compare.held_points import Group, HeldQuery, times_of
from firedrill.standalone.words import iso_ms
from firedrill.vendors.datadog.queries import nodes
from firedrill.vendors.datadog.queries.expressions import evaluate
from firedrill.vendors.datadog.queries.graphs import check_query
from firedrill.vendors.datadog.queries.grid import Grid
from firedrill.vendors.datadog.queries.modelled import modelled
from firedrill.vendors.datadog.queries.parser import parse_expression
from firedrill.vendors.datadog.queries.sampling import has_points
from firedrill.vendors.datadog.queries.series import SeriesSet
from firedrill.vendors.datadog.queries.store import SLOT_S, PointStore
from firedrill.vendors.errors import FiredrillError
from firedrill.vendors.rules.suggestions import hint

TOLERANCE = 1e-6
SLOT_MS = 1000 * SLOT_S
MOST_BUCKETS = 1_000_000
MOST_INTERVAL_MS = 86_400_000
_ALL_ARRIVED_MS = 1 << 62
Span = tuple[int | None, int | None]


def compare_points(held: Sequence[HeldQuery], store: PointStore, span: Span, tolerance: float, sent: Span) -> Found:
    """Every point that differs by more than `tolerance` of it, within `span`: from (included) to (not included), ms.

    `sent` is the first and the last date of the logs. Raises FiredrillError for a query of a metric that is not
    declared, for one that the emulator does not know, and for times that the logs have nothing in.
    """
    found = Found(Tally(of=len(held)))
    for query in held:
        expression = _expression(query, store)
        begin_ms, end_ms = _times(query, span, sent)
        expected = _expected(expression, store, query.interval_ms, begin_ms, end_ms)
        models = tuple(dict.fromkeys(modelled(expression)))
        got = {group: _placed(points, query, begin_ms, end_ms) for group, points in query.groups.items()}
        for group in sorted({*expected, *got}, key=sorted):
            ours, theirs = expected.get(group, {}), got.get(group, {})
            for at_ms, kind, left, right in _points(ours, theirs, tolerance):
                found.tally.add([kind] if kind else [])
                if kind:
                    where = " ".join([iso_ms(at_ms), *sorted(group)])
                    found.differences.append(
                        Difference("metric", kind, "point", where, left, right, query.text, modelled=models)
                    )
        if sent[0] is not None and sent[1] is not None and (begin_ms < sent[0] or end_ms > sent[1] + query.interval_ms):
            found.remarks.append(
                f"{query.place}: its points are from {iso_ms(begin_ms)} to {iso_ms(end_ms)}, the logs from "
                f"{iso_ms(sent[0])} to {iso_ms(sent[1])}; --from and --to leave the rest out"
            )
    return found


def _expression(query: HeldQuery, store: PointStore) -> nodes.Expression:
    check_query(query.text)
    expression = parse_expression(query.text)
    for leaf in _leaves(expression):
        if store.kind(leaf.metric) is None:
            raise FiredrillError(
                f"{query.place}: no log-based metric {leaf.metric!r}{hint(leaf.metric, store.metrics())} is declared, "
                "so the logs make no points of it."
            )
    if not 0 < query.interval_ms <= MOST_INTERVAL_MS or query.interval_ms % SLOT_MS:
        raise FiredrillError(
            f"{query.place}: its points are {query.interval_ms / 1000:g} s apart; only multiples of {SLOT_S} s up to a "
            "day can be compared; export another time, or add .rollup() to the query."
        )
    return expression


def _leaves(expression: nodes.Expression) -> list[nodes.MetricQuery]:
    return [node for node in nodes.walk(expression) if isinstance(node, nodes.MetricQuery)]


def _times(query: HeldQuery, span: Span, sent: Span) -> tuple[int, int]:
    """The whole intervals that are compared, from and to (ms)."""
    times = [*times_of(query)]
    step = query.interval_ms
    begin = query.begin_ms if query.begin_ms is not None else min(times, default=sent[0])
    end = query.end_ms if query.end_ms is not None else max(times, default=sent[1] or 0) + step
    if begin is None or sent[0] is None or sent[1] is None:
        raise FiredrillError(f"{query.place} holds no points, and no log has a date; there is nothing to compare.")
    if end <= sent[0] or begin > sent[1]:
        raise FiredrillError(
            f"{query.place}: its points are from {iso_ms(begin)} to {iso_ms(end)}, the logs sent from "
            f"{iso_ms(sent[0])} to {iso_ms(sent[1])}: they have no time in common; export the time of the logs."
        )
    begin = max(begin, span[0] or 0) // step * step if span[0] is None else -(-max(begin, span[0]) // step) * step
    end = -(-end // step) * step if span[1] is None else min(end, span[1]) // step * step
    if end <= begin:
        raise FiredrillError(f"{query.place}: no whole interval of {step // 1000} s lies between --from and --to.")
    if (end - begin) // step > MOST_BUCKETS:
        raise FiredrillError(
            f"{query.place}: {(end - begin) // step:,} intervals; at most {MOST_BUCKETS:,} are compared; "
            "give --from and --to."
        )
    return begin, end


def _expected(
    expression: nodes.Expression, store: PointStore, interval_ms: int, begin_ms: int, end_ms: int
) -> dict[Group, dict[int, tuple[float, bool]]]:
    """By group and time the emulator's value, and whether a point lies there; others are filled in by the query."""
    first, bucket = begin_ms // SLOT_MS, interval_ms // SLOT_MS
    columns = (end_ms - begin_ms) // interval_ms
    edge = np.array([first], dtype=np.int64)
    grid = Grid(np.array([_ALL_ARRIVED_MS]), edge, edge + columns * bucket, edge, bucket, columns)
    with np.errstate(all="ignore"):
        values = evaluate(expression, store, grid)
    if not isinstance(values, SeriesSet):
        return {}
    there = [
        (set(group), has[0]) for leaf in _leaves(expression) for group, has in has_points(store, leaf, grid).items()
    ]
    result: dict[Group, dict[int, tuple[float, bool]]] = {}
    for tags, row in values.groups.items():
        group = frozenset(tags)
        filled = [has for leaf, has in there if not leaf or group <= leaf]
        result[group] = {
            begin_ms + number * interval_ms: (float(value), any(has[number] for has in filled))
            for number, value in enumerate(row[0].tolist())
            if not np.isnan(value)
        }
    return result


def _placed(points: Mapping[int, float], query: HeldQuery, begin_ms: int, end_ms: int) -> dict[int, float]:
    step = query.interval_ms
    return {at // step * step: value for at, value in points.items() if begin_ms <= at // step * step < end_ms}


def _points(
    ours: Mapping[int, tuple[float, bool]], theirs: Mapping[int, float], tolerance: float
) -> Iterator[tuple[int, Kind | None, float | None, float | None]]:
    for at_ms in sorted({*ours, *theirs}):
        (expected, is_point), got = ours.get(at_ms, (None, False)), theirs.get(at_ms)
        if got is None:
            if is_point:
                yield at_ms, "missing", expected, None
        elif expected is None:
            yield at_ms, "extra", None, got
        elif isclose(expected, got, rel_tol=tolerance, abs_tol=1e-12):
            yield at_ms, None, expected, got
        else:
            yield at_ms, "differs", expected, got
