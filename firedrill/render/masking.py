"""Masks secrets in the inputs of resources, as deep inside as possible, so that the rest stays readable."""

from __future__ import annotations

import re
from typing import Any

from firedrill.render.stack_config import PLACEHOLDER
from firedrill.resources import SECRET

# How Pulumi marks a secret on the wire. Source: pulumi/pulumi, sdk/python/lib/pulumi/runtime/rpc.py
_SIGNATURE = "4dabf18193072939515e22adb298388d"
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://")
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker


def mask(inputs: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """`inputs` without secrets, and the property paths of the secrets, such as `bindings[2].text`.

    Only the secret part of a text is masked. A secret that config did not give (so that no placeholder shows where it
    is) is masked whole, but for the scheme of an address: `s3://[secret]`. A placeholder outside a secret is masked but
    not named: the program has lost its mark.
    """
    paths: list[str] = []
    masked = {key: _mask(value, key, paths) for key, value in inputs.items()}
    return masked, tuple(sorted(paths))


def _mask(value: Any, path: str, paths: list[str], secret: bool = False) -> Any:
    if isinstance(value, dict):
        if value.get(_SIGNATURE) == _SECRET_SIGNATURE:
            return _mask_secret(value["value"], path, paths)
        return {key: _mask(inner, f"{path}.{key}", paths, secret) for key, inner in value.items()}
    if isinstance(value, list):
        return [_mask(inner, f"{path}[{index}]", paths, secret) for index, inner in enumerate(value)]
    if not isinstance(value, str) or PLACEHOLDER not in value:
        return value
    if secret:
        paths.append(path)
    return value.replace(PLACEHOLDER, SECRET)


def _mask_secret(value: Any, path: str, paths: list[str]) -> Any:
    inside: list[str] = []
    masked = _mask(value, path, inside, secret=True)
    paths.extend(inside or [path])
    return masked if inside else _scheme(value) + SECRET


def _scheme(value: Any) -> str:
    found = _ADDRESS.match(value) if isinstance(value, str) else None
    return found[0] if found else ""
