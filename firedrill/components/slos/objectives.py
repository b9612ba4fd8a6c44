"""The service level objectives of a Worker, as data, and what each looks like to the provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from firedrill.components.model import DeclaredWorker, ObservedClass
from firedrill.components.slo_settings import LatencySettings, ObjectiveSettings, SloSettings

SLICE_S = 300


@dataclass(frozen=True)
class Objective:
    """One objective of a Worker, or of each of its classes (`scope`).

    A metric SLO has `good` and `total`, a time-slice SLO `value`: queries in which `{p}` stands for the prefix of the
    metrics and `{c}` for what the class is in a scope.
    """

    id: str
    title: str
    scope: Literal["worker", "class"]
    of: str
    """What is good or bad, in the plural."""
    good: str = ""
    total: str = ""
    value: str = ""

    @property
    def metrics(self) -> bool:
        """Whether it counts events."""
        return not self.value


OBJECTIVES: tuple[Objective, ...] = (
    Objective(
        "worker-availability",
        "availability",
        "worker",
        "requests",
        good="sum:{p}worker.requests{{*}}.as_count() - sum:{p}worker.requests{{status_class:5xx}}.as_count()",
        total="sum:{p}worker.requests{{*}}.as_count()",
    ),
    Objective(
        "worker-latency",
        "latency",
        "worker",
        "slices of 5 minutes",
        value="avg:{p}invocations.wall_time{{kind:gateway}}",
    ),
    Objective(
        "do-availability",
        "availability",
        "class",
        "operations",
        good="sum:{p}do.operations{{{c}}}.as_count() - sum:{p}do.errors{{{c}}}.as_count()",
        total="sum:{p}do.operations{{{c}}}.as_count()",
    ),
    Objective("do-latency", "latency", "class", "slices of 5 minutes", value="p95:{p}do.operations.latency{{{c}}}"),
)


@dataclass(frozen=True)
class DeclaredObjective:
    """One objective to declare."""

    objective: Objective
    settings: ObjectiveSettings
    service: DeclaredWorker
    observed: ObservedClass | None = None
    """The class that it is about; None for the Worker."""

    @property
    def key(self) -> str:
        """Its id, after the class's tag if it is about one."""
        return f"{self.observed.tag}-{self.objective.id}" if self.observed else self.objective.id

    @property
    def former_key(self) -> str:
        """The key under which a renamed class had it, "" for any other."""
        if self.observed is None or not self.observed.renamed_from:
            return ""
        return replace(self, observed=replace(self.observed, name=self.observed.renamed_from)).key

    @property
    def title(self) -> str:
        """What its name and those of its alerts begin with."""
        return self.service.titled(self.observed)

    @property
    def name(self) -> str:
        """Its name at Datadog."""
        return f"{self.title}: {self.objective.title}"

    @property
    def tags(self) -> list[str]:
        """Its tags, sorted: those of the service, `slo:` and `class:`."""
        return self.service.tagged(self.observed, f"slo:{self.objective.id}")

    def query(self, template: str) -> str:
        """One of the objective's queries for this Worker and class."""
        return template.format(p=self.service.prefix, c=f"class:{self.observed.tag}" if self.observed else "*")


def declared_objectives(service: DeclaredWorker, slos: SloSettings) -> list[DeclaredObjective]:
    """The objectives that the settings ask for, the Worker's first, then each class's."""
    return [
        DeclaredObjective(objective, settings, service, observed)
        for observed in (None, *service.classes)
        for objective in OBJECTIVES
        if (objective.scope == "class") == (observed is not None)
        and (settings := getattr(slos, objective.id.replace("-", "_"))) is not None
    ]


def objective_inputs(declared: DeclaredObjective) -> dict[str, Any]:
    """Inputs of `ServiceLevelObjective`.

    Source: docs.datadoghq.com/service_level_objectives/metric, docs.datadoghq.com/service_level_objectives/time_slice
    """
    objective, settings = declared.objective, declared.settings
    inputs: dict[str, Any] = {
        "name": declared.name,
        "type": "metric" if objective.metrics else "time_slice",
        "description": f"{settings.target:g} % of {objective.of} in {settings.timeframe} are good.",
        "tags": declared.tags,
        "thresholds": [{"timeframe": settings.timeframe, "target": settings.target}],
        "timeframe": settings.timeframe,
        "target_threshold": settings.target,
    }
    if objective.metrics:
        good, total = declared.query(objective.good), declared.query(objective.total)
        return inputs | {"query": {"numerator": good, "denominator": total}}
    return inputs | {"sli_specification": {"time_slice": _time_slice(declared)}}


def _time_slice(declared: DeclaredObjective) -> Mapping[str, Any]:
    assert isinstance(declared.settings, LatencySettings)
    query = {"name": "latency", "query": declared.query(declared.objective.value), "data_source": "metrics"}
    return {
        "comparator": "<",
        "threshold": declared.settings.threshold,
        "query_interval_seconds": SLICE_S,
        "query": {"formula": {"formula_expression": "latency"}, "queries": [{"metric_query": query}]},
    }
