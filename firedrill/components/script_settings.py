"""What a managed Worker may have beside its code and classes: fields of `workers.<key>`, as Cloudflare names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from firedrill.components.config_model import ConfigModel
from firedrill.vendors.cloudflare.rules.queues import QUEUE_ID, QUEUE_NAME, SETTINGS
from firedrill.vendors.cloudflare.rules.scripts import BINDING_NAME, SCRIPT_NAME
from firedrill.vendors.rules.models import NO_FLAG

_ZONE = "id of a zone, 32 hexadecimal digits"
Zone = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description=_ZONE)]
Binding = Annotated[str, Field(pattern=BINDING_NAME.anchored, description=BINDING_NAME.allowed)]
Hostname = Annotated[
    str,
    Field(
        pattern=r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$", description="a host name, such as shop.example.com"
    ),
]
ScriptName = Annotated[
    str, Field(pattern=SCRIPT_NAME.anchored, max_length=SCRIPT_NAME.most, description=SCRIPT_NAME.allowed)
]
QueueName = Annotated[
    str, Field(pattern=QUEUE_NAME.anchored, max_length=QUEUE_NAME.most, description=QUEUE_NAME.allowed)
]
Text = Annotated[str, Field(min_length=1, description="text")]
Rate = Annotated[float, NO_FLAG, Field(ge=0, le=1, description="a number from 0 to 1")]
Flag = Annotated[bool, Field(strict=True, description="true or false")]
_FLAG = r"^[a-z0-9_]+$"
_RULE = r"^!?/"


class _Model(ConfigModel):
    @property
    def upload(self) -> dict[str, Any]:
        """What is given, by the API's names."""
        return self.model_dump(exclude_unset=True)


class Assets(_Model):
    """`assets`. Source: developers.cloudflare.com/workers/static-assets."""

    directory: Annotated[
        str, Field(pattern=r"^[^/\\][^\\]*$", description="a folder, relative to this one", title="Files to serve.")
    ]
    html_handling: Literal["auto-trailing-slash", "force-trailing-slash", "drop-trailing-slash", "none"] | None = None
    not_found_handling: Literal["none", "404-page", "single-page-application"] | None = None
    run_worker_first: Annotated[
        Flag | tuple[Annotated[str, Field(pattern=_RULE)], ...] | None,
        Field(description="true, false, or a list of paths that begin with / or !/"),
    ] = None
    base_path: Annotated[str | None, Field(pattern=r"^/", description="a path that begins with /")] = None
    headers: Annotated[Text | None, Field(description="the text of a _headers file")] = None
    redirects: Annotated[Text | None, Field(description="the text of a _redirects file")] = None

    @property
    def upload(self) -> dict[str, Any]:
        """The directory, and all else as its config."""
        config = self.model_dump(exclude_unset=True, exclude={"directory"})
        return {"directory": self.directory, **({"config": config} if config else {})}


class Placement(_Model):
    """`placement`. Source: developers.cloudflare.com/workers/configuration/placement."""

    mode: Literal["smart", "targeted"] | None = None
    region: Annotated[
        str | None, Field(pattern=r"^[a-z]+:[a-z0-9-]+$", description="provider:region, such as aws:us-east-1")
    ] = None
    host: Annotated[str | None, Field(pattern=r"^[^\s:]+:[0-9]{1,5}$", description="host:port of a TCP service")] = None
    hostname: Hostname | None = None

    @model_validator(mode="after")
    def _one_target(self) -> Placement:
        targets = [each for each in (self.region, self.host, self.hostname) if each is not None]
        if len(targets) != (0 if self.mode == "smart" else 1):
            raise ValueError(targets)
        return self


class Limits(_Model):
    """`limits`. Source: developers.cloudflare.com/workers/wrangler/configuration/#limits."""

    cpu_ms: Annotated[int | None, NO_FLAG, Field(ge=1, le=300_000, description="milliseconds, 1 to 300000")] = None
    subrequests: Annotated[int | None, NO_FLAG, Field(ge=1, description="a whole number from 1")] = None


class CacheOptions(_Model):
    """`cache_options`."""

    enabled: Flag | None = None
    cross_version_cache: Flag | None = None


class TailConsumer(_Model):
    """One of `tail_consumers`. Source: developers.cloudflare.com/workers/observability/logs/tail-workers."""

    service: ScriptName
    environment: Text | None = None
    namespace: Text | None = None


def _setting(name: str) -> Any:
    least, most, unit = SETTINGS[name]
    return Field(ge=least, le=most, description=f"{unit}, {least} to {most}")


