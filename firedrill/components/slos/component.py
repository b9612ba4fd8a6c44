"""The objectives of one Worker with their alerts as one component."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_datadog as datadog

from firedrill.components.monitors.inputs import MonitorsArgs
from firedrill.components.slo_settings import SloSettings
from firedrill.components.slos.alerts import alert_inputs, alerts_of
from firedrill.components.slos.objectives import declared_objectives, objective_inputs


@dataclass(frozen=True)
class SlosArgs:
    """Which objectives there are, and what their alerts share with all monitors of the stack."""

    slos: SloSettings
    monitors: MonitorsArgs


class Slos(pulumi.ComponentResource):
    """One `ServiceLevelObjective` per objective that the settings ask for, and a `Monitor` for each of its alerts."""

    ids: pulumi.Output[dict[str, str]]
    """Datadog's id of each objective by its key: `chatroom-do-availability`."""
    alert_ids: pulumi.Output[dict[str, str]]
    """Datadog's id of each alert by its key."""

    def __init__(self, name: str, args: SlosArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:Slos", name, None, opts)
        ids: dict[str, pulumi.Output[str]] = {}
        alert_ids: dict[str, pulumi.Output[str]] = {}
        for declared in declared_objectives(args.monitors.service, args.slos):
            former = f"{name}-{declared.former_key}" if declared.former_key else ""
            given: dict[str, Any] = objective_inputs(declared)
            slo = datadog.ServiceLevelObjective(f"{name}-{declared.key}", **given, opts=self._child(former))
            ids[declared.key] = slo.id
            for alert in alerts_of(declared):
                inputs = {**alert_inputs(alert, args.monitors), "query": slo.id.apply(alert.query)}
                opts = self._child(f"{former}-{alert.pace}" if former else "")
                alert_ids[alert.key] = datadog.Monitor(f"{name}-{alert.key}", **inputs, opts=opts).id
        self.ids, self.alert_ids = pulumi.Output.all(**ids).apply(dict), pulumi.Output.all(**alert_ids).apply(dict)
        self.register_outputs({"ids": self.ids, "alertIds": self.alert_ids})

    def _child(self, former: str) -> pulumi.ResourceOptions:
        """Options of a part that may be live under a `former` name, "" for none."""
        return pulumi.ResourceOptions(parent=self, aliases=[pulumi.Alias(name=former)] if former else None)
