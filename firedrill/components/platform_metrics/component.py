"""Cloudflare's own metrics as a component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
import pulumi_cloudflare as cloudflare
import pulumi_datadog as datadog

from firedrill.components.platform_metrics.collector import (
    SCHEDULE,
    Target,
    collector_bindings,
)
from firedrill.components.platform_metrics.metrics import TAGS
from firedrill.components.worker.bundle import Bundle
from firedrill.components.worker.one_module import script_inputs

Source = Literal["none", "integration", "collector", "both"]
"""`integration`: Datadog asks Cloudflare for the metrics of Workers. `collector`: a Worker of the stack brings those of
Durable Objects, which the integration does not have."""


@dataclass(frozen=True)
class PlatformMetricsArgs:
    """Which of Cloudflare's metrics to bring to Datadog, and with which credentials."""

    source: Source
    title: str
    """What the integration's account is called in Datadog; the value of the tag `account`."""
    collector_name: str
    """The collector's name at Cloudflare."""
    account_id: str
    datadog_site: str
    compatibility_date: str
    collector: Bundle
    workers: Mapping[str, Target]
    """The Workers whose objects are collected, by their names at Cloudflare."""
    token: pulumi.Input[str]
    """Cloudflare API token: Account Analytics Read, and Workers Scripts Read for the collector."""
    datadog_api_key: pulumi.Input[str]


class PlatformMetrics(pulumi.ComponentResource):
    """Datadog's Cloudflare integration, the collector, or both."""

    def __init__(self, name: str, args: PlatformMetricsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        collects = args.source in ("collector", "both")
        brought = sorted(f"{worker.prefix}{metric}" for worker in args.workers.values() for metric in TAGS)
        told = {"metrics": brought} if collects else {}  # for policies, which may not know the bindings yet
        super().__init__("firedrill:components:PlatformMetrics", name, told, opts)
        if args.source in ("integration", "both"):
            self._integrate(name, args)
        if collects:
            self._collect(name, args)
        self.register_outputs(told)  # the inputs again: policies over a whole stack see outputs only

    def _integrate(self, name: str, args: PlatformMetricsArgs) -> None:
        datadog.cloudflare.IntegrationAccount(
            f"{name}-integration",
            name=args.title,
            api_key=pulumi.Output.secret(args.token),
            resources=["worker"],
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _collect(self, name: str, args: PlatformMetricsArgs) -> None:
        token, api_key = pulumi.Output.secret(args.token), pulumi.Output.secret(args.datadog_api_key)
        upload: dict[str, Any] = {
            **script_inputs(args.collector, args.compatibility_date),
            "bindings": collector_bindings(args.account_id, args.datadog_site, args.workers, token, api_key),
        }
        script = cloudflare.WorkersScript(
            f"{name}-collector",
            account_id=args.account_id,
            script_name=args.collector_name,
            **upload,
            opts=pulumi.ResourceOptions(parent=self),
        )
        cloudflare.WorkersCronTrigger(
            f"{name}-schedule",
            account_id=args.account_id,
            script_name=script.script_name,
            schedules=[{"cron": SCHEDULE}],
            opts=pulumi.ResourceOptions(parent=self),
        )
