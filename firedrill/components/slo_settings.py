"""The service level objectives that a stack asks for, as its config has them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from firedrill.components.config_model import ConfigModel
from firedrill.components.danger_settings import Tell
from firedrill.vendors.datadog.rules.slos import Timeframe
from firedrill.vendors.datadog.rules.thresholds import Number

LEAST_TARGET = 96
"""Below it, failing altogether would not burn as fast as the fastest of Datadog's recommended alerts.

Source: docs.datadoghq.com/service_level_objectives/burn_rate
"""


def _three_decimals(target: float) -> float:
    """Source: docs.datadoghq.com/service_level_objectives/metric."""
    if round(target, 3) != target:
        raise ValueError(target)
    return target


class ObjectiveSettings(ConfigModel):
    """One objective, of the Worker or of each of its classes."""

    target: Annotated[
        Number,
        AfterValidator(_three_decimals),
        Field(
            ge=LEAST_TARGET,
            lt=100,
            description=f"a percentage from {LEAST_TARGET} on and below 100, with at most 3 decimals: with a lower "
            "one no burn rate can be so high that its alerts fire",
            title="How many percent must be good: requests or operations, or slices of 5 minutes of a latency.",
        ),
    ]
    timeframe: Annotated[
        Timeframe, Field(description="one of 7d, 30d, 90d", title="The days that the target is for.")
    ] = "30d"
    tell: Annotated[
        Tell,
        Field(
            description="page or chat",
            title="Who hears of a fast burn: `notifyPage` or `notifyChat`; of all else it is `notifyChat`.",
        ),
    ] = "chat"


class LatencySettings(ObjectiveSettings):
    """One objective of a latency."""

    threshold: Annotated[
        Number,
        Field(gt=0, description="a number above 0", title="Of a latency: below so many milliseconds a slice is good."),
    ]


class SloSettings(ConfigModel):
    """The objectives of a stack, the same for each of its Workers; none by default."""

    model_config = ConfigDict(alias_generator=lambda name: name.replace("_", "-"))

    worker_availability: Annotated[
        ObjectiveSettings | None,
        Field(description="an object with its target", title="Requests that end in no 5xx response."),
    ] = None
    worker_latency: Annotated[
        LatencySettings | None,
        Field(
            description="an object with its target and its threshold",
            title="Mean wall time of the Worker's own invocations, work in waitUntil included.",
        ),
    ] = None
    do_availability: Annotated[
        ObjectiveSettings | None,
        Field(description="an object with its target", title="Operations of a class that do not fail."),
    ] = None
    do_latency: Annotated[
        LatencySettings | None,
        Field(
            description="an object with its target and its threshold",
            title="95th percentile of the time of a class's operations that do not fail.",
        ),
    ] = None
