"""Datadog's Cloudflare integration, which pulls metrics of zones and Workers (no logs).

Source: docs.datadoghq.com/api/latest/cloudflare-integration
"""

from __future__ import annotations

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import digest
from firedrill.cloud.state import State
from firedrill.cloud.tokens import INTEGRATION_ACCOUNT
from firedrill.cloud.values import Json
from firedrill.vendors.datadog.rules.cloudflare_account import resource_breaches
from firedrill.vendors.errors import refuse


class IntegrationAccount(ResourceType):
    """`datadog.cloudflare.IntegrationAccount`; its key is never given back."""

    token = INTEGRATION_ACCOUNT
    noun = "Cloudflare integration account"
    known = frozenset({"apiKey", "email", "name", "resources"})
    required = ("apiKey", "name")
    immutable = ("name",)
    hidden = ("apiKey",)
    write_only = ("apiKey",)

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The resources are some of those that Datadog pulls metrics for."""
        refuse(self.place(inputs), resource_breaches(inputs.get("resources") or ()))

    def comparable(self, inputs: Json) -> Json:
        """The resources have no order."""
        resources = inputs.get("resources")
        return {**inputs, "resources": sorted(map(str, resources))} if isinstance(resources, list) else inputs

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """32 hexadecimal digits."""
        id_ = digest("integration", state.number())[:32]
        return id_, id_
