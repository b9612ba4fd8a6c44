"""The table of prices: prices.yaml, and what a person lays over it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from firedrill.documents import mistakes_told, text_of
from firedrill.vendors.errors import FiredrillError, refuse
from firedrill.vendors.rules.breach import Breach
from firedrill.vendors.rules.documents import read_text, yaml_value
from firedrill.vendors.rules.models import NO_FLAG, faults
from firedrill.vendors.rules.suggestions import hint

Amount = Annotated[float, NO_FLAG, Field(ge=0, le=1e15, allow_inf_nan=False)]
"""At most what a month can have, so that no sum of products overflows."""
ModelT = TypeVar("ModelT", bound=BaseModel)

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


def prices(over: Path | None = None) -> Prices:
    """The table, with the fields of the file `over` in place of its own.

    A price that the file gives without a source has none. Raises FiredrillError with everything wrong in the file.
    """
    table: dict[str, Any] = yaml_value(read_text(_FILE, _FILE.name), _FILE.name)
    if over is None:
        return Prices.model_validate(table)
    given = read(over)
    items = given.get("items", {})
    if not isinstance(items, dict):
        return checked(Prices, {**table, **given}, over)
    known = table["items"]
    unknown = [name for name in items if name not in known]
    refuse(
        str(over),
        [
            Breach(f"items.{name}", f"no known item{hint(name, known)}", f"one of {', '.join(known)}")
            for name in unknown
        ],
    )
    merged = {name: _over(item, items.get(name)) for name, item in known.items()}
    return checked(Prices, {**table, **given, "items": merged}, over)


def _over(item: Mapping[str, Any], given: Any) -> Any:
    if given is None:
        return item
    if not isinstance(given, dict):
        return given
    source = {"source": ""} if "price" in given else {}
    return {**item, **source, **given}


def read(file: Path) -> dict[str, Any]:
    """The mapping that a YAML or JSON file of a person is; raises FiredrillError for anything else."""
    text = text_of(file, str(file))
    with mistakes_told():
        value = yaml_value(text, str(file))
    if not isinstance(value, dict):
        raise FiredrillError(f"{file} is no object of names and values; write it as YAML or JSON.")
    return value


def checked(model: type[ModelT], value: Mapping[str, Any], file: Path) -> ModelT:
    """What a file says, as its model; raises FiredrillError with everything that is wrong."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        refuse(str(file), [each.breach for each in faults(model, error)])
        raise  # nothing was found in words
