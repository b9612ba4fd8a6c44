"""The points of one metric as Datadog's API gives them for a query of it.

Source: docs.datadoghq.com/api/latest/metrics (Query timeseries points)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from firedrill.vendors.datadog.queries import PointStore, nodes
from firedrill.vendors.datadog.queries.parser import parse_expression
from firedrill.vendors.datadog.queries.scopes import select
from firedrill.vendors.datadog.queries.store import SLOT_S, FloatArray, Series
from firedrill.vendors.errors import Unsupported

_AGGREGATORS: Mapping[str, Callable[[FloatArray], Any]] = {"sum": np.sum, "avg": np.mean, "min": np.min, "max": np.max}


def points(store: PointStore, text: str, from_s: int, to_s: int) -> list[dict[str, Any]]:
    """A series for each group that has points from `from_s` to `to_s`: one for 10 s, the values in it aggregated.

    Raises Unsupported for what is more than one metric by one of the plain aggregators.
    """
    query = parse_expression(text)
    if not isinstance(query, nodes.MetricQuery) or query.aggregator not in _AGGREGATORS or query.rollup or query.fill:
        raise Unsupported(f"query {text!r}", "metrics API of the local cloud", "Ask for one metric, such as sum:m{*}.")
    found = {group: _points(series, query.aggregator, from_s, to_s) for group, series in select(store, query).items()}
    return [
        {
            "metric": query.metric,
            "expression": text,
            "scope": ",".join(group) or "*",
            "tag_set": list(group),
            "interval": SLOT_S,
            "length": len(listed),
            "pointlist": listed,
        }
        for group, listed in found.items()
        if listed
    ]


def _points(series: list[Series], aggregator: str, from_s: int, to_s: int) -> list[list[float]]:
    if not series:
        return []
    slots = np.concatenate([each.slot for each in series])
    values = np.concatenate([each.value for each in series])
    within = (slots * SLOT_S >= from_s) & (slots * SLOT_S <= to_s)
    aggregate = _AGGREGATORS[aggregator]
    return [
        [float(slot * SLOT_S * 1000), float(aggregate(values[within & (slots == slot)]))]
        for slot in np.unique(slots[within])
    ]
