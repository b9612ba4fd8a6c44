"""The dashboard of one observed service: from what callers see down to whether its telemetry arrives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from firedrill.components.dashboard.widgets import (
    Widget,
    alert_graph,
    group,
    monitors,
    note,
    objective,
    timeseries,
    toplist,
)
from firedrill.components.model import DeclaredWorker
from firedrill.components.monitors.declared import DeclaredMonitor
from firedrill.components.names import runbooks
from firedrill.vendors.rules.prices import OBJECT_GB, list_prices

MILLISECOND_GBS = OBJECT_GB / 1000
"""GB-s of a millisecond in which one object is active."""


@dataclass(frozen=True)
class Shown:
    """An SLO on the dashboard: its name, the timeframe of its target, and Datadog's id of it."""

    name: str
    timeframe: str
    id: str


def dashboard(
    service: DeclaredWorker,
    environment: str,
    team: str,
    docs_url: str,
    slos: tuple[Shown, ...],
    paging: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, Any]:
    """The dashboard as Datadog's JSON.

    `paging` are Datadog's ids of the monitors whose values show when somebody is woken, by their titles. The metrics
    carry their environment in their names, so `$env` is for monitors and events, `$class` for metrics.
    """
    classes = [each.tag for each in service.classes]
    return {
        "title": service.title,
        "description": f"Declared with the service {service.key}: change the program, not the dashboard.",
        "layout_type": "ordered",
        "reflow_type": "auto",
        "tags": [f"team:{team}"],
        "notify_list": [],
        "template_variables": [
            {"name": "env", "prefix": "env", "defaults": [environment], "available_values": [environment]},
            {"name": "class", "prefix": "class", "defaults": ["*"], "available_values": classes},
        ],
        "widgets": [
            group("State", _state(service, docs_url, slos)),
            *([group("What wakes somebody", [alert_graph(*each) for each in paging.items()])] if paging else []),
            group("What callers see", _golden(service)),
            group("Operations", _operations(service)),
            group("Errors and retries", _errors(service)),
            group("Storage", _storage(service)),
            group("Instances", _instances(service)),
            group("Cost", _cost(service)),
            group("Whether telemetry arrives", _delivery(service)),
        ],
    }


def _state(service: DeclaredWorker, docs_url: str, slos: tuple[Shown, ...]) -> list[Widget]:
    guide = f"Runbooks: {runbooks(docs_url)}. Pick a class above; the metrics of other environments have other names."
    return [
        note(guide),
        monitors("Monitors", f"service:{service.key} $env"),
        *(objective(each.name, each.id, each.timeframe) for each in slos),
    ]


def _golden(service: DeclaredWorker) -> list[Widget]:
    p = service.prefix
    failed, all_of = f"sum:{p}worker.requests{{status_class:5xx}}.as_count()", f"sum:{p}worker.requests{{*}}.as_count()"
    return [
        timeseries(
            "Requests by status",
            {"requests": f"sum:{p}worker.requests{{*}} by {{status_class}}.as_count()"},
            "bars",
            deployments=f"service:{service.key} $env tags:deployment",
        ),
        timeseries("5xx in percent", {"failed": failed, "all": all_of}, formula="100 * failed / all"),
        timeseries("Latency of operations, p95 in ms", {"p95": f"p95:{p}do.operations.latency{{$class}}"}),
        timeseries("CPU time, p99 in ms", {"cpu": f"p99:{p}invocations.cpu_time{{*}} by {{kind}}"}),
    ]


def _operations(service: DeclaredWorker) -> list[Widget]:
    p = service.prefix
    return [
        timeseries("Operations", {"operations": f"sum:{p}do.operations{{$class}} by {{operation}}.as_count()"}, "bars"),
        timeseries("Latency, p95 in ms", {"p95": f"p95:{p}do.operations.latency{{$class}} by {{operation}}"}),
        toplist("Most frequent", f"sum:{p}do.operations{{$class}} by {{class,operation}}.as_count()"),
    ]


def _errors(service: DeclaredWorker) -> list[Widget]:
    p = service.prefix
    by = "by {error_category}"
    return [
        timeseries("Errors by category", {"errors": f"sum:{p}do.errors{{$class}} {by}.as_count()"}, "bars"),
        toplist("Failing operations", f"sum:{p}do.errors{{$class}} by {{operation,error_category}}.as_count()"),
        timeseries(
            "Retries by outcome", {"retries": f"sum:{p}gateway.retries{{$class}} by {{outcome}}.as_count()"}, "bars"
        ),
        timeseries("Attempts per operation", {"attempts": f"avg:{p}gateway.attempts{{$class}} by {{operation}}"}),
        timeseries(
            "Outcomes of invocations", {"outcomes": f"sum:{p}invocations{{*}} by {{outcome}}.as_count()"}, "bars"
        ),
    ]


