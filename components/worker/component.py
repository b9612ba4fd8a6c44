"""The observed Worker as a component."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import pulumi
import pulumi_cloudflare as cloudflare

from components.errors import DeclarationError
from components.names import durable_object_url, worker_url
from components.settings import Settings
from components.worker.bindings import bindings
from components.worker.bundle import Bundle
from components.worker.migrations import Migration, migration_block


@dataclass(frozen=True)
class ObservedWorkerArgs:
    """A Worker with one Durable Object class."""

    # Where
    account_id: str
    worker_name: str
    workers_subdomain: str
    """The account's part of workers.dev addresses."""
    # What
    bundle: Bundle
    class_name: str
    binding_name: str
    compatibility_date: str
    migrations: Sequence[Migration] = ()
    """The class's history; by default it was created as it is, SQLite-backed, with tag v1."""
    # With
    variables: Mapping[str, str] = field(default_factory=dict)
    """Text bindings by name; none by default."""
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    """Secret text bindings by name; none by default."""
    protect: bool = False
    """Whether Pulumi refuses to delete the Worker: its objects' data would go with it."""

    @classmethod
    def of(cls, stack: Settings, bundle: Bundle, telemetry_salt: pulumi.Input[str]) -> ObservedWorkerArgs:
        """The Worker that a stack's settings ask for."""
        return cls(
            account_id=stack.account_id,
            worker_name=stack.worker_name,
            workers_subdomain=stack.workers_subdomain,
            bundle=bundle,
            class_name=stack.class_name,
            binding_name=stack.binding_name,
            compatibility_date=stack.compatibility_date,
            variables={"INACTIVITY_MS": str(stack.inactivity_minutes * 60_000)},
            secrets={"TELEMETRY_SALT": telemetry_salt},
            protect=stack.protect,
        )


class ObservedWorker(pulumi.ComponentResource):
    """A Worker whose invocations Logpush can deliver, with code, bindings and migrations in one upload."""

    script_name: pulumi.Output[str]
    url: pulumi.Output[str]
    metrics_url: pulumi.Output[str]
    """Cloudflare's metrics of the class's objects."""

    def __init__(self, name: str, args: ObservedWorkerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("firedrill:components:ObservedWorker", name, None, opts)
        history = args.migrations or (Migration("v1", (args.class_name,)),)
        live_tag = live_migration_tag(args.account_id, args.worker_name)
        upload: dict[str, Any] = {
            # What
            "main_module": PurePosixPath(args.bundle.path).name,
            "content_file": args.bundle.path,
            "content_sha256": args.bundle.sha256,
            "compatibility_date": args.compatibility_date,
            "migrations": live_tag.apply(lambda tag: _migrations(history, tag)),
            # With
            "bindings": bindings(
                {args.binding_name: args.class_name},
                args.variables,
                {key: pulumi.Output.secret(value) for key, value in args.secrets.items()},
            ),
            # Seen
            "logpush": True,  # off by default; a Logpush job gets nothing without it
            "observability": {"enabled": True, "logs": {"enabled": True, "invocation_logs": True}},
        }
        script = cloudflare.WorkersScript(
            f"{name}-script",
            account_id=args.account_id,
            script_name=args.worker_name,
            **upload,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        cloudflare.WorkersScriptSubdomain(
            f"{name}-subdomain",
            account_id=args.account_id,
            script_name=script.script_name,
            enabled=True,
            previews_enabled=False,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.script_name = script.script_name
        self.url = script.script_name.apply(lambda worker: worker_url(worker, args.workers_subdomain))
        self.metrics_url = script.bindings.apply(namespace_id).apply(
            lambda namespace: durable_object_url(args.account_id, namespace)
        )
        self.register_outputs({"scriptName": self.script_name, "url": self.url, "metricsUrl": self.metrics_url})


def live_migration_tag(account_id: str, worker_name: str) -> pulumi.Output[str | None]:
    """The Durable Object migration tag that Cloudflare holds for the Worker; None before the first deployment."""
    scripts = cloudflare.get_workers_scripts_output(account_id=account_id)
    return scripts.apply(
        lambda found: next((script.migration_tag or None for script in found.results if script.id == worker_name), None)
    )


def _migrations(history: Sequence[Migration], live_tag: str | None) -> dict[str, Any]:
    try:
        return migration_block(history, live_tag)
    except DeclarationError as error:
        raise pulumi.RunError(str(error)) from None  # shown without a traceback, as those of the program itself


def namespace_id(found: Sequence[cloudflare.outputs.WorkersScriptBinding] | None) -> str:
    """The id that Cloudflare gave the Durable Object namespace, or "" before it has."""
    return next((item.namespace_id or "" for item in found or () if item.type == "durable_object_namespace"), "")
