"""The log pipeline as a component."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_datadog as datadog

from firedrill.components.log_pipeline.pipeline import pipeline_inputs
from firedrill.components.model import ObservedClass


@dataclass(frozen=True)
class LogPipelineArgs:
    """Which logs to process."""

    title: str
    """The pipeline's name in Datadog."""
    scope: str
    """The log search that matches the service's logs."""
    classes: Sequence[ObservedClass]
    """The Worker's Durable Object classes, at least one."""


class LogPipeline(pulumi.ComponentResource):
    """The custom pipeline that turns trace events into telemetry attributes."""

    pipeline_id: pulumi.Output[str]

    def __init__(self, name: str, args: LogPipelineArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:LogPipeline", name, None, opts)
        pipeline = datadog.LogsCustomPipeline(
            f"{name}-pipeline",
            **pipeline_inputs(args.title, args.scope, args.classes),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.pipeline_id = pipeline.id
        self.register_outputs({"pipelineId": self.pipeline_id})
