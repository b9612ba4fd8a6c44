"""Cloudflare's notifications. Nobody is notified from here: the local cloud keeps what is asked for.

Sources: developers.cloudflare.com/notifications, developers.cloudflare.com/api/resources/alerting,
pulumi.com/registry/packages/cloudflare/api-docs/notificationpolicy
"""

from __future__ import annotations

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import digest
from firedrill.cloud.state import Entry, State
from firedrill.cloud.tokens import NOTIFICATION_POLICY
from firedrill.cloud.values import Json
from firedrill.vendors.cloudflare.rules.notifications import JOBS_ALERT, mechanisms_breaches
from firedrill.vendors.errors import Unsupported, refuse


class NotificationPolicy(ResourceType):
    """`cloudflare.NotificationPolicy` of failing and disabled Logpush jobs; other alerts are refused."""

    token = NOTIFICATION_POLICY
    noun = "NotificationPolicy"
    import_form = "<account_id>/<policy_id>"
    known = frozenset({"accountId", "alertType", "description", "enabled", "mechanisms", "name"})
    required = ("accountId", "alertType", "mechanisms", "name")
    immutable = ("accountId",)
    computed = ("created", "modified")
    lasting = ("created",)

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The alert, and who is notified."""
        place = self.place(inputs)
        if inputs["alertType"] != JOBS_ALERT:
            raise Unsupported(f"alertType {inputs['alertType']!r}", place)
        refuse(place, mechanisms_breaches(inputs["mechanisms"]))

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """32 hexadecimal digits."""
        id_ = digest("notification policy", state.number())[:32]
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """When it was made and changed."""
        entry.computed = {
            "created": around.now if before is None else before.computed["created"],
            "modified": around.now,
        }
