"""The stack: every observed Worker with its logs, metrics and monitors."""

from __future__ import annotations

from pathlib import Path

import pulumi

from firedrill.components import code, config, names
from firedrill.components.log_delivery.elsewhere import deliver_elsewhere
from firedrill.components.observed_service import ObservedService, ObservedServiceArgs
from firedrill.components.observed_worker import live_migration_tags
from firedrill.components.pipeline_order import PipelineOrder, PipelineOrderArgs, current_order
from firedrill.components.platform_metrics import collector
from firedrill.components.platform_metrics.component import PlatformMetrics, PlatformMetricsArgs
from firedrill.components.problems import DeclarationError

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Declare everything and export what a person opens next."""
    keys = config.declared_keys(HERE / "Pulumi.yaml")
    given, is_secret = pulumi.runtime.get_config_env(), pulumi.runtime.is_config_secret
    stack, services = config.load(given, is_secret, keys, pulumi.get_stack())
    live_tags = live_migration_tags(stack.account_id) if any(service.managed for service in services) else {}
    codes = code.read_all(HERE, services, stack.environment, live_tags)
    secrets = pulumi.Config()
    salt, api_key = secrets.require_secret("telemetrySalt"), secrets.require_secret("datadogApiKey")
    title = f"{pulumi.get_project()} {stack.environment}"
    pipelines = []
    for service in services:
        observed = ObservedService(service.key, ObservedServiceArgs(stack, service, codes[service.key], salt, api_key))
        pipelines.append(observed.pipeline_id)
        pulumi.export(service.key, observed.links)
    deliver_elsewhere(stack, [service.script_name for service in services])
    if stack.owns_pipeline_order:
        PipelineOrder("pipelines", PipelineOrderArgs(title, pipelines, current_order()))
    if stack.platform_metrics != "none":
        args = PlatformMetricsArgs(
            source=stack.platform_metrics,
            title=title,
            environment=stack.environment,
            account_id=stack.account_id,
            datadog_site=stack.datadog_site,
            compatibility_date=stack.compatibility_date,
            collector=collector.code(HERE),
            workers={service.script_name: collector.Target(service.prefix, service.tags) for service in services},
            token=secrets.require_secret("analyticsToken"),
            datadog_api_key=api_key,
        )
        PlatformMetrics("platform", args)
    pulumi.export("pipelines", names.datadog_url(stack.datadog_site, "logs/pipelines"))


try:
    main()
except DeclarationError as error:
    raise pulumi.RunError(str(error)) from None  # shown without a traceback
