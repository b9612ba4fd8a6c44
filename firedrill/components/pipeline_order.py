"""The order of all log pipelines of a Datadog organization, as a component.

There is one order, so at most one stack may own it: `ownsPipelineOrder` in its config. None needs to: the pipelines of
this toolkit match logs of their own only. Owning it puts them first, so that a pipeline which matches everything, or
that of another team, does not rewrite a record before they have read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_datadog as datadog


@dataclass(frozen=True)
class PipelineOrderArgs:
    """Which pipelines come first."""

    name: str
    """What Pulumi calls the order; Datadog has no name for it."""
    first: Sequence[pulumi.Input[str]]
    """The stack's own pipelines by id."""
    current: Sequence[str]
    """All pipelines in the order that Datadog has now: it takes an order only if it names every one."""


class PipelineOrder(pulumi.ComponentResource):
    """One `LogsPipelineOrder`: own pipelines, then the others in their present order. Deleting it changes nothing."""

    def __init__(self, name: str, args: PipelineOrderArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:PipelineOrder", name, None, opts)
        order = datadog.LogsPipelineOrder(
            f"{name}-order",
            name=args.name,
            pipelines=pulumi.Output.all(*args.first).apply(lambda first: in_front(first, args.current)),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.register_outputs({"pipelines": order.pipelines})


def current_order(opts: pulumi.InvokeOptions | None = None) -> Sequence[str]:
    """The ids of all pipelines, in the order that Datadog has now."""
    return datadog.get_logs_pipelines_order(opts=opts).pipeline_ids


def in_front(first: Sequence[str], current: Sequence[str]) -> list[str]:
    """`first`, then whatever else is in `current`, in its order."""
    return [*first, *(each for each in current if each not in first)]
