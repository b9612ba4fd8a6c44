"""The config as models. A field's `description` is what its error message says is allowed; `title` is what it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field

from firedrill.components.config_model import ConfigModel, once
from firedrill.components.danger_settings import Tell
from firedrill.components.destination_fields import DestinationSettings, LogField
from firedrill.components.routing_settings import DeployWindow, Handle, Route
from firedrill.components.slo_settings import SloSettings
from firedrill.components.worker_settings import Date, Name
from firedrill.vendors.cloudflare.rules.fields import FIELD
from firedrill.vendors.cloudflare.rules.scripts import DATE
from firedrill.vendors.datadog.rules.options import MAX_EVALUATION_DELAY_S
from firedrill.vendors.rules.models import NO_FLAG
from firedrill.vendors.rules.sites import Site

Source = Literal["none", "integration", "collector", "both"]

Reporter = Literal["none", "datadog", "analytics-engine", "both"]
"""Where finished events go besides the console line."""


def _readable(text: str) -> str:
    if not (text.strip() and text.isprintable()):
        raise ValueError(text)
    return text


def _beats(given: Any) -> Any:
    if isinstance(given, bool):
        return given
    if not isinstance(given, dict):
        raise ValueError(given)
    for address in given.values():
        if address is not True and not (isinstance(address, str) and _ADDRESS.fullmatch(address)):
            raise ValueError(given)
    return given


_ADDRESS = re.compile(r"https://[^\s/?#]+(/[^\s?#]*[^\s/?#])?")
HEARTBEAT = "true, or an object: keys of Workers, each with true or an https address that does not end in /"


Minutes = Annotated[int, NO_FLAG, Field(ge=1, le=60, description="whole minutes, 1 to 60")]
MechanismId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class JobAlerts(ConfigModel):
    """Whom Cloudflare notifies of a failing or disabled Logpush job; nobody by default."""

    emails: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")], ...],
        Field(description="a list of email addresses", title="Addresses; the mail shows the job's destination."),
    ] = ()
    webhooks: Annotated[
        tuple[MechanismId, ...], Field(description="a list of ids of webhooks", title="Webhooks of the account.")
    ] = ()
    pagerduties: Annotated[
        tuple[MechanismId, ...], Field(description="a list of ids of connections", title="Connections to PagerDuty.")
    ] = ()

    @property
    def reach_somebody(self) -> bool:
        """Whether anybody is notified."""
        return bool(self.emails or self.webhooks or self.pagerduties)


class SwitchedOff(ConfigModel):
    """One monitor that is off in the whole stack."""

    reason: Annotated[
        str,
        AfterValidator(_readable),
        Field(min_length=1, description="a sentence in one line", title="Why it is off."),
    ]
    until: Annotated[Date, Field(description=f"{DATE}, in quotes", title="After it the policies ask again.")]


class Settings(ConfigModel):
    """What a stack configures beside `workers`, `monitors` and its secrets. All defaults are in Pulumi.yaml."""

    # Who
    environment: Name
    team: Name
    budget: Annotated[int, NO_FLAG, Field(ge=0, description="whole US dollars a month, 0 for any")]

    # Cloudflare
    account_id: Annotated[
        str, Field(pattern=r"^[0-9a-f]{32}$", description="32 hexadecimal digits, from the Cloudflare dashboard's URL")
    ]
    workers_subdomain: Name
    compatibility_date: Date
    region: Annotated[Literal["any", "eu"], Field(description="one of any, eu")]
    protect: Annotated[bool, Field(description="true or false")]
    reporter: Annotated[Reporter, Field(description=f"one of {', '.join(get_args(Reporter))}")]
    more_fields: Annotated[
        tuple[LogField, ...], AfterValidator(once), Field(description=f"a list, none twice; each {FIELD}")
    ]
    destinations: Annotated[
        Mapping[str, DestinationSettings],
        Field(description="destinations by name: config/destinations.py"),
    ]
    heartbeat: Annotated[Any, AfterValidator(_beats), Field(description=HEARTBEAT)]
    job_alerts: Annotated[JobAlerts, Field(description="emails, webhooks and pagerduties, a list each")]
    platform_metrics: Annotated[Source, Field(description=f"one of {', '.join(get_args(Source))}")]

    # Datadog
    datadog_site: Site
    log_source: Annotated[
        str,
        Field(
            pattern=r"^[a-z][a-z0-9-]*$", description="lowercase letters, digits and dashes, beginning with a letter"
        ),
    ]
    owns_pipeline_order: Annotated[bool, Field(description="true or false")]
    docs_url: Annotated[str, Field(pattern=r"^https://\S*[^/\s]$", description="an https address, not ending in /")]
    switched_off: Annotated[
        Mapping[str, SwitchedOff],
        Field(description="by id of a monitor, an object with reason and until"),
    ] = {}
    profile: Annotated[
        Literal["standard", "quiet", "low-traffic", "busy"],
        Field(description="one of standard, quiet, low-traffic, busy"),
    ] = "standard"
    notify_page: Handle
    notify_chat: Handle
    routes: Annotated[Mapping[Tell, Route], Field(description="page and chat, each with to and bundleMinutes")]
    deploy_window: Annotated[DeployWindow, Field(description="start, end, rrule, timezone and mutes")]
    evaluation_delay: Annotated[
        int,
        NO_FLAG,
        Field(ge=60, le=MAX_EVALUATION_DELAY_S, description=f"whole seconds, 60 to {MAX_EVALUATION_DELAY_S}"),
    ]
    renotify_interval: Annotated[int, NO_FLAG, Field(ge=10, le=1_440, description="whole minutes, 10 to 1440")]
    renotify_occurrences: Annotated[int, NO_FLAG, Field(ge=1, le=100, description="a whole number, 1 to 100")]
    page_within: Minutes
    chat_within: Minutes
    recovers_within: Minutes
    dashboard: Annotated[bool, Field(description="true or false")]
    slos: Annotated[
        SloSettings,
        Field(description="worker-availability, worker-latency, do-availability and do-latency, an object each"),
    ]

    @property
    def collects(self) -> bool:
        """Whether a collector brings Cloudflare's own metrics of Durable Objects."""
        return self.platform_metrics in ("collector", "both")
