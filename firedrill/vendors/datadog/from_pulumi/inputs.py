"""What all translations share: reading camelCase inputs, and refusing by name those that are not known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from firedrill.vendors.datadog.rules.thresholds import number_breach
from firedrill.vendors.errors import FiredrillError, Unsupported
from firedrill.vendors.rules.breach import Breach
from firedrill.vendors.rules.documents import json_value

Json = dict[str, Any]

_CAPITAL = re.compile(r"(?<!^)[A-Z]")


def only_filter(blocks: Sequence[Mapping[str, Any]], place: str) -> Json:
    """The API has one filter where the provider has a list of exactly one."""
    if len(blocks) != 1:
        raise FiredrillError(f"{place}: it has {len(blocks)} filters; exactly one is allowed.")
    result: Json = snake(blocks[0])
    return result


def known(inputs: Mapping[str, Any], names: set[str] | frozenset[str], place: str) -> Json:
    """The inputs that are present; raises Unsupported for one that is not among `names`."""
    given = present(inputs)
    for key in given:
        if key not in names:
            raise Unsupported(f"input {key!r}", place)
    return given


def present(inputs: Mapping[str, Any]) -> Json:
    """The inputs that are not null."""
    return {key: value for key, value in inputs.items() if value is not None}


def json_object(inputs: Mapping[str, Any], name: str) -> Json:
    """The JSON object in the text that the input `name` is. Raises FiredrillError for what is none."""
    text = inputs.get(name)
    if isinstance(text, str):
        try:
            value = json_value(text, name)
        except ValueError as error:
            raise FiredrillError(f"{error}.") from error
        if isinstance(value, dict):
            return value
    raise FiredrillError(f"{Breach(name, '' if text is None else 'not a JSON object', 'the text of a JSON object')}.")


def number(value: Any, name: str, place: str) -> float:
    """A number, which the provider also takes as text."""
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise FiredrillError(f"{place}: {number_breach(name, value)}.") from error


def without(inputs: Mapping[str, Any], *keys: str) -> Json:
    """The inputs but these."""
    return {key: value for key, value in inputs.items() if key not in keys}


def snake(value: Any) -> Any:
    """The same values under snake_case names, at every depth, without nulls."""
    if isinstance(value, Mapping):
        return {snake_name(key): snake(inner) for key, inner in present(value).items()}
    return [snake(inner) for inner in value] if isinstance(value, list) else value


def snake_name(name: str) -> str:
    """The API's spelling of one of the provider's names."""
    return _CAPITAL.sub(lambda capital: f"_{capital[0].lower()}", name)
