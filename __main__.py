"""The stack: the observed Worker, the delivery of its logs, and the pipeline, metrics and monitors in Datadog."""

from __future__ import annotations

from pathlib import Path

import pulumi

from components import config, names
from components.errors import DeclarationError
from components.log_delivery.component import LogDelivery, LogDeliveryArgs
from components.log_delivery.destinations import DatadogDestination
from components.log_metrics.component import LogMetrics, LogMetricsArgs
from components.log_pipeline.component import LogPipeline, LogPipelineArgs
from components.monitors.component import Monitors
from components.monitors.inputs import MonitorsArgs
from components.worker import bundle
from components.worker.component import ObservedWorker, ObservedWorkerArgs

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Declare everything and export what a person opens next."""
    keys = config.declared_keys(HERE / "Pulumi.yaml")
    stack = config.load(pulumi.runtime.get_config_env(), keys, pulumi.get_stack())
    secrets = pulumi.Config()
    prefix = names.metric_prefix(stack.service, stack.environment)
    tags = names.tags(stack.environment, stack.team, stack.service)
    scope = names.log_scope(stack.log_source, stack.service, stack.environment)
    title = f"{stack.service} {stack.environment}"

    code = bundle.build(HERE, stack.worker_entry, stack.class_name)
    worker = ObservedWorker("worker", ObservedWorkerArgs.of(stack, code, secrets.require_secret("telemetrySalt")))
    api_key = secrets.require_secret("datadogApiKey")
    datadog = DatadogDestination(stack.datadog_site, api_key, stack.log_source, stack.service, tags)
    LogDelivery("logs", LogDeliveryArgs(title, stack.account_id, [stack.worker_name], datadog))
    LogPipeline("logs", LogPipelineArgs(title, scope, stack.class_name))
    LogMetrics("metrics", LogMetricsArgs(prefix, scope))
    Monitors("monitors", MonitorsArgs.of(stack, prefix, title, tags))

    search = f"service:{stack.service} env:{stack.environment}"
    pulumi.export("workerUrl", worker.url)
    pulumi.export("durableObjectMetrics", worker.metrics_url)
    pulumi.export("monitors", names.datadog_url(stack.datadog_site, "monitors/manage", q=search))
    pulumi.export("logs", names.datadog_url(stack.datadog_site, "logs", query=scope))
    pulumi.export("pipelines", names.datadog_url(stack.datadog_site, "logs/pipelines"))


try:
    main()
except DeclarationError as error:
    raise pulumi.RunError(str(error)) from None  # shown without a traceback
