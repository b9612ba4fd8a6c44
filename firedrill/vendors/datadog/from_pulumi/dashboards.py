"""Dashboards. What only changes how one looks is not translated with care, since nothing here draws it.

Source: pulumi.com/registry/packages/datadog/api-docs (Dashboard, DashboardJson)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.vendors.datadog.from_pulumi.inputs import Json, json_object, present, snake, snake_name, without
from firedrill.vendors.errors import FiredrillError

_DEFINITION, _QUERY = "Definition", "Query"
_TYPES = {
    "productAnalyticsFunnelDefinition": "funnel",
    "serviceLevelObjectiveDefinition": "slo",
    "splitGraphDefinition": "split_group",
}
"""The API's types that are not the provider's names."""
_SOURCES = {"metricQuery": "metrics", "sloQuery": "slo", "cloudCostQuery": "cloud_cost"}
"""What the data source of a query is without one."""


def dashboard_json(inputs: Mapping[str, Any]) -> Json:
    """`DashboardJson` as the API's Dashboard, which its input `dashboard` is the text of."""
    return json_object(inputs, "dashboard")


def dashboard(inputs: Mapping[str, Any]) -> Json:
    """`Dashboard` as the API's Dashboard."""
    widgets = [{"definition": _definition(each)} for each in inputs.get("widgets") or ()]
    return {**snake(without(inputs, "widgets")), "widgets": widgets}


def _definition(block: Mapping[str, Any]) -> Json:
    found = [(key, value) for key, value in present(block).items() if key.endswith(_DEFINITION)]
    if len(found) != 1:
        raise FiredrillError(f"a widget has {[key for key, _ in found]}; exactly one definition is allowed.")
    ((key, options),) = found
    definition: Json = {"type": _TYPES.get(key, snake_name(key.removesuffix(_DEFINITION)))}
    definition |= snake(without(options, "widgets", "request", "requests", "sourceWidgetDefinition"))
    if "widgets" in options:
        definition["widgets"] = [{"definition": _definition(each)} for each in options["widgets"] or ()]
    if source := options.get("sourceWidgetDefinition"):
        definition["source_widget_definition"] = _definition(source)
    requests = options.get("requests") or options.get("request") or []
    definition["requests"] = [_request(each) for each in (requests if isinstance(requests, list) else [requests])]
    return definition


def _request(block: Mapping[str, Any]) -> Json:
    request: Json = {}
    for key, value in present(block).items():
        if key == "queries":
            request[key] = [_query(each) for each in value]
        elif key == "formulas":
            request[key] = [{"formula": each.get("formulaExpression", "")} for each in value]
        elif key.endswith(_QUERY):
            request[snake_name(key)] = {**snake(value), "search": {"query": value.get("searchQuery", "")}}
        else:
            request[snake_name(key)] = snake(value)
    return request


def _query(block: Mapping[str, Any]) -> Json:
    """One of the provider's blocks of queries; that of a stream has no name of its own."""
    for key, value in present(block).items():
        if key.endswith(_QUERY):
            source = {"data_source": _SOURCES[key]} if key in _SOURCES else {}
            return {**source, **snake(value)}
    plain: Json = snake(block)
    return plain
