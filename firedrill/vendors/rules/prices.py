"""The list prices of both vendors: prices.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from firedrill.vendors.rules.documents import read_text, yaml_value
from firedrill.vendors.rules.models import NO_FLAG

Amount = Annotated[float, NO_FLAG, Field(ge=0, le=1e15, allow_inf_nan=False)]
"""At most what a month can have, so that no sum of products overflows."""
OBJECT_GB = 0.128
"""Memory that duration counts of any object. Source: developers.cloudflare.com/durable-objects/platform/pricing"""

_FILE = Path(__file__).with_name("prices.yaml")


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


class Price(BaseModel):
    """What one item costs: `price` for each `per` of its `unit` beyond those `included`; None where nobody knows it.

    Each host of Datadog adds `included_per_host`. `source` is "" where there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Annotated[str, Field(min_length=1)]
    unit: Annotated[str, Field(min_length=1)]
    price: Amount | None
    per: Annotated[float, NO_FLAG, Field(gt=0, allow_inf_nan=False)] = 1
    included: Amount = 0
    included_per_host: Amount = 0
    source: str = ""

    def costs(self, quantity: float, hosts: float = 0) -> float | None:
        """What a month's quantity costs; None where the price is not known."""
        if self.price is None:
            return None
        return max(0.0, quantity - self.included - hosts * self.included_per_host) / self.per * self.price


class Prices(BaseModel):
    """Prices of one day (`dated`) in US dollars, by item."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    dated: Annotated[
        str,
        Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", description="a date, YYYY-MM-DD, in quotes"),
        AfterValidator(_is_day),
    ]
    items: Mapping[str, Price]


@cache
def raw() -> Mapping[str, Any]:
    """The table as it is written."""
    table: dict[str, Any] = yaml_value(read_text(_FILE, _FILE.name), _FILE.name)
    return table


@cache
def list_prices() -> Prices:
    """The table."""
    return Prices.model_validate(raw())
