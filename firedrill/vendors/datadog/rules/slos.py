"""What Datadog accepts of service level objectives (SLOs).

Source: docs.datadoghq.com/api/latest/service-level-objectives (create an SLO object),
docs.datadoghq.com/service_level_objectives/metric, /monitor and /time_slice
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from firedrill.vendors.rules.breach import Breach, shown
from firedrill.vendors.rules.models import Model, read_partly
from firedrill.vendors.rules.shapes import TEXT, Shape

Timeframe = Literal["7d", "30d", "90d"]
_PERCENT = "a percentage above 0 and below 100"
Percent = Annotated[float, Field(gt=0, lt=100, description=_PERCENT)]
Kind = Literal["metric", "monitor", "time_slice"]
MAX_GROUPS = 100
MONITOR_TYPES = ("metric alert", "query alert", "service check", "synthetics alert")
"""The types of monitors that have an uptime. Source: docs.datadoghq.com/service_level_objectives/monitor"""

_NEEDS: Mapping[str, str] = {
    "metric": "query, or sli_specification.count",
    "monitor": "monitor_ids",
    "time_slice": "sli_specification.time_slice",
}
_FORMULA: Shape = ({"formula": TEXT}, TEXT)
_QUERIES: Shape = [{"name": TEXT, "data_source": TEXT, "query": TEXT}]
SPECIFICATION: Shape = {
    "count": {
        **dict.fromkeys(("good_events_formula", "bad_events_formula", "total_events_formula"), _FORMULA),
        "queries": _QUERIES,
    },
    "time_slice": {"query": {"formulas": [_FORMULA], "queries": _QUERIES}},
}
"""What of `sli_specification` is checked in full."""


class Target(Model):
    """A target of one timeframe, in percent."""

    timeframe: Timeframe = "7d"
    target: Percent = 50.0
    warning: Percent | None = None
    target_display: str | None = None
    warning_display: str | None = None


class Ratio(Model):
    """The queries of a metric SLO: good events and all events."""

    numerator: str
    denominator: str


class TimeSlice(Model):
    """The condition under which a slice of time counts as good."""

    comparator: Literal[">", ">=", "<", "<="] = ">"
    threshold: Annotated[float, Field(allow_inf_nan=False)] = 0.0
    query: Annotated[dict[str, Any], Field(default_factory=dict)]
    query_interval_seconds: Literal[60, 300] = 300


class Slo(Model):
    """An SLO as the API writes it, without what is read only."""

    name: Annotated[str, Field(min_length=1)] = "-"
    type: Kind | None = None
    thresholds: Annotated[tuple[dict[str, Any], ...], Field(strict=False)] = ()
    timeframe: Timeframe | None = None
    target_threshold: Percent | None = None
    warning_threshold: Percent | None = None
    query: dict[str, Any] | None = None
    sli_specification: dict[str, Any] | None = None
    monitor_ids: Annotated[tuple[Any, ...], Field(strict=False)] = ()
    groups: Annotated[tuple[str, ...], Field(strict=False)] = ()
    description: str | None = None
    tags: Annotated[tuple[str, ...], Field(strict=False)] = ()


def read_slo(raw: Mapping[str, Any]) -> tuple[Slo, list[Breach]]:
    """The SLO, and everything that is wrong with its fields; a wrong one has its default in the result."""
    needed: dict[str, Any] = {"name": "", "type": None}
    given = {name: value for name, value in raw.items() if value is not None and name in Slo.model_fields}
    slo, faults = read_partly(Slo, needed | given)
    found = [fault.breach for fault in faults]
    if raw.get("type") is None:
        found.append(Breach("type", "", "one of metric, monitor, time_slice"))
    return slo, [*found, *_targets(slo), *_parts(slo)]


def time_slice(raw: Mapping[str, Any]) -> tuple[TimeSlice | None, list[Breach]]:
    """What sli_specification.time_slice says, None when it lacks something, and what is wrong with it."""
    found = [Breach(f"sli_specification.time_slice.{name}", "", allowed) for name, allowed in _SLICE if name not in raw]
    if found:
        return None, found
    known = {name: value for name, value in raw.items() if value is not None and name in TimeSlice.model_fields}
    read, faults = read_partly(TimeSlice, known)
    place = "sli_specification.time_slice."
    return read, [fault.breach._replace(field=place + fault.place) for fault in faults]


_SLICE = (("comparator", "one of >, >=, <, <="), ("threshold", "a number"), ("query", "an object"))


def targets_of(raw: Mapping[str, Any]) -> dict[str, float]:
    """The targets of an SLO as the API has it, by timeframe; none when one of them cannot be read."""
    read = [read_partly(Target, each) for each in read_slo(raw)[0].thresholds]
    return {} if any(faults for _, faults in read) else {each.timeframe: each.target for each, _ in read}


def _targets(slo: Slo) -> Iterator[Breach]:
    targets: dict[str, Target] = {}
    if not slo.thresholds:
        yield Breach("thresholds", "", "a target for at least one timeframe")
    for number, raw in enumerate(slo.thresholds):
        place = f"thresholds[{number}]"
        wrong = [Breach(f"{place}.{name}", "", allowed) for name, allowed in _TARGET if raw.get(name) is None]
        known = {name: value for name, value in raw.items() if value is not None and name in Target.model_fields}
        read, faults = read_partly(Target, known)
        wrong += [fault.breach._replace(field=f"{place}.{fault.place}") for fault in faults]
        yield from wrong
        if wrong:
            continue
        if read.warning is not None and read.warning <= read.target:
            yield Breach(f"{place}.warning", shown(read.warning), f"above target ({shown(read.target)})")
        if read.timeframe in targets:
            yield Breach(f"{place}.timeframe", shown(read.timeframe), "each timeframe once")
        targets[read.timeframe] = read
    if slo.timeframe and targets and slo.timeframe not in targets:
        yield Breach("timeframe", shown(slo.timeframe), f"one of the thresholds' ({', '.join(targets)})")
    elif primary := targets.get(slo.timeframe or ""):
        for field, value, same in (
            ("target_threshold", slo.target_threshold, primary.target),
            ("warning_threshold", slo.warning_threshold, primary.warning),
        ):
            if value is not None and value != same:
                there = (
                    f"{shown(same)}, as in the threshold of {slo.timeframe}" if same else "none, as in its threshold"
                )
                yield Breach(field, shown(value), there)


_TARGET = (("timeframe", "one of 7d, 30d, 90d"), ("target", _PERCENT))


def _parts(slo: Slo) -> Iterator[Breach]:
    specification = slo.sli_specification or {}
    has = {
        "metric": slo.query is not None or "count" in specification,
        "monitor": bool(slo.monitor_ids),
        "time_slice": "time_slice" in specification,
    }
    if slo.type is None:
        return
    if not has[slo.type]:
        yield Breach(_NEEDS[slo.type].partition(",")[0], "", f"{_NEEDS[slo.type]}, in an SLO of type {slo.type}")
    if slo.monitor_ids and slo.type != "monitor":
        yield Breach("monitor_ids", shown(list(slo.monitor_ids)), f"none in an SLO of type {slo.type}")
    if slo.groups and len(slo.monitor_ids) > 1:
        yield Breach("groups", shown(list(slo.groups)), "none over several monitors")
    if len(slo.groups) > MAX_GROUPS:
        yield Breach("groups", f"{len(slo.groups)} groups", f"at most {MAX_GROUPS}")
