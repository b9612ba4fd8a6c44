"""Downtimes.

Sources: docs.datadoghq.com/api/latest/downtimes, pulumi.com/registry/packages/datadog/api-docs/downtimeschedule
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import uuid
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, in_order, revealed
from firedrill.resources import DOWNTIME_SCHEDULE, MONITOR
from firedrill.vendors.datadog import from_pulumi
from firedrill.vendors.datadog.monitors import parse_downtime
from firedrill.vendors.errors import FiredrillError

_SETS = ("notifyEndStates", "notifyEndTypes")


class DowntimeSchedule(ResourceType):
    """`datadog.DowntimeSchedule`; deleting it cancels the downtime."""

    token = DOWNTIME_SCHEDULE
    noun = "downtime"
    required = ("scope", "monitorIdentifier")
    defaults: ClassVar[Mapping[str, Any]] = {
        "displayTimezone": "UTC",
        "muteFirstRecoveryNotification": False,
        "notifyEndStates": ["alert", "no data", "warn"],
        "notifyEndTypes": ["expired"],
    }

    def place(self, inputs: Mapping[str, Any]) -> str:
        """By the scope."""
        return f"{self.noun} of {inputs.get('scope', '')!r}"

    def check(self, inputs: Json, around: Surroundings) -> None:
        """As Datadog checks it."""
        parse_downtime(from_pulumi.downtime_schedule(inputs))

    def comparable(self, inputs: Json) -> Json:
        """States, ends and tags have no order."""
        result = super().comparable(inputs)
        result |= {key: in_order(result[key]) for key in _SETS}
        identifier = result.get("monitorIdentifier")
        if isinstance(identifier, dict):
            result["monitorIdentifier"] = {key: in_order(each) for key, each in identifier.items()}
        return result

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """A UUID."""
        id_ = uuid("downtime", state.number())
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The monitor that it is about, where it names one, has to exist."""
        inputs = revealed(entry.inputs)
        monitor = inputs["monitorIdentifier"].get("monitorId")
        if monitor is not None and str(int(monitor)) not in state.of(MONITOR):
            raise FiredrillError(f"{self.place(inputs)}: there is no monitor {int(monitor)}; give the id of one.")
