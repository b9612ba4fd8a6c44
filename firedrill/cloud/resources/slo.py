"""Datadog SLOs.

Sources: docs.datadoghq.com/api/latest/service-level-objectives (create, delete),
pulumi.com/registry/packages/datadog/api-docs/servicelevelobjective
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import digest
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, revealed
from firedrill.resources import DASHBOARD_JSON, MONITOR, SERVICE_LEVEL_OBJECTIVE
from firedrill.vendors.datadog import from_pulumi
from firedrill.vendors.datadog.rules.monitors import SLO_ALERT
from firedrill.vendors.datadog.rules.slo_alerts import read_alert
from firedrill.vendors.datadog.slos import check_slo
from firedrill.vendors.errors import FiredrillError


class ServiceLevelObjective(ResourceType):
    """`datadog.ServiceLevelObjective`, of metrics."""

    token = SERVICE_LEVEL_OBJECTIVE
    noun = "SLO"
    required = ("name", "type", "thresholds")
    immutable = ("type",)

    def check(self, inputs: Json, around: Surroundings) -> None:
        """As Datadog checks it."""
        check_slo(from_pulumi.service_level_objective(inputs), {}).raise_refused()

    def comparable(self, inputs: Json) -> Json:
        """Tags have no order."""
        result = super().comparable(inputs)
        if isinstance(result.get("tags"), list):
            result["tags"] = sorted(map(str, result["tags"]))
        return result

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """32 hexadecimal digits."""
        id_ = digest("slo", state.number())[:32]
        return id_, id_

    def retire(self, key: str, entry: Entry, state: State) -> None:
        """Not while a dashboard or a monitor uses it, unless it is forced.

        Of monitors Datadog says nothing; whoever deletes these first is right either way.
        """
        users = list(_users(key, state))
        if users and not entry.inputs.get("forceDelete"):
            raise FiredrillError(
                f"{self.place(entry.inputs)}: SLO [{key}] is used in {', '.join(users)}; delete those first, or set"
                " forceDelete."
            )


def _users(key: str, state: State) -> Iterator[str]:
    for id_, entry in state.of(MONITOR).items():
        inputs = revealed(entry.inputs)
        if inputs.get("type") == SLO_ALERT and (alert := read_alert(str(inputs["query"]))) and alert.slo == key:
            yield f"monitor {id_}"
    for id_, entry in state.of(DASHBOARD_JSON).items():
        if key in named("slo_id", from_pulumi.dashboard_json(revealed(entry.inputs))):
            yield f"dashboard {id_}"


def named(field: str, value: Any) -> frozenset[str]:
    """The ids that a dashboard as the API has it has in a `field`, which may be in any widget."""
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    own = [str(value[field])] if isinstance(value, Mapping) and value.get(field) else []
    return frozenset(own).union(*(named(field, each) for each in inner))
