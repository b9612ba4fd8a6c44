"""Host names that are a Worker's own. Zones and certificates are not kept here: whichever one is named is there.

Sources: developers.cloudflare.com/workers/configuration/routing/custom-domains,
pulumi.com/registry/packages/cloudflare/api-docs/workerscustomdomain
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import digest, live_script, uuid
from firedrill.cloud.state import Entry, State
from firedrill.cloud.tokens import WORKERS_CUSTOM_DOMAIN
from firedrill.cloud.values import Json, revealed


class WorkersCustomDomain(ResourceType):
    """`cloudflare.WorkersCustomDomain`: a host name and its Worker; attaching it again moves it, as a PUT does."""

    token = WORKERS_CUSTOM_DOMAIN
    noun = "WorkersCustomDomain"
    named_by = "hostname"
    import_form = "<account_id>/<domain_id>"
    known = frozenset({"accountId", "environment", "hostname", "service", "zoneId", "zoneName"})
    required = ("accountId", "hostname", "service")
    defaults: ClassVar[Mapping[str, Any]] = {"environment": "production"}
    immutable = ("accountId", "zoneId", "zoneName")
    computed = ("certId",)
    lasting = ("certId",)
    is_put = True

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The same for a host name of an account."""
        id_ = digest("domain", inputs["accountId"], inputs["hostname"])[:32]
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The Worker has to be there."""
        inputs = revealed(entry.inputs)
        live_script(f"{inputs['accountId']}/{inputs['service']}", self.place(inputs), state)
        entry.computed = {"certId": uuid("certificate", key)}
