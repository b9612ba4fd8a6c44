"""Which inputs hold credentials, of resources of any type, and the inputs without them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from firedrill.resources import SECRET
from firedrill.vendors.cloudflare.rules.destinations.address import address, credentials_in

CREDENTIAL_NAME = re.compile(
    r"(api|app|access|account|auth|encryption|private|secret|signing)[-_]?key"
    r"|authorization|bearer|credential|dsn|passwd|password|salt|secret|token|^sig$",
    re.I,
)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.I)
_WITH_PASSWORD = re.compile(r"://[^/\s:@]+:[^/\s@]+@")
# Inputs that hold nothing else, of whatever resource.
_INPUT = re.compile(
    r"(^|\.)((access|account|api|app|auth|client|private|secret|secretAccess|signing)(Key|Secret|Token)|keyBase64"
    r"|ownershipChallenge|password|secret|token)$"
)


def credentials(inputs: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each text of the inputs in which a credential is, with its path, such as `bindings[2].text`."""
    return ((path, text) for path, text in _texts(inputs, "") if text and _holds_one(inputs, path, text))


def without_credentials(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs, each credential masked and the rest of its text left to be read."""
    masked = {path: _masked(inputs, path, text) for path, text in credentials(inputs)}
    return {key: _replaced(value, key, masked) for key, value in inputs.items()} if masked else dict(inputs)


def _holds_one(inputs: Mapping[str, Any], path: str, text: str) -> bool:
    if _is_whole(inputs, path):
        return True
    if path.endswith("destinationConf"):
        return any(credentials_in(text))
    if not _ADDRESS.fullmatch(text):
        return bool(_WITH_PASSWORD.search(text))
    names = [name for name, value in address(text).parameters if value]
    return any(credentials_in(text.partition("?")[0])) or any(CREDENTIAL_NAME.search(name) for name in names)


def _is_whole(inputs: Mapping[str, Any], path: str) -> bool:
    """Whether the whole text is a credential: by the input's name, or as the text of a secret binding."""
    binding = re.fullmatch(r"bindings\[(\d+)\]\.text", path)
    if binding:
        each = inputs["bindings"][int(binding[1])]
        return isinstance(each, Mapping) and each.get("type") == "secret_text"
    return bool(_INPUT.search(path))


def _masked(inputs: Mapping[str, Any], path: str, text: str) -> str:
    if _is_whole(inputs, path):
        return SECRET
    before, mark, query = _WITH_PASSWORD.sub(f"://{SECRET}:{SECRET}@", text).partition("?")
    for each in sorted(filter(None, credentials_in(text)), key=len, reverse=True):
        before, query = before.replace(each, SECRET), query.replace(each, SECRET)
    return before + mark + query


def _replaced(value: Any, path: str, masked: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(inner, f"{path}.{key}", masked) for key, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, f"{path}[{at}]", masked) for at, inner in enumerate(value)]
    return masked.get(path, value)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key in value:
            yield from _texts(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, Sequence):
        for index in range(len(value)):
            yield from _texts(value[index], f"{path}[{index}]")
