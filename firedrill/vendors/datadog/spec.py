"""Reading a vendor's API JSON into a model: every problem is reported at once, an unknown option is refused by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import ValidationError

from firedrill.vendors.errors import FiredrillError, UnknownOption, Unsupported, as_one
from firedrill.vendors.rules.models import Fault, faults, field_names
from firedrill.vendors.rules.models import Model as Model
from firedrill.vendors.rules.suggestions import hint


class Filter(Model):
    """A search query in the form that pipelines, indexes and metrics share. Without one, every log passes."""

    query: str = "*"


ModelT = TypeVar("ModelT", bound=Model)


def read(model: type[ModelT], data: Any, place: str) -> ModelT:
    """`data` as `model`; `place` says whose it is.

    Raises FiredrillError for a wrong field, UnknownOption for an option the emulator does not know, Several for more.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise as_one([_mistake(fault, place) for fault in faults(model, error)]) from error


@contextmanager
def at(place: str) -> Iterator[None]:
    """Put `place` before the text of a mistake found inside a query, a rule or a formula."""
    try:
        yield
    except Unsupported as error:
        raise type(error)(error.feature, f"{place} / {error.place}") from error
    except FiredrillError as error:
        raise FiredrillError(f"{place}: {error}") from error


def _mistake(fault: Fault, place: str) -> FiredrillError:
    if fault.kind == "unknown":
        return UnknownOption(f"option {fault.place!r}{hint(fault.path[-1], field_names(fault.owner))}", place)
    return FiredrillError(f"{place}: {fault.breach}.")
