"""The dashboard of one Worker as one component."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pulumi
import pulumi_datadog as datadog

from firedrill.components.dashboard.service import dashboard, graphs, shown
from firedrill.components.monitors.inputs import MonitorsArgs
from firedrill.components.settings import Settings
from firedrill.components.slos.objectives import declared_objectives


@dataclass(frozen=True)
class DashboardArgs:
    """Whose dashboard it is, with what monitors, and Datadog's ids of its SLOs and of these by their keys."""

    stack: Settings
    monitors: MonitorsArgs
    slo_ids: pulumi.Input[dict[str, str]]
    monitor_ids: pulumi.Input[dict[str, str]]


class Dashboard(pulumi.ComponentResource):
    """A `DashboardJson` of a service."""

    def __init__(self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:Dashboard", name, None, opts)
        stack, service = args.stack, args.monitors.service
        titles = {each.key: (each.name, each.settings.timeframe) for each in declared_objectives(service, stack.slos)}
        paging = graphs(args.monitors.declared)

        def text(ids: dict[str, dict[str, str]]) -> str:
            graphed = {title: ids["monitors"][key] for title, key in paging.items()}
            slos = shown(titles, ids["slos"])
            return json.dumps(dashboard(service, stack.environment, stack.team, stack.docs_url, slos, graphed))

        ids = pulumi.Output.all(slos=args.slo_ids, monitors=args.monitor_ids)
        datadog.DashboardJson(name, dashboard=ids.apply(text), opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})
