"""The monitors of one Worker as one component."""

from __future__ import annotations

import pulumi
import pulumi_datadog as datadog

from firedrill.components.monitors.declared import former_keys
from firedrill.components.monitors.inputs import MonitorsArgs, monitor_inputs
from firedrill.components.monitors.queries import Composite


class Monitors(pulumi.ComponentResource):
    """One `Monitor` per line of the table that has settings, once for the Worker or once for each of its classes."""

    ids: pulumi.Output[dict[str, str]]
    """Datadog's id of each monitor by its id in the table, a class's after the class: `chatroom-do-latency`."""

    def __init__(self, name: str, args: MonitorsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:Monitors", name, None, opts)
        ids: dict[str, pulumi.Output[str]] = {}
        for monitor in args.declared:  # a composite comes after its parts
            inputs = monitor_inputs(monitor, args)
            if isinstance(monitor.spec.query, Composite):
                parts = {part: ids[key] for part, key in monitor.parts.items()}
                inputs["query"] = pulumi.Output.all(**parts).apply(monitor.spec.query.text)
            former = [pulumi.Alias(name=f"{name}-{key}") for key in former_keys(monitor, args.formerly_unnamed)]
            child = pulumi.ResourceOptions(parent=self, aliases=former)
            ids[monitor.key] = datadog.Monitor(f"{name}-{monitor.key}", **inputs, opts=child).id
        self.ids = pulumi.Output.all(**ids).apply(dict)
        self.register_outputs({"ids": self.ids})
