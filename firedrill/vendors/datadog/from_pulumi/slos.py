"""Service level objectives.

Source: pulumi.com/registry/packages/datadog/api-docs (ServiceLevelObjective)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.vendors.datadog.from_pulumi.inputs import Json, known, snake, without

_SLO = frozenset(
    {
        *("name", "type", "description", "groups", "ignoreTagKeys", "monitorIds", "query", "sliSpecification"),
        *("tags", "targetThreshold", "thresholds", "timeframe", "warningThreshold"),
        *("forceDelete", "validate"),
    }
)


def service_level_objective(inputs: Mapping[str, Any]) -> Json:
    """`ServiceLevelObjective` as the API's ServiceLevelObjective; a threshold of 0 is one that is not set."""
    given = known(inputs, _SLO, f"SLO {inputs.get('name', '')!r}")
    slo: Json = snake(without(given, "sliSpecification", "forceDelete", "validate", "ignoreTagKeys"))
    for name in ("target_threshold", "warning_threshold"):
        if not slo.get(name):
            slo.pop(name, None)
    slo["thresholds"] = [
        {key: value for key, value in each.items() if key != "warning" or value} for each in slo.get("thresholds", ())
    ]
    if specification := given.get("sliSpecification"):
        slo["sli_specification"] = _specification(specification)
    return slo


def _specification(block: Mapping[str, Any]) -> Json:
    found: Json = {}
    if count := block.get("count"):
        found["count"] = {**snake(without(count, "queries")), "queries": _queries(count)}
    if time_slice := block.get("timeSlice"):
        query = time_slice.get("query") or {}
        formula = query.get("formula") or {}
        formulas = [{"formula": formula.get("formulaExpression", "")}]
        inner = {"formulas": formulas, "queries": _queries(query)}
        found["time_slice"] = {**snake(without(time_slice, "query")), "query": inner}
    return found


def _queries(block: Mapping[str, Any]) -> list[Json]:
    return [{"data_source": "metrics", **snake(each.get("metricQuery") or {})} for each in block.get("queries") or ()]