class QueueConsumer(_Model):
    """One of `queue_consumers`. Source: developers.cloudflare.com/queues/configuration/configure-queues."""

    queue_id: Annotated[str, Field(pattern=QUEUE_ID.anchored, description=QUEUE_ID.allowed)]
    batch_size: Annotated[int | None, NO_FLAG, _setting("batch_size")] = None
    max_concurrency: Annotated[int | None, NO_FLAG, _setting("max_concurrency")] = None
    max_retries: Annotated[int | None, NO_FLAG, _setting("max_retries")] = None
    max_wait_time_ms: Annotated[int | None, NO_FLAG, _setting("max_wait_time_ms")] = None
    retry_delay: Annotated[int | None, NO_FLAG, _setting("retry_delay")] = None
    dead_letter_queue: QueueName | None = None

    @property
    def upload(self) -> dict[str, Any]:
        """The queue and the one of dead letters, and all else as settings."""
        settings = self.model_dump(exclude_unset=True, include=set(SETTINGS))
        given = self.model_dump(exclude_unset=True, exclude=set(SETTINGS))
        return {**given, **({"settings": settings} if settings else {})}


class LogsObservability(_Model):
    """`observability.logs`, beside what exportLogs and storeLogs say."""

    enabled: Flag | None = None
    invocation_logs: Flag | None = None
    head_sampling_rate: Rate | None = None


class TracesObservability(_Model):
    """`observability.traces`, beside what exportTraces says."""

    enabled: Flag | None = None
    head_sampling_rate: Rate | None = None
    persist: Flag | None = None
    propagation_policy: Text | None = None


class IssuesObservability(_Model):
    """`observability.issues`."""

    enabled: Flag | None = None


class ObservabilitySettings(_Model):
    """`observability`. Source: developers.cloudflare.com/workers/observability/logs/workers-logs."""

    enabled: Flag | None = None
    head_sampling_rate: Rate | None = None
    issues: IssuesObservability | None = None
    logs: LogsObservability | None = None
    traces: TracesObservability | None = None


class Route(_Model):
    """One of `routes`. Source: developers.cloudflare.com/workers/configuration/routing/routes."""

    pattern: Annotated[
        str, Field(pattern=r"^[^\s?#]+/[^\s?#]*$", description="a host with a path, such as shop.example.com/api/*")
    ]
    zone_id: Zone


class Domain(_Model):
    """One of `domains`. Source: developers.cloudflare.com/workers/configuration/routing/custom-domains."""

    hostname: Hostname
    zone_id: Zone | None = None
    zone_name: Hostname | None = None


class ScriptSettings(_Model):
    """Fields of a managed Worker; what is not given is left to Cloudflare."""

    bindings: Annotated[
        Mapping[Binding, Mapping[str, Any]],
        Field(
            description="by name, an object: a type and its fields (below)",
            title="Bindings besides variables and classes; when managed.",
        ),
    ] = {}
    compatibility_flags: Annotated[
        tuple[Annotated[str, Field(pattern=_FLAG)], ...],
        Field(description="a list of flags, such as nodejs_compat", title="Compatibility flags; when managed."),
    ] = ()
    assets: Annotated[
        Assets | None,
        Field(
            description="directory, htmlHandling, notFoundHandling, runWorkerFirst, basePath, headers, redirects",
            title="Static assets; a binding of type assets reaches them from the code; when managed.",
        ),
    ] = None
    placement: Annotated[
        Placement | None,
        Field(
            description="mode: smart, or one of region (provider:region), host (host:port) and hostname",
            title="Where it runs; when managed.",
        ),
    ] = None
    limits: Annotated[
        Limits | None, Field(description="cpuMs and subrequests", title="What an invocation may take; when managed.")
    ] = None
    cache_options: Annotated[
        CacheOptions | None,
        Field(description="enabled and crossVersionCache", title="The Worker's cache; when managed."),
    ] = None
    observability: Annotated[
        ObservabilitySettings | None,
        Field(
            description="enabled, headSamplingRate, issues (enabled), logs (enabled, invocationLogs, "
            "headSamplingRate), traces (enabled, headSamplingRate, persist, propagationPolicy)",
            title="Workers Observability, beside exportLogs, exportTraces and storeLogs, and without a say in Logpush; "
            "when managed.",
        ),
    ] = None
    tail_consumers: Annotated[
        tuple[TailConsumer, ...],
        Field(
            description="a list of service, environment and namespace",
            title="Workers that get its events too; when managed.",
        ),
    ] = ()
    crons: Annotated[
        tuple[Text, ...],
        Field(
            description='a list of cron expressions, such as "*/5 * * * *"',
            title="When it runs by itself; when managed.",
        ),
    ] = ()
    routes: Annotated[
        tuple[Route, ...],
        Field(description="a list of pattern and zoneId", title="Routes of zones that lead to it; when managed."),
    ] = ()
    domains: Annotated[
        tuple[Domain, ...],
        Field(description="a list of hostname, with zoneId or zoneName", title="Custom domains; when managed."),
    ] = ()
    queue_consumers: Annotated[
        Mapping[QueueName, QueueConsumer],
        Field(
            description="by the queue's name, an object: queueId, batchSize, maxConcurrency, maxRetries, "
            "maxWaitTimeMs, retryDelay (s), deadLetterQueue",
            title="Queues whose messages come to its queue handler; when managed.",
        ),
    ] = {}
    workers_dev: Annotated[
        Flag, Field(title="Whether it is reached at workers.dev, as a heartbeat without an address is; when managed.")
    ] = True
    preview_urls: Annotated[Flag, Field(title="Whether its versions have addresses of their own; when managed.")] = (
        False
    )
