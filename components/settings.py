"""The stack's settings as one frozen object. The description of a field is what its error message says is allowed."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from components.monitors.thresholds import MonitorSettings
from components.names import DATADOG_SITES

# Source: developers.cloudflare.com/workers/configuration/compatibility-flags (Durable Object stubs and RPC)
RPC_SINCE = date(2024, 4, 3)


def _has_rpc(text: str) -> str:
    if date.fromisoformat(text) < RPC_SINCE:
        raise ValueError(text)
    return text


def _not_the_integrations(source: str) -> str:
    """Source: docs.datadoghq.com/logs/log_configuration/pipelines (integration pipelines)."""
    if source == "cloudflare":
        raise ValueError(source)
    return source


Name = Annotated[
    str,
    Field(
        pattern=r"^[a-z]([a-z0-9-]*[a-z0-9])?$",
        max_length=63,
        description="at most 63 small letters, digits and dashes, starting with a letter",
    ),
]
Handle = Annotated[
    str, Field(pattern=r"^@\S+$", description="a Datadog notification handle such as @slack-alerts, without spaces")
]
Identifier = Annotated[
    str, Field(pattern=r"^[A-Za-z_$][\w$]*$", description="the name of a class that the bundle exports")
]


class Settings(BaseModel):
    """Everything a stack configures but its secrets. Defaults are in Pulumi.yaml; none are here."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)

    # Who
    service: Name
    environment: Name
    team: Name

    # Cloudflare
    account_id: Annotated[
        str, Field(pattern=r"^[0-9a-f]{32}$", description="32 hexadecimal digits, from the Cloudflare dashboard's URL")
    ]
    worker_name: Name
    workers_subdomain: Name
    worker_entry: Annotated[
        str,
        Field(
            pattern=r"^[^/\\][^\\]*\.(js|mjs|ts|mts)$",
            description="a .js, .mjs, .ts or .mts file, relative to this folder",
        ),
    ]
    class_name: Identifier
    binding_name: Annotated[
        str, Field(pattern=r"^[A-Za-z_$][\w$]*$", description="the name by which the Worker's code reaches the class")
    ]
    compatibility_date: Annotated[
        str,
        AfterValidator(_has_rpc),
        Field(description=f"a date such as 2026-11-01, not before {RPC_SINCE}: objects had no RPC before"),
    ]
    inactivity_minutes: Annotated[int, Field(ge=1, le=43_200, description="whole minutes, 1 to 43200 (30 days)")]
    protect: Annotated[bool, Field(description="true or false")]

    # Datadog
    datadog_site: Annotated[
        str,
        Field(
            pattern=f"^({'|'.join(re.escape(site) for site in DATADOG_SITES)})$",
            description=f"one of {', '.join(DATADOG_SITES)}",
        ),
    ]
    log_source: Annotated[
        str,
        AfterValidator(_not_the_integrations),
        Field(
            pattern=r"^[a-z][a-z0-9-]*$",
            description="small letters, digits and dashes, but not cloudflare: Datadog's own pipeline would run first",
        ),
    ]
    docs_url: Annotated[str, Field(pattern=r"^https://\S*[^/\s]$", description="an https address, not ending in /")]
    notify_page: Handle
    notify_chat: Handle
    evaluation_delay: Annotated[int, Field(ge=60, le=86_400, description="whole seconds, 60 to 86400")]
    renotify_interval: Annotated[int, Field(ge=10, le=1_440, description="whole minutes, 10 to 1440")]
    renotify_occurrences: Annotated[int, Field(ge=1, le=100, description="a whole number, 1 to 100")]
    monitors: dict[str, MonitorSettings]
