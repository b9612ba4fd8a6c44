"""What a file says that monitors have to do: an expectation is a monitor's group, a minute and a state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from firedrill.standalone.read import Source, parse_entries
from firedrill.vendors.datadog.spec import Model, read
from firedrill.vendors.rules.models import NO_FLAG

NO_GROUP = "none"
"""The state of a group that does not exist."""


class Expectation(Model):
    """In which `state` the group of a monitor has to be `minute` minutes after the files begin.

    `group` is written as the command prints it, "" for a monitor without groups.
    """

    model_config = ConfigDict(strict=False, coerce_numbers_to_str=True)

    monitor: Annotated[str, Field(min_length=1)]
    minute: Annotated[int, NO_FLAG, Field(ge=1)]
    state: Literal["OK", "Warn", "Alert", "No Data", "Unknown", "none"]
    group: str = ""


def read_expectations(source: Source) -> Sequence[Expectation]:
    """The expectations of a file, JSON or YAML: a list, or a list `expect` of an object.

    Raises FiredrillError with the first one that is not valid.
    """
    entries = parse_entries(source, "expectation", ("expect",))
    return [
        read(Expectation, each, f"{source.name}, expectation {number}") for number, each in enumerate(entries, start=1)
    ]
