"""A Worker that Pulumi uploads, as a component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import pulumi
import pulumi_cloudflare as cloudflare

from firedrill.components.code import Code
from firedrill.components.model import DeclaredWorker, Managed, Observability, Routing
from firedrill.components.names import durable_object_url, worker_url
from firedrill.components.problems import Problem, refuse
from firedrill.components.settings import Settings
from firedrill.components.worker.bindings import bindings
from firedrill.components.worker.bundle import Bundle
from firedrill.components.worker.further import with_secret
from firedrill.components.worker.reporting import reporter_bindings
from firedrill.salt import SALT
from firedrill.vendors.cloudflare.rules.migrations import live_before
from firedrill.vendors.cloudflare.rules.queues import WORKER
from firedrill.vendors.cloudflare.rules.scripts import assets_breaches, script_breaches


@dataclass(frozen=True)
class ObservedWorkerArgs:
    """A Worker with its Durable Object classes."""

    # Where
    account_id: str
    worker_name: str
    workers_subdomain: str
    """The account's part of workers.dev addresses."""
    # What
    bundle: Bundle
    classes: Mapping[str, str]
    """The classes by binding."""
    migrations: Mapping[str, Any]
    """What happens to them with this upload (worker/migrations.py)."""
    compatibility_date: str
    # With
    variables: Mapping[str, str] = field(default_factory=dict)
    """Text bindings by name; none by default."""
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Secret text bindings by name; none by default."""
    other_bindings: Sequence[dict[str, Any]] = ()
    """As the provider takes them; none by default."""
    observability: Observability = field(default_factory=Observability)
    upload: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the upload (API JSON); none by default."""
    routing: Routing = field(default_factory=Routing)
    protect: bool = False
    """Whether Pulumi refuses to delete the Worker: its objects' data would go with it."""

    @classmethod
    def of(
        cls,
        stack: Settings,
        service: DeclaredWorker,
        script: Managed,
        code: Code,
        telemetry_salt: pulumi.Input[str],
        datadog_api_key: pulumi.Input[str],
        secrets: Mapping[str, pulumi.Input[str]],
    ) -> ObservedWorkerArgs:
        """The Worker that a stack's settings ask for."""
        return cls(
            account_id=stack.account_id,
            worker_name=service.script_name,
            workers_subdomain=stack.workers_subdomain,
            bundle=code.bundle,
            classes={observed.binding: observed.name for observed in service.classes},
            migrations=code.migrations,
            compatibility_date=script.compatibility_date,
            variables=script.variables,
            secrets={SALT: telemetry_salt},
            other_bindings=[
                *reporter_bindings(stack.reporter, stack.datadog_site, service.prefix, datadog_api_key),
                *(_bound(each, secrets) for each in script.bindings),
            ],
            observability=script.observability,
            upload=script.upload,
            routing=script.routing,
            protect=stack.protect,
        )


def _bound(binding: Mapping[str, Any], secrets: Mapping[str, pulumi.Input[str]]) -> dict[str, Any]:
    if "secret" not in binding:
        return dict(binding)
    return with_secret(binding, pulumi.Output.secret(secrets[binding["secret"]]))


