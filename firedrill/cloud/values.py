"""Property values as the local cloud handles them: JSON, with secrets and with what a preview does not know."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from firedrill.cloud.credentials import credentials
from firedrill.resources import SECRET

Json = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Secret:
    """A value that is shown to nobody; it prints as `[secret]`."""

    value: Any

    def __repr__(self) -> str:
        return SECRET


class Unknown:
    """The type of UNKNOWN."""

    def __repr__(self) -> str:
        return "[unknown]"

    def __deepcopy__(self, memo: object) -> Unknown:
        return self


UNKNOWN = Unknown()
"""A value that only the update will give."""


def revealed(value: Any) -> Any:
    """The same value with every secret readable, as the vendor gets it."""
    if isinstance(value, Secret):
        return revealed(value.value)
    if isinstance(value, Mapping):
        return {key: revealed(inner) for key, inner in value.items()}
    return [revealed(inner) for inner in value] if isinstance(value, list) else value


def has_unknown(value: Any) -> bool:
    """Whether anything in it is UNKNOWN."""
    if isinstance(value, Secret):
        return has_unknown(value.value)
    if isinstance(value, Mapping):
        return any(map(has_unknown, value.values()))
    return any(map(has_unknown, value)) if isinstance(value, list) else value is UNKNOWN


def in_order(values: Any) -> Any:
    """Values that have no order, in one that equal ones share; what is no list is given back."""
    if not isinstance(values, list):
        return values
    return sorted(values, key=lambda value: json.dumps(value, sort_keys=True, default=repr))


def secret(value: Any) -> Any:
    """The value as a secret, unless it is one, or not there, already."""
    return value if value is None or value is UNKNOWN or isinstance(value, Secret) else Secret(value)


def seal(value: Any) -> tuple[Any, dict[str, Any]]:
    """The value with `[secret]` in the place of each secret, and the secrets by their path (`/bindings/2/text`)."""
    secrets: dict[str, Any] = {}
    return _seal(value, "", secrets), secrets


def unseal(value: Any, secrets: Mapping[str, Any], path: str = "") -> Any:
    """What `seal` was given."""
    if path in secrets:
        return Secret(secrets[path])
    if isinstance(value, dict):
        return {key: unseal(each, secrets, _below(path, key)) for key, each in value.items()} if secrets else value
    if isinstance(value, list):
        return [unseal(each, secrets, _below(path, number)) for number, each in enumerate(value)] if secrets else value
    return value


def _seal(value: Any, path: str, secrets: dict[str, Any]) -> Any:
    """Most values are plain: a whole state is sealed at each change of it."""
    if isinstance(value, Secret):
        secrets[path] = revealed(value.value)
        return SECRET
    if isinstance(value, dict):
        return {
            key: _seal(each, _below(path, key), secrets) if isinstance(each, _NESTED) else each
            for key, each in value.items()
        }
    if isinstance(value, list):
        return [
            _seal(each, _below(path, number), secrets) if isinstance(each, _NESTED) else each
            for number, each in enumerate(value)
        ]
    return value


_NESTED = (dict, list, Secret)


def _below(path: str, key: object) -> str:
    return f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}"


def redacted(text: str, *values: Any) -> str:
    """The text without any secret of `values`, nor the credentials in one that is a destination."""
    for hidden in sorted({each for value in values for each in _hidden(value)}, key=len, reverse=True):
        text = text.replace(hidden, SECRET)
    return text


def _hidden(value: Any, inside: bool = False) -> Iterator[str]:
    if isinstance(value, Secret):
        yield from _hidden(value.value, inside=True)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _hidden(each, inside)
    elif isinstance(value, list):
        for each in value:
            yield from _hidden(each, inside)
    elif inside and isinstance(value, str) and value:
        yield value
        yield from credentials(value)
