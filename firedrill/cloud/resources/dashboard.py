"""Datadog dashboards as JSON.

Sources: docs.datadoghq.com/api/latest/dashboards, pulumi.com/registry/packages/datadog/api-docs/dashboardjson
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import digest
from firedrill.cloud.resources.slo import named
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, revealed
from firedrill.resources import DASHBOARD_JSON, MONITOR, SERVICE_LEVEL_OBJECTIVE
from firedrill.vendors.datadog import from_pulumi
from firedrill.vendors.datadog.dashboards import check_dashboard
from firedrill.vendors.errors import FiredrillError


class DashboardJson(ResourceType):
    """`datadog.DashboardJson`; the text is compared as what it says."""

    token = DASHBOARD_JSON
    noun = "dashboard"
    known = frozenset({"dashboard", "dashboardLists", "url"})
    required = ("dashboard",)

    def place(self, inputs: Mapping[str, Any]) -> str:
        """By the title."""
        try:
            return f"{self.noun} {from_pulumi.dashboard_json(inputs).get('title', '')!r}"
        except FiredrillError:
            return self.noun

    def check(self, inputs: Json, around: Surroundings) -> None:
        """As Datadog checks it."""
        check_dashboard(from_pulumi.dashboard_json(inputs)).raise_refused()

    def comparable(self, inputs: Json) -> Json:
        """White space and the order of keys have no meaning."""
        result = super().comparable(inputs)
        if isinstance(result.get("dashboard"), str):
            try:
                result["dashboard"] = from_pulumi.dashboard_json(result)
            except FiredrillError:
                return result  # told by the check
        return result

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """Three groups of three characters."""
        made = digest("dashboard", state.number())
        id_ = "-".join((made[:3], made[3:6], made[6:9]))
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The SLOs and the monitors that it shows have to exist: a widget of none is empty."""
        inputs = revealed(entry.inputs)
        spec = from_pulumi.dashboard_json(inputs)
        for noun, field, token in (("SLO", "slo_id", SERVICE_LEVEL_OBJECTIVE), ("monitor", "alert_id", MONITOR)):
            if missing := sorted(named(field, spec) - {*state.of(token)}):
                raise FiredrillError(
                    f"{self.place(inputs)}: there is no {noun} {', '.join(missing)}; give the ids of those that are"
                    " there."
                )
