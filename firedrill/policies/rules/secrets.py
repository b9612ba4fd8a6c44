"""Rules about credentials, in resources of every type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from firedrill.declared.credentials import CREDENTIAL_NAME, credentials
from firedrill.policies.rule import ANY, Declared, Item, Rule, entries
from firedrill.policies.rules.workers import scripts
from firedrill.resources import OBSERVED_SERVICE, WORKERS_SCRIPT

# What is a credential whatever it is called: keys of vendors who mark theirs, tokens, an address with a password.
_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\b[rs]k_live_\w+|\bgh[oprsu]_\w{20}|\bAKIA[0-9A-Z]{16}\b|\bxox[abpr]-\w"
    r"|\beyJ[\w-]+\.[\w-]+\.[\w-]|://[^/\s:@]+:[^/\s@]+@"
)
_JSON_KEY = re.compile(r'"([^"]+)"\s*:')


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
    return bool(_VALUE.search(text)) or any(CREDENTIAL_NAME.search(name) for name in names)


def _plain(item: Item, _: Declared) -> Iterator[str]:
    if item.secrets is None:
        return
    for path, _text in credentials(item.inputs):
        if path not in item.secrets:
            yield f"{path} holds a credential that is not a Pulumi secret: it is readable in the state and in logs"


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
