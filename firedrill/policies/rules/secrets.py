"""Rules about credentials, in resources of every type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from firedrill.policies.rule import ANY, Declared, Item, Rule, entries
from firedrill.policies.rules.workers import scripts
from firedrill.resources import OBSERVED_SERVICE, WORKERS_SCRIPT
from firedrill.vendors.cloudflare.rules.destinations.address import address, credentials_in

_NAMED = re.compile(
    r"(api|app|access|account|auth|encryption|private|secret|signing)[-_]?key"
    r"|authorization|bearer|credential|dsn|passwd|password|salt|secret|token|^sig$",
    re.I,
)
# What is a credential whatever it is called: keys of vendors who mark theirs, tokens, an address with a password.
_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\b[rs]k_live_\w+|\bgh[oprsu]_\w{20}|\bAKIA[0-9A-Z]{16}\b|\bxox[abpr]-\w"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]|://[^/\s:@]+:[^/\s@]+@"
)
_JSON_KEY = re.compile(r'"([^"]+)"\s*:')
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://\S+", re.I)
_WITH_PASSWORD = re.compile(r"://[^/\s:@]+:[^/\s@]+@")
# Inputs that hold nothing else, of whatever resource.
_INPUT = re.compile(
    r"(^|\.)((access|account|api|app|auth|client|private|secret|secretAccess|signing)(Key|Secret|Token)|keyBase64"
    r"|ownershipChallenge|password|secret|token)$"
)


def _bindings(item: Item, _: Declared) -> Iterator[str]:
    for script in scripts(item):
        for binding in entries(script.get("bindings")):
            if _shows_a_credential(binding):
                kind = "JSON" if binding.get("type") == "json" else "plain text"
                yield f"the binding {binding.get('name')} is {kind}, which anyone with read access to the Worker sees"


def _shows_a_credential(binding: Mapping[str, Any]) -> bool:
    kind, text = binding.get("type"), str(binding.get("text") or binding.get("json") or "")
    if kind not in ("plain_text", "json"):
        return False
    names = [str(binding.get("name", "")), *(_JSON_KEY.findall(text) if kind == "json" else ())]
    return bool(_VALUE.search(text)) or any(_NAMED.search(name) for name in names)


def _texts(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key in value:
            yield from _texts(value[key], f"{path}.{key}" if path else key)
    elif isinstance(value, Sequence):
        for index in range(len(value)):
            yield from _texts(value[index], f"{path}[{index}]")


def _list(item: Item) -> list[Any]:
    """The bindings of a script, in their places."""
    given = item.inputs.get("bindings") if item.type == WORKERS_SCRIPT else None
    return [each if isinstance(each, Mapping) else {} for each in given or ()]


def _plain(item: Item, _: Declared) -> Iterator[str]:
    if item.secrets is None:
        return
    sealed = {f"bindings[{at}].text" for at, each in enumerate(_list(item)) if each.get("type") == "secret_text"}
    for path, text in _texts(item.inputs, ""):
        credential = path in sealed or _INPUT.search(path) or _has_a_credential(path, text)
        if text and credential and path not in item.secrets:
            yield f"{path} holds a credential that is not a Pulumi secret: it is readable in the state and in logs"


def _has_a_credential(path: str, text: str) -> bool:
    """Whether a destination of Logpush, or another address, holds one."""
    if path.endswith("destinationConf"):
        return any(credentials_in(text))
    if not _ADDRESS.fullmatch(text):
        return bool(_WITH_PASSWORD.search(text))
    names = [name for name, value in address(text).parameters if value]
    return any(credentials_in(text.partition("?")[0])) or any(_NAMED.search(name) for name in names)


RULES = (
    Rule(
        "worker-credentials-in-secret-bindings",
        "A plain text binding is shown in the dashboard and returned by the API.",
        "declare it as a secret_text binding from a Pulumi secret, or with `wrangler secret put`",
        (WORKERS_SCRIPT, OBSERVED_SERVICE),
        _bindings,
    ),
    Rule(
        "no-plain-credential",
        "A credential in a plain input ends up in state files, previews and logs.",
        "wrap the value in pulumi.Output.secret, or set it with `pulumi config set --secret`",
        (ANY,),
        _plain,
    ),
)
