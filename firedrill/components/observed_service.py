"""One observed Worker with all that belongs to it, as a component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pulumi

from firedrill.components.code import Code
from firedrill.components.dashboard.component import Dashboard, DashboardArgs
from firedrill.components.destination_fields import observed_fields
from firedrill.components.log_delivery.component import LogDelivery, LogDeliveryArgs
from firedrill.components.log_delivery.destinations import DatadogDestination
from firedrill.components.log_metrics.component import LogMetrics, LogMetricsArgs
from firedrill.components.log_metrics.definitions import metrics
from firedrill.components.log_pipeline.component import LogPipeline, LogPipelineArgs
from firedrill.components.log_searches import watched
from firedrill.components.model import DeclaredWorker, Managed
from firedrill.components.monitors.component import Monitors
from firedrill.components.monitors.inputs import MonitorsArgs
from firedrill.components.names import datadog_url
from firedrill.components.observed_worker import ObservedWorker, ObservedWorkerArgs
from firedrill.components.promises import promises
from firedrill.components.settings import Settings
from firedrill.components.slo_settings import SloSettings
from firedrill.components.slos.component import Slos, SlosArgs
from firedrill.components.telemetry import CANARY

BEFORE_SERVICES = {"conversation-state": "ConversationStateDO"}
"""The one service, with its class, that stacks had when its parts were named `worker`, `logs`, `metrics` and `monitors`
and stood at the top: what is live under those names is kept."""


@dataclass(frozen=True)
class ObservedServiceArgs:
    """What to declare for one Worker."""

    stack: Settings
    service: DeclaredWorker
    code: Code
    telemetry_salt: pulumi.Input[str]
    datadog_api_key: pulumi.Input[str]
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Those of its bindings, by config key; none by default."""


class ObservedService(pulumi.ComponentResource):
    """A Worker, the delivery of its logs, and the pipeline, metrics and monitors made of them.

    Its own inputs say what is observed; with a Worker that Wrangler deploys, also what its script would be.
    """

    links: pulumi.Output[dict[str, Any]]
    """What a person opens next, by name; the Worker's own addresses only where Pulumi uploads it."""
    pipeline_id: pulumi.Output[str]

    def __init__(self, name: str, args: ObservedServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs = service_inputs(args.stack, args.service, args.code)
        stack, service = args.stack, args.service
        if service.renamed_from:
            former = pulumi.ResourceOptions(aliases=[pulumi.Alias(name=service.renamed_from)])
            opts = pulumi.ResourceOptions.merge(opts, former)
        super().__init__("firedrill:components:ObservedService", name, inputs, opts)
        reporter = stack.reporter != "none"
        links: dict[str, pulumi.Input[Any]] = {
            "monitors": datadog_url(
                stack.datadog_site, "monitors/manage", q=f"service:{service.key} env:{stack.environment}"
            ),
            "logs": datadog_url(stack.datadog_site, "logs", query=service.scope),
        }
        if isinstance(service.script, Managed):
            worker = ObservedWorker(
                f"{name}-worker",
                ObservedWorkerArgs.of(
                    stack, service, service.script, args.code, args.telemetry_salt, args.datadog_api_key, args.secrets
                ),
                self._child("worker"),
            )
            links |= {**({"worker": worker.url} if worker.url else {}), "durableObjects": worker.metrics_urls}
        datadog = DatadogDestination(
            stack.datadog_site, args.datadog_api_key, stack.log_source, service.key, service.tags
        )
        LogDelivery(
            f"{name}-logs",
            LogDeliveryArgs(
                service.title.replace(" ", "-"),
                stack.account_id,
                [service.script_name],
                datadog,
                observed_fields(stack.more_fields),
            ),
            self._child("logs"),
        )
        pipeline = LogPipelineArgs(service.title, service.scope, service.classes)
        self.pipeline_id = LogPipeline(f"{name}-logs", pipeline, self._child("logs")).pipeline_id
        LogMetrics(
            f"{name}-metrics",
            LogMetricsArgs(
                service.prefix,
                service.scope,
                metrics(
                    service.classes,
                    reporter=reporter,
                    heartbeat=bool(service.heartbeat),
                    buckets=watched(service.classes, "hot-object"),
                    mix=watched(service.classes, "operations-mix"),
                ),
            ),
            self._child("metrics"),
        )
        monitors = MonitorsArgs.of(stack, service)
        formerly_unnamed = BEFORE_SERVICES.get(service.key, "")
        made = Monitors(
            f"{name}-monitors", replace(monitors, formerly_unnamed=formerly_unnamed), self._child("monitors")
        )
        slo_ids: pulumi.Input[dict[str, str]] = {}
        if stack.slos != SloSettings():
            slo_ids = Slos(f"{name}-slos", SlosArgs(stack.slos, monitors), pulumi.ResourceOptions(parent=self)).ids
        if stack.dashboard:
            shown = DashboardArgs(stack, monitors, slo_ids, made.ids)
            Dashboard(f"{name}-dashboard", shown, pulumi.ResourceOptions(parent=self))
        self.links = pulumi.Output.all(**links).apply(dict)
        # The inputs again: policies over a whole stack see outputs only.
        self.register_outputs({**inputs, "links": self.links})

    def _child(self, former: str) -> pulumi.ResourceOptions:
        """Options of a part that was once named `former` and stood at the top."""
        if self._name not in BEFORE_SERVICES:
            return pulumi.ResourceOptions(parent=self)
        return pulumi.ResourceOptions(
            parent=self, aliases=[pulumi.Alias(name=former, parent=pulumi.ROOT_STACK_RESOURCE)]
        )


def service_inputs(stack: Settings, service: DeclaredWorker, code: Code) -> dict[str, Any]:
    """What the component says of itself, for people, the drill and the policies; nothing of it is secret."""
    inputs: dict[str, Any] = {
        "service": service.key,
        "environment": stack.environment,
        "site": stack.datadog_site,
        "scriptName": service.script_name,
        "handles": sorted(
            {stack.notify_page, stack.notify_chat, *(each for one in stack.routes.values() for each in one.to)}
        ),
        "deletedClasses": list(service.script.deleted_classes) if isinstance(service.script, Managed) else [],
        "managed": service.managed,
        "drill": service.drill,
        "canary": CANARY,
        "promises": promises(stack, service),
        "classes": {
            observed.name: {
                "operations": list(observed.operations),
                "errors": list(observed.errors),
                "countedBy": observed.counted_by,
                **({"renamedFrom": observed.renamed_from} if observed.renamed_from else {}),
            }
            for observed in service.classes
        },
    }
    if stack.more_fields:
        inputs["moreFields"] = list(stack.more_fields)
    if service.heartbeat:
        inputs["heartbeat"] = service.heartbeat
    if stack.switched_off:
        inputs["switchedOff"] = {id_: each.model_dump() for id_, each in stack.switched_off.items()}
    if isinstance(service.script, Managed) and service.script.routing.queues:
        inputs["queues"] = {each["queue_id"]: name for name, each in service.script.routing.queues.items()}
    if stack.budget:
        inputs["budget"] = stack.budget
    if stack.region != "any":
        inputs["region"] = stack.region
    return inputs if service.managed else inputs | {"script": code.script}
