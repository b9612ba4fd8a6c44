"""The monitors as one component."""

from __future__ import annotations

import pulumi
import pulumi_datadog as datadog

from components.monitors.inputs import MonitorsArgs, monitor_inputs
from components.monitors.queries import Composite
from components.monitors.table import MONITORS


class Monitors(pulumi.ComponentResource):
    """One `Monitor` per line of the table."""

    ids: pulumi.Output[dict[str, str]]
    """Datadog's id of each monitor, by its id in the table."""

    def __init__(self, name: str, args: MonitorsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:Monitors", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        ids: dict[str, pulumi.Output[str]] = {}
        for spec in MONITORS:  # a composite comes after its parts
            inputs = monitor_inputs(spec, args)
            if isinstance(spec.query, Composite):
                parts = {part: ids[part] for part in spec.query.parts}
                inputs["query"] = pulumi.Output.all(**parts).apply(spec.query.text)
            ids[spec.id] = datadog.Monitor(f"{name}-{spec.id}", **inputs, opts=child).id
        self.ids = pulumi.Output.all(**ids).apply(dict)
        self.register_outputs({"ids": self.ids})
