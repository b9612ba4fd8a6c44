"""Log pipelines and their order.

A new pipeline comes last. The order names all of them, whoever made them.
Sources: docs.datadoghq.com/api/latest/logs-pipelines,
pulumi.com/registry/packages/datadog/api-docs/logspipelineorder
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import letters
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, revealed
from firedrill.resources import LOGS_PIPELINE, LOGS_PIPELINE_ORDER
from firedrill.vendors.datadog import from_pulumi
from firedrill.vendors.datadog.pipelines import compile_pipelines, in_order
from firedrill.vendors.errors import Mistakes, refuse
from firedrill.vendors.rules.breach import Breach, shown


class LogsCustomPipeline(ResourceType):
    """`datadog.LogsCustomPipeline`."""

    token = LOGS_PIPELINE
    noun = "pipeline"
    required = ("name", "filters")
    defaults: ClassVar[Mapping[str, Any]] = {"isEnabled": False}

    def check(self, inputs: Json, around: Surroundings) -> None:
        """As Datadog checks it, its processors and grok rules included."""
        mistakes = Mistakes()
        spec = from_pulumi.pipeline(inputs, mistakes)
        with mistakes.collect():
            compile_pipelines([spec])
        mistakes.raise_all()

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """22 characters; pipelines may share a name."""
        id_ = letters("pipeline", state.number())
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """A new one gets the last position."""
        last = max((other.held["position"] for other in state.of(self.token).values()), default=0)
        entry.held = {"position": last + 1} if before is None else before.held


class LogsPipelineOrder(ResourceType):
    """`datadog.LogsPipelineOrder`: only Pulumi knows its name, and deleting it leaves the order as it is."""

    token = LOGS_PIPELINE_ORDER
    noun = "LogsPipelineOrder"
    known = frozenset({"name", "pipelines"})
    required = ("name", "pipelines")
    is_put = True

    def check(self, inputs: Json, around: Surroundings) -> None:
        """It has a name, and lists ids."""
        for key, listed in (("name", [inputs["name"]]), ("pipelines", inputs["pipelines"])):
            if not isinstance(listed, list) or not all(isinstance(each, str) for each in listed):
                allowed = "text" if key == "name" else "a list of ids"
                refuse(self.noun, [Breach(key, shown(inputs[key]), allowed)])

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The name is the id."""
        return inputs["name"], inputs["name"]

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """It has to list each pipeline once."""
        pipelines = state.of(LOGS_PIPELINE)
        ordered = in_order([{"id": id_} for id_ in pipelines], revealed(entry.inputs["pipelines"]))
        for position, spec in enumerate(ordered, start=1):
            pipelines[spec["id"]] = replace(pipelines[spec["id"]], held={"position": position})

    def find(self, key: str, state: State) -> Entry | None:
        """There is always an order, under whatever name."""
        return super().find(key, state) or Entry(key, {"name": key})

    def readable(self, entry: Entry, known: Mapping[str, Any], state: State, around: Surroundings) -> Json:
        """All pipelines, in the order in which they run."""
        return {**entry.inputs, "pipelines": pipeline_order(state)}


def pipeline_order(state: State) -> list[str]:
    """The ids of all pipelines, in the order in which they run."""
    pipelines = state.of(LOGS_PIPELINE)
    return sorted(pipelines, key=lambda id_: int(pipelines[id_].held["position"]))


def pipelines_order(arguments: Json, state: State) -> Json:
    """`getLogsPipelinesOrder`: what LogsPipelineOrder has to name."""
    return {"id": "pipelines", **arguments, "pipelineIds": pipeline_order(state)}
