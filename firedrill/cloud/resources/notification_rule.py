"""Notification rules.

Sources: docs.datadoghq.com/api/latest/monitors (CreateMonitorNotificationRule),
pulumi.com/registry/packages/datadog/api-docs/monitornotificationrule
"""

from __future__ import annotations

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import uuid
from firedrill.cloud.state import State
from firedrill.cloud.values import Json, in_order
from firedrill.resources import MONITOR_NOTIFICATION_RULE
from firedrill.vendors.datadog import from_pulumi
from firedrill.vendors.datadog.monitors import parse_rules
from firedrill.vendors.errors import FiredrillError

MAX_RULES = 1_000
"""Of an organisation, by default. Source: docs.datadoghq.com/monitors/notify/notification_rules"""


class MonitorNotificationRule(ResourceType):
    """`datadog.MonitorNotificationRule`."""

    token = MONITOR_NOTIFICATION_RULE
    noun = "notification rule"
    known = frozenset({"bundleConfig", "conditionalRecipients", "filter", "name", "recipients"})
    required = ("name", "filter")

    def check(self, inputs: Json, around: Surroundings) -> None:
        """As Datadog checks it."""
        parse_rules([from_pulumi.as_written(inputs)])

    def comparable(self, inputs: Json) -> Json:
        """Tags and recipients have no order."""
        result = super().comparable(inputs)
        given = result.get("filter")
        if isinstance(given, dict) and given.get("tags"):
            result["filter"] = {**given, "tags": in_order(given["tags"])}
        return result | ({"recipients": in_order(result["recipients"])} if result.get("recipients") else {})

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """A UUID; there are at most MAX_RULES."""
        if len(state.of(self.token)) >= MAX_RULES:
            raise FiredrillError(
                f"{self.place(inputs)}: the organisation has {MAX_RULES} notification rules, and no more are allowed; "
                "delete one."
            )
        id_ = uuid("notification-rule", state.number())
        return id_, id_
