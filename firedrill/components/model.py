"""One observed Worker as plain data: what its entry in `workers` amounts to after merging and checking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from firedrill.components.danger_settings import DangerSettings
from firedrill.components.monitor_settings import MonitorSettings
from firedrill.vendors.datadog.rules.tags import normalised


@dataclass(frozen=True)
class ObservedClass:
    """One Durable Object class. `monitors` holds the class's own ones, by id; one that is not in it is not declared."""

    name: str
    """As the code exports it; at Datadog it is in lower case: see `tag`."""
    binding: str
    """The name by which the Worker's code reaches the class, "" where it does so by ctx.exports."""
    operations: tuple[str, ...]
    """The operations that are counted, besides events such as `alarm`."""
    errors: tuple[str, ...]
    """The results that count as errors: some of miss, rejected, error."""
    counted_by: Literal["caller", "object"]
    """Whose line counts the operations (docs/adr/0008)."""
    monitors: Mapping[str, MonitorSettings]
    renamed_from: str = ""
    """The class whose objects it takes over at Cloudflare; "" for none."""

    @property
    def tag(self) -> str:
        """The class as a value of tags, which Datadog writes in lower case, and as a part of resource names."""
        return normalised(f"class:{self.name}").removeprefix("class:")


@dataclass(frozen=True)
class Observability:
    """What Workers Observability does with a Worker's logs and traces beside Logpush.

    `logs_to` and `traces_to` are names of the account's destinations for OpenTelemetry; no traces are made without one.
    """

    logs_to: tuple[str, ...] = ()
    traces_to: tuple[str, ...] = ()
    stores_logs: bool = True
    """Whether they are kept for the dashboard, which is billed."""


@dataclass(frozen=True)
class Routing:
    """What leads to a Worker: schedules, routes (pattern, zone_id), domains (hostname, zone), queues, workers.dev.

    `queues` has what a consumer of each is, by the queue's name (API JSON).
    """

    crons: tuple[str, ...] = ()
    routes: tuple[Mapping[str, Any], ...] = ()
    domains: tuple[Mapping[str, Any], ...] = ()
    queues: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    workers_dev: bool = True
    preview_urls: bool = False


@dataclass(frozen=True)
class Managed:
    """A script that Pulumi uploads. `entry` is relative to the project's folder."""

    entry: str
    compatibility_date: str
    variables: Mapping[str, str]
    """Plain text bindings by name."""
    known_tags: Mapping[str, tuple[str, ...]]
    """Migration tags made elsewhere, with the classes that are live at each."""
    deleted_classes: tuple[str, ...]
    """The classes whose objects may be destroyed with all their data."""
    observability: Observability = field(default_factory=Observability)
    bindings: tuple[Mapping[str, Any], ...] = ()
    """Further bindings (API JSON); a `secret` in one names the config key of its text, or of its key."""
    upload: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the upload (API JSON)."""
    routing: Routing = field(default_factory=Routing)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Names of the config keys that hold secrets of its bindings."""
        return tuple(each["secret"] for each in self.bindings if "secret" in each)


@dataclass(frozen=True)
class ByWrangler:
    """A script that Wrangler deploys. `config` is its wrangler.jsonc or wrangler.toml, relative to the project."""

    config: str
    environment: str = ""
    """The file's environment; "" for the one that is called as the stack's, or the top level where there is none."""


@dataclass(frozen=True)
class DeclaredWorker:
    """One Worker with its classes. `monitors` holds the Worker's own ones, by id, as those of a class do."""

    # What
    key: str
    """Name of the service at Datadog and of the component in Pulumi."""
    script_name: str
    """Name of the Worker at Cloudflare."""
    script: Managed | ByWrangler
    classes: tuple[ObservedClass, ...]
    drill: str
    """The drill's traffic, a YAML file relative to the project's folder; "" for none."""
    # Seen as
    title: str
    """What the names of its resources at both vendors start with: `chat-room dev`."""
    prefix: str
    """What every metric's name starts with, the final dot included: `chat_room.dev.`."""
    scope: str
    """The log search that matches its logs and nothing else."""
    tags: tuple[str, ...]
    """`key:value` each, sorted."""
    monitors: Mapping[str, MonitorSettings]
    dangers: Mapping[str, DangerSettings] = field(default_factory=dict)
    """What somebody must be told of, by id."""
    renamed_from: str = ""
    """The key that it had before; "" for none."""
    heartbeat: str = ""
    """The address that the heartbeat is sent to; "" for none."""

    @property
    def managed(self) -> bool:
        """Whether Pulumi uploads the script."""
        return isinstance(self.script, Managed)

    def titled(self, observed: ObservedClass | None) -> str:
        """What the name of a resource starts with that is about the class, or about the Worker for None."""
        return f"{self.title} {observed.name}" if observed else self.title

    def tagged(self, observed: ObservedClass | None, *own: str) -> list[str]:
        """The tags of such a resource, sorted: the Worker's, the class's, its `own`."""
        return sorted((*self.tags, *([f"class:{observed.tag}"] if observed else []), *own))
