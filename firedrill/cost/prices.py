"""The table of prices, and what a person lays over it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from firedrill.documents import mistakes_told, text_of
from firedrill.vendors.errors import FiredrillError, refuse
from firedrill.vendors.rules.breach import Breach
from firedrill.vendors.rules.documents import yaml_value
from firedrill.vendors.rules.models import faults
from firedrill.vendors.rules.prices import Prices, list_prices, raw
from firedrill.vendors.rules.suggestions import hint

ModelT = TypeVar("ModelT", bound=BaseModel)


def prices(over: Path | None = None) -> Prices:
    """The table, with the fields of the file `over` in place of its own.

    A price that the file gives without a source has none. Raises FiredrillError with everything wrong in the file.
    """
    if over is None:
        return list_prices()
    table = raw()
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
