"""Where Logpush sends records: to Datadog, and to what a stack's config names besides.

Source: developers.cloudflare.com/logs/logpush/logpush-job/enable-destinations
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pulumi

from firedrill.components.destination_fields import DestinationSettings
from firedrill.vendors.cloudflare.rules.destinations.build import datadog_conf


class Destination(Protocol):
    """Anything that Logpush can send to."""

    @property
    def ownership_challenge(self) -> pulumi.Input[str] | None:
        """The token that proves whose the destination is; None where Cloudflare asks for none."""

    def destination_conf(self) -> pulumi.Output[str]:
        """The destination with its credentials, as a Pulumi secret."""


@dataclass(frozen=True)
class DatadogDestination:
    """Datadog's log intake.

    Another `source` than "cloudflare" keeps Datadog's own Cloudflare pipeline, which is not published, off the logs.
    """

    site: str
    api_key: pulumi.Input[str]
    source: str
    service: str
    tags: Sequence[str]
    """`key:value` each."""
    ownership_challenge: None = None

    def destination_conf(self) -> pulumi.Output[str]:
        """`datadog://http-intake.logs.<site>/api/v2/logs?header_DD-API-KEY=...&ddsource=...`."""
        return pulumi.Output.secret(self.api_key).apply(
            lambda key: datadog_conf(self.site, key, self.source, self.service, self.tags)
        )


@dataclass(frozen=True)
class ConfiguredDestination:
    """A destination of the config; `secrets` are by the names of their config keys."""

    settings: DestinationSettings
    account_id: str
    secrets: Mapping[str, pulumi.Input[str]]

    @property
    def ownership_challenge(self) -> pulumi.Output[str] | None:
        """Where the config names one."""
        key = self.settings.challenge
        return pulumi.Output.secret(self.secrets[key]) if key else None

    def destination_conf(self) -> pulumi.Output[str]:
        """As its kind writes it: firedrill/components/destination_settings.py."""
        sealed = {key: pulumi.Output.secret(text) for key, text in self.secrets.items()}
        return pulumi.Output.all(**sealed).apply(lambda texts: self.settings.conf(self.account_id, texts))
