"""Log-based metrics.

Source: docs.datadoghq.com/api/latest/logs-metrics
"""

from __future__ import annotations

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.state import State
from firedrill.cloud.values import Json, in_order
from firedrill.resources import LOGS_METRIC
from firedrill.vendors.datadog import from_pulumi
from firedrill.vendors.datadog.log_metrics import compile_metrics
from firedrill.vendors.errors import FiredrillError


class LogsMetric(ResourceType):
    """`datadog.LogsMetric`: its name is its id, and what it counts stays as it was created.

    The provider replaces by creating first, which the name prevents: a resource of it needs `delete_before_replace`.
    """

    token = LOGS_METRIC
    noun = "log metric"
    required = ("name", "compute", "filter")
    immutable = ("name", "compute.aggregationType", "compute.path")

    def check(self, inputs: Json, around: Surroundings) -> None:
        """As Datadog checks it."""
        compile_metrics([from_pulumi.logs_metric(inputs)])

    def comparable(self, inputs: Json) -> Json:
        """The grouping has no order."""
        groups = inputs.get("groupBies")
        return {**inputs, "groupBies": in_order(groups or [])}

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The name has to be free."""
        name = str(inputs["name"])
        if name in state.of(self.token):
            raise FiredrillError(
                f"{self.place(inputs)}: conflict(Field 'data.id' is invalid: {name!r} cannot be used as metric name, a"
                " metric already exists with that name); import that one, or use another name."
            )
        return name, name
