"""A stack: every observed Worker with its logs, metrics and monitors, declared from the stack's config.

The providers take seconds to import, so what needs them is imported once the config is known to be right.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi

from firedrill.components import code, names
from firedrill.components.config import NAMESPACE, former_keys, load, of_project
from firedrill.components.config.advice import Advice
from firedrill.components.look_up import exported
from firedrill.components.look_up import options as look_up
from firedrill.components.model import Managed
from firedrill.components.problems import DeclarationError, Problem, refuse

if TYPE_CHECKING:
    from firedrill.components.observed_service import ObservedService

_NAME = re.compile(r"([a-z]([a-z0-9-]*[a-z0-9])?)?")


def observe(
    root: str | Path,
    opts: pulumi.ResourceOptions | None = None,
    *,
    name: str = "",
    config: Mapping[str, Any] | None = None,
) -> dict[str, ObservedService]:
    """Declare what the stack's config asks for and export what a person opens next; returns the services by key.

    `root` is the project's folder, to which paths in the config are relative. The config is that of the namespace
    `firedrill`, whatever the project is called (docs/config.md); `config` gives values by key in the program, for
    secrets outputs such as `pulumi.Config().require_secret("datadogApiKey")`. All that is declared and looked up uses
    the providers of `opts`, so a program may call this once for each account: with other keys of Workers each time,
    and with a `name` that keeps apart what each call declares once for all of its Workers.

    Raises pulumi.RunError, which Pulumi shows without a traceback, with everything that is wrong.
    """
    try:
        return _declare(Path(root).resolve(), opts, name, config or {})
    except DeclarationError as error:
        raise pulumi.RunError(str(error)) from None


def _declare(
    root: Path, opts: pulumi.ResourceOptions | None, name: str, program: Mapping[str, Any]
) -> dict[str, ObservedService]:
    refuse("The call of observe", _problems(root, name))
    given, is_secret = pulumi.runtime.get_config_env(), pulumi.runtime.is_config_secret
    stack, services = load(given, is_secret, pulumi.get_stack(), of_project(root), program)
    advice = Advice(pulumi.get_stack(), frozenset(program))
    refuse("The config", former_keys.problems(services, stack.workers_subdomain, exported(), advice))

    from firedrill.components.heartbeat.component import Heartbeat, HeartbeatArgs, Target
    from firedrill.components.heartbeat.component import code as heartbeat_code
    from firedrill.components.heartbeat.component import name as heartbeat_name
    from firedrill.components.heartbeat.session import session
    from firedrill.components.log_delivery.elsewhere import deliver_elsewhere
    from firedrill.components.log_delivery.job_alerts import alert_on_jobs
    from firedrill.components.observed_service import ObservedService, ObservedServiceArgs
    from firedrill.components.observed_worker import live_migration_tags
    from firedrill.components.pipeline_order import PipelineOrder, PipelineOrderArgs, current_order
    from firedrill.components.platform_metrics import collector
    from firedrill.components.platform_metrics.component import PlatformMetrics, PlatformMetricsArgs
    from firedrill.components.routed import declare_routes, mute_deployments

    live_tags = {}
    if any(service.managed for service in services):
        live_tags = live_migration_tags(stack.account_id, look_up(opts, "cloudflare"))
    codes = code.read_all(root, services, stack.environment, live_tags)
    secret = _secrets(program)
    salt, api_key = secret("telemetrySalt"), secret("datadogApiKey")
    prefix = f"{name}-" if name else ""
    title = " ".join(filter(None, (pulumi.get_project(), name, stack.environment)))
    owner = names.owner(pulumi.get_project(), name)
    observed = {}
    for service in services:
        named = service.script.secrets if isinstance(service.script, Managed) else ()
        args = ObservedServiceArgs(
            stack, service, codes[service.key], salt, api_key, {key: secret(key) for key in named}
        )
        observed[service.key] = ObservedService(service.key, args, opts)
        pulumi.export(service.key, observed[service.key].links)
    script_names = {service.key: service.script_name for service in services}
    credentials = {key: secret(key) for each in stack.destinations.values() for key in each.secrets}
    deliver_elsewhere(stack, script_names, credentials, owner, prefix, opts)
    declare_routes(f"{prefix}routes", stack, title, opts)
    mute_deployments(f"{prefix}deployment", stack, services, opts)
    if stack.job_alerts.reach_somebody:
        alert_on_jobs(f"{prefix}job-alerts", stack, title, opts)
    if beating := [service for service in services if service.heartbeat]:
        beats = HeartbeatArgs(
            account_id=stack.account_id,
            script_name=heartbeat_name(owner, stack.environment),
            compatibility_date=stack.compatibility_date,
            code=heartbeat_code(root),
            targets=[Target(service.heartbeat, session(root, service)) for service in beating],
        )
        Heartbeat(f"{prefix}heartbeat", beats, opts)
    if stack.owns_pipeline_order:
        current = current_order(look_up(opts, "datadog"))
        order = PipelineOrderArgs(title, [each.pipeline_id for each in observed.values()], current)
        PipelineOrder(f"{prefix}pipelines", order, opts)
    if stack.platform_metrics != "none":
        metrics = PlatformMetricsArgs(
            source=stack.platform_metrics,
            title=title,
            collector_name=collector.name(owner, stack.environment),
            account_id=stack.account_id,
            datadog_site=stack.datadog_site,
            compatibility_date=stack.compatibility_date,
            collector=collector.code(root),
            workers={service.script_name: collector.Target(service.prefix, service.tags) for service in services},
            token=secret("analyticsToken"),
            datadog_api_key=api_key,
        )
        PlatformMetrics(f"{prefix}platform", metrics, opts)
    pulumi.export(f"{prefix}pipelines", names.datadog_url(stack.datadog_site, "logs/pipelines"))
    return observed


def _problems(root: Path, name: str) -> list[Problem]:
    found = []
    if not root.is_dir():
        found.append(Problem("root", repr(str(root)), "the project's folder, such as Path(__file__).parent", ""))
    if not _NAME.fullmatch(name):
        allowed = "lowercase letters, digits and dashes, beginning with a letter and not ending with a dash"
        found.append(Problem("name", repr(name), allowed, ""))
    return found


def _secrets(program: Mapping[str, Any]) -> Callable[[str], pulumi.Output[str]]:
    """What gives the secret of a key: the program's, else that of the stack's config."""
    stack = pulumi.Config(NAMESPACE)
    return lambda key: pulumi.Output.secret(program[key]) if key in program else stack.require_secret(key)