def _storage(service: DeclaredWorker) -> list[Widget]:
    p = f"{service.prefix}do.storage"
    return [
        timeseries("Rows read", {"read": f"sum:{p}.rows_read{{$class}} by {{operation}}"}, "bars"),
        timeseries("Rows written", {"written": f"sum:{p}.rows_written{{$class}} by {{operation}}"}, "bars"),
        timeseries("Bytes in an object", {"largest": f"max:{p}.bytes{{$class}}", "mean": f"avg:{p}.bytes{{$class}}"}),
        timeseries("Entries in an object", {"most": f"max:{p}.keys{{$class}}", "mean": f"avg:{p}.keys{{$class}}"}),
    ]


def _instances(service: DeclaredWorker) -> list[Widget]:
    p = f"{service.prefix}do"
    active = {"active": f"sum:{p}.active_instances{{$class}} by {{class}}.as_count()"}
    return [
        timeseries("Active instances", active, "bars"),
        timeseries("Cold starts", {"starts": f"sum:{p}.cold_starts{{$class}} by {{class}}.as_count()"}, "bars"),
        timeseries("Alarms by outcome", {"alarms": f"sum:{p}.alarms{{$class}} by {{outcome}}.as_count()"}, "bars"),
        timeseries("How late alarms run, in ms", {"lag": f"max:{p}.alarms.lag{{$class}} by {{class}}"}),
        timeseries("Clean-ups", {"cleanups": f"sum:{p}.cleanups{{$class}} by {{trigger,result}}.as_count()"}, "bars"),
    ]


def _cost(service: DeclaredWorker) -> list[Widget]:
    """What a bar of the graph costs by list prices, without what is included in a month.

    Duration is the wall time of objects' invocations with OBJECT_GB each, which is billed at least.
    Source: developers.cloudflare.com/durable-objects/platform/pricing
    """
    p, by_class = service.prefix, "{kind:object,$class}"
    of_object = {
        "requests": f"sum:{p}invocations{by_class}.as_count()",
        "time": f"sum:{p}invocations.wall_time{by_class}",
        "read": f"sum:{p}do.storage.rows_read{{$class}}",
        "written": f"sum:{p}do.storage.rows_written{{$class}}",
    }
    dollars = {
        "requests": f"requests * {_each('object-requests')}",
        "duration": f"time * {_each('object-duration', MILLISECOND_GBS)}",
        "rows read": f"read * {_each('rows-read')}",
        "rows written": f"written * {_each('rows-written')}",
    }
    duration = f"ranked * {_each('object-duration', MILLISECOND_GBS)}"
    alarms = f"sum:{p}do.alarms{{$class}} by {{class}}.as_count()"
    active = f"sum:{p}do.active_instances{{$class}} by {{class}}.as_count()"
    dated = list_prices().dated
    return [
        note(
            f"US dollars by the list prices of {dated}, without what a month includes: what a bar costs, not an hour. "
            "`firedrill cost` estimates a month."
        ),
        timeseries("Cost of a bar, in US dollars", of_object, "bars", dollars),
        toplist(
            "Cost of duration in US dollars", f"sum:{p}invocations.wall_time{by_class} by {{class}}", formula=duration
        ),
        timeseries("Alarms per active instance", {"alarms": alarms, "active": active}, formula="alarms / active"),
    ]


def _each(item: str, units: float = 1.0) -> str:
    """The list price of so many units of an item, as a formula has it."""
    price = list_prices().items[item]
    assert price.price is not None
    return f"{price.price * units / price.per:.12f}".rstrip("0")


def _delivery(service: DeclaredWorker) -> list[Widget]:
    p = service.prefix
    own = f"sum:{p}invocations{{*}} by {{telemetry}}.as_count()"
    widgets = [
        timeseries("Invocations, with and without their line", {"invocations": own}, "bars"),
        timeseries("Records cut short", {"cut": f"sum:{p}invocations.cut{{*}} by {{cut}}.as_count()"}, "bars"),
    ]
    if service.heartbeat:
        beats = f"sum:{p}heartbeat.requests{{*}} by {{operation,result}}.as_count()"
        widgets.append(timeseries("Heartbeats", {"beats": beats}, "bars"))
    return widgets


def shown(titles: Mapping[str, tuple[str, str]], ids: Mapping[str, str]) -> tuple[Shown, ...]:
    """The SLOs to show, given the name and the timeframe of each by its key, and Datadog's ids."""
    return tuple(Shown(name, timeframe, ids[key]) for key, (name, timeframe) in titles.items())


def graphs(monitors: Iterable[DeclaredMonitor]) -> dict[str, str]:
    """The keys of the monitors that show when somebody is woken, by titles: of a composite its first part."""
    found = {}
    for each in monitors:
        if each.spec.notify == "page":
            of = f" of {each.observed.name}" if each.observed else ""
            found[f"{each.spec.title}{of}"] = next(iter(each.parts.values()), each.key)
    return found
