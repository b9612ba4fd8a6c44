"""One danger as the config has it: what has to be told whatever the monitors declare."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from firedrill.components.config_model import ConfigModel
from firedrill.vendors.datadog.rules.thresholds import Number
from firedrill.vendors.rules.models import NO_FLAG

Tell = Literal["page", "chat"]
"""Who hears of something: `page` wakes somebody up, `chat` informs."""


class DangerSettings(ConfigModel):
    """Who must hear of a danger of which size, and by when. docs/dangers.md has the unit of each size."""

    size: Annotated[
        Number, Field(description="a number above 0", gt=0, title="From this size on it must be told, in its unit.")
    ]
    quiet: Annotated[
        Number, Field(description="a number, 0 or more", ge=0, title="Up to this size nobody may be told; 0 for none.")
    ] = 0
    among: Annotated[
        Number,
        Field(
            description="a number, 0 or more",
            ge=0,
            title="Of a rate: among fewer requests or operations a minute a failure may not be told; 0 for none.",
        ),
    ] = 0
    tell: Annotated[
        Tell,
        Field(description="page or chat", title="Who must hear of it: `notifyPage` or `notifyChat`."),
    ]
    priority: Annotated[
        Literal[1, 2, 3, 4, 5], Field(description="1 (highest) to 5", title="Priority of what is told.")
    ]
    within: Annotated[
        int | None,
        NO_FLAG,
        Field(
            description="whole minutes, 1 to 60",
            ge=1,
            le=60,
            title="Minutes until it is told, instead of `pageWithin` or `chatWithin`.",
        ),
    ] = None
