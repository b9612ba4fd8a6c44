"""Reading a vendor's API JSON into a model: every problem is reported at once, an unknown option is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from firedrill.vendors.errors import FiredrillError, Unsupported, as_one


class Model(BaseModel):
    """The fields of one API object with their documented defaults; nothing else is allowed and nothing is converted."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Filter(Model):
    """A search query in the form that pipelines, indexes and metrics share. Without one, every log passes."""

    query: str = "*"


ModelT = TypeVar("ModelT", bound=Model)


def read(model: type[ModelT], data: Any, place: str) -> ModelT:
    """`data` as `model`; `place` says whose it is.

    Raises FiredrillError for a wrong field, Unsupported for an option the emulator does not know, Several for more.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise as_one([_mistake(problem, place) for problem in error.errors(include_url=False)]) from error


@contextmanager
def at(place: str) -> Iterator[None]:
    """Put `place` before the text of a mistake found inside a query, a rule or a formula."""
    try:
        yield
    except Unsupported as error:
        raise Unsupported(error.feature, f"{place} / {error.place}") from error
    except FiredrillError as error:
        raise FiredrillError(f"{place}: {error}") from error


_SUBJECT = re.compile(r"\w+ (?=should )")
"""How pydantic begins: "Input should", "Value should", "String should"."""


def _mistake(problem: Any, place: str) -> FiredrillError:
    path = ".".join(map(str, problem["loc"]))
    if problem["type"] == "extra_forbidden":
        return Unsupported(f"option {path!r}", place)
    if problem["type"] == "missing":
        return FiredrillError(f"{place}: {path!r} is missing; add it.")
    words = "should be a list" if problem["type"] == "sequence_str" else _SUBJECT.sub("", problem["msg"])
    return FiredrillError(f"{place}: {path!r} is {problem['input']!r}; it {words}.")
