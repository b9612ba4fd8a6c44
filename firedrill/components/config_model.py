"""What the models of the config have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class ConfigModel(BaseModel):
    """An object of the config: its keys are in camel case, others are refused, and nothing in it changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel)


def once(values: tuple[str, ...]) -> tuple[str, ...]:
    """The values, of which none may stand twice; raises ValueError for one that does."""
    if len(set(values)) < len(values):
        raise ValueError(values)
    return values