def observability_block(settings: Observability, given: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """The block of a script's upload: logs always, traces where something gets them; over both what is `given`."""
    logs: dict[str, Any] = {"enabled": True, "invocation_logs": True, "persist": settings.stores_logs}
    if settings.logs_to:
        logs["destinations"] = list(settings.logs_to)
    traces = {"traces": {"enabled": True, "destinations": list(settings.traces_to), "persist": False}}
    block: dict[str, Any] = {"enabled": True, "logs": logs, **(traces if settings.traces_to else {})}
    parts = {key: {**block.get(key, {}), **given[key]} for key in ("logs", "traces") if key in given}
    return {**block, **given, **parts}


class ObservedWorker(pulumi.ComponentResource):
    """A Worker whose invocations Logpush can deliver, with code, bindings and migrations in one upload."""

    script_name: pulumi.Output[str]
    url: pulumi.Output[str] | None
    """At workers.dev; None where it is not reached there."""
    metrics_urls: pulumi.Output[dict[str, str]]
    """Cloudflare's metrics of the objects of each class."""

    def __init__(self, name: str, args: ObservedWorkerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:ObservedWorker", name, None, opts)
        upload: dict[str, Any] = {
            # What
            "main_module": PurePosixPath(args.bundle.path).name,
            "content_file": args.bundle.path,
            "content_sha256": args.bundle.sha256,
            "compatibility_date": args.compatibility_date,
            "migrations": args.migrations,
            # With
            "bindings": bindings(
                args.classes,
                args.variables,
                {key: pulumi.Output.secret(value) for key, value in args.secrets.items()},
                args.other_bindings,
            ),
            # Seen
            "logpush": True,  # off by default; a Logpush job gets nothing without it
            **args.upload,
            "observability": observability_block(args.observability, args.upload.get("observability", {})),
        }
        script_inputs = {"script_name": args.worker_name, **upload}
        refused = [*script_breaches(script_inputs, live_before(script_inputs)), *assets_breaches(script_inputs)]
        refuse(f"The Worker {args.worker_name!r}", [Problem.of(breach) for breach in refused])
        script = cloudflare.WorkersScript(
            f"{name}-script",
            account_id=args.account_id,
            **script_inputs,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        cloudflare.WorkersScriptSubdomain(
            f"{name}-subdomain",
            account_id=args.account_id,
            script_name=script.script_name,
            enabled=args.routing.workers_dev,
            previews_enabled=args.routing.preview_urls,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self._lead_to(script, name, args)
        self.script_name = script.script_name
        at = script.script_name.apply(lambda worker: worker_url(worker, args.workers_subdomain))
        self.url = at if args.routing.workers_dev else None
        urls = script.bindings.apply(
            lambda found: {
                of: durable_object_url(args.account_id, namespace_id(found, binding))
                for binding, of in args.classes.items()
            }
        )
        self.metrics_urls = pulumi.Output.unsecret(urls)  # bindings hold secrets, but these are none
        reached = {"url": self.url} if self.url else {}
        self.register_outputs({"scriptName": self.script_name, **reached, "metricsUrls": self.metrics_urls})

    def _lead_to(self, script: cloudflare.WorkersScript, name: str, args: ObservedWorkerArgs) -> None:
        """Schedules, routes, domains and queues; the name of each says what it is for, so that none moves another."""
        own, routing = pulumi.ResourceOptions(parent=self), args.routing
        if routing.crons:
            schedules: list[cloudflare.WorkersCronTriggerScheduleArgsDict] = [{"cron": cron} for cron in routing.crons]
            cloudflare.WorkersCronTrigger(
                f"{name}-crons",
                account_id=args.account_id,
                script_name=script.script_name,
                schedules=schedules,
                opts=own,
            )
        for route in routing.routes:
            cloudflare.WorkersRoute(f"{name}-route-{route['pattern']}", **route, script=script.script_name, opts=own)
        for domain in routing.domains:
            cloudflare.WorkersCustomDomain(
                f"{name}-domain-{domain['hostname']}",
                account_id=args.account_id,
                service=script.script_name,
                **domain,
                opts=own,
            )
        for consumer in routing.queues.values():
            cloudflare.QueueConsumer(
                f"{name}-queue-{consumer['queue_id']}",
                account_id=args.account_id,
                script_name=script.script_name,
                type=WORKER,
                **consumer,
                opts=own,
            )


def live_migration_tags(account_id: str, opts: pulumi.InvokeOptions | None = None) -> dict[str, str]:
    """The Durable Object migration tag of each Worker in the account that has one, by its name at Cloudflare.

    Asked at once, not as an output: what follows from a tag may stop the program.
    """
    scripts = cloudflare.get_workers_scripts(account_id=account_id, opts=opts).results
    return {script.id: script.migration_tag for script in scripts if script.migration_tag}


def namespace_id(found: Sequence[cloudflare.outputs.WorkersScriptBinding] | None, binding: str) -> str:
    """The id that Cloudflare gave the Durable Object namespace of a binding, or "" before it has."""
    return next((item.namespace_id or "" for item in found or () if item.name == binding), "")
