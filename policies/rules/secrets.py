"""Rules about credentials, for every type of resource."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from firedrill.resources import LOGPUSH_JOB, SECRET, WORKERS_SCRIPT
from policies.model import Declared, Item, Rule

_NAMED = re.compile(r"(api|app|access|secret|private)[-_]?key|token|secret|password|passwd|credential|salt", re.I)
# What a credential is called inside a destination: `header_DD-API-KEY=...`, `secret-access-key=...`.
_INSIDE = re.compile(
    r"(?:header_(?:dd-api-key|authorization)|secret-access-key|access-key-id|api-key|sig)=([^&\s]+)", re.I
)


def _bindings(item: Item, _: Declared) -> Iterator[str]:
    for binding in item.inputs.get("bindings") or ():
        if binding.get("type") == "plain_text" and _NAMED.search(str(binding.get("name", ""))):
            yield f"the binding {binding.get('name')} is plain text, which anyone with read access to the Worker sees"


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key in value:
            yield from _texts(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, Sequence):
        for index in range(len(value)):
            yield from _texts(value[index], f"{path}[{index}]")


def _plain(item: Item, _: Declared) -> Iterator[str]:
    if item.secrets is None:
        return
    for path, text in _texts(item.inputs, ""):
        shown = [match for match in _INSIDE.findall(text) if match != SECRET]
        if shown and path not in item.secrets:
            yield f"{path} holds a credential that is not a Pulumi secret: it is in the state and in logs in clear"


RULES = (
    Rule(
        "worker-credentials-in-secret-bindings",
        "A plain text binding is shown in the dashboard and returned by the API.",
        "declare it as a secret_text binding from a Pulumi secret",
        (WORKERS_SCRIPT,),
        _bindings,
    ),
    Rule(
        "no-plain-credential",
        "A credential in a plain input ends up in state files, previews and logs.",
        "wrap the value in pulumi.Output.secret, or set it with `pulumi config set --secret`",
        (WORKERS_SCRIPT, LOGPUSH_JOB),
        _plain,
    ),
)
