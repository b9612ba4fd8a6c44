"""API tokens of an account. What they permit is looked at where the local cloud can: at the key of an R2 bucket.

Sources: developers.cloudflare.com/api/resources/accounts/subresources/tokens,
pulumi.com/registry/packages/cloudflare/api-docs/accounttoken, developers.cloudflare.com/r2/api/tokens
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import digest
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, Secret, revealed
from firedrill.resources import ACCOUNT_TOKEN
from firedrill.vendors.cloudflare.from_pulumi import api
from firedrill.vendors.cloudflare.rules.buckets import DEFAULT_JURISDICTION, may_write, secret_access_key
from firedrill.vendors.cloudflare.rules.destinations.address import KEYS, address
from firedrill.vendors.errors import FiredrillError, refuse
from firedrill.vendors.rules.breach import Breach, shown

_EFFECTS = ("allow", "deny")


class AccountToken(ResourceType):
    """`cloudflare.AccountToken`: its value is told once, when it is made."""

    token = ACCOUNT_TOKEN
    noun = "account token"
    import_form = "<account_id>/<token_id>"
    known = frozenset({"accountId", "expiresOn", "name", "notBefore", "policies", "status"})
    required = ("accountId", "name", "policies")
    defaults: ClassVar[Mapping[str, Any]] = {"status": "active"}
    immutable = ("accountId",)
    computed = ("issuedOn", "value")
    lasting = ("issuedOn", "value")

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The policies."""
        refuse(self.place(inputs), _policy_breaches(api(inputs)["policies"]))

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """32 hexadecimal digits; tokens may share a name."""
        id_ = digest("account token", state.number())[:32]
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The value stays that of the first day."""
        made = {"issuedOn": around.now, "value": Secret(digest("value", key, around.now)[:40])}
        entry.computed = before.computed if before else made


def refuse_key(conf: str, account_id: str, place: str, state: State) -> None:
    """Raise FiredrillError when an address has the id of a token of the account, which does not let it write there.

    A key that was made elsewhere is not known here.
    """
    parts = address(conf)
    id_, secret = map(parts.get, KEYS)
    known = state.of(ACCOUNT_TOKEN).get(id_)
    if known is None:
        return
    part = parts.get("endpoint").removeprefix(f"{account_id}.").partition(".")[0]
    jurisdiction = part if parts.kind == "s3" and part != "r2" else DEFAULT_JURISDICTION
    policies = api(revealed(known.inputs))["policies"]
    value = revealed(known.computed)["value"]
    if secret != secret_access_key(value) or not may_write(policies, account_id, jurisdiction, parts.host):
        raise FiredrillError(
            f"{place}: error validating destination: error writing object: AccessDenied; give the access key of a token"
            f" that may write into the bucket {parts.host!r}."
        )


def _policy_breaches(policies: Sequence[Mapping[str, Any]]) -> Iterator[Breach]:
    for number, each in enumerate(policies):
        place = f"policies[{number}]"
        if each.get("effect") not in _EFFECTS:
            yield Breach(f"{place}.effect", shown(each.get("effect")), f"one of {', '.join(_EFFECTS)}")
        if not each.get("permission_groups"):
            yield Breach(f"{place}.permission_groups", "", "at least one permission group with its id")
        if not _is_object(each.get("resources")):
            yield Breach(f"{place}.resources", shown(each.get("resources")), "a JSON object of resources")


def _is_object(text: Any) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (TypeError, ValueError):
        return False
