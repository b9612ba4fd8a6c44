"""The proof that a bucket is one's own, before Logpush writes into it.

Source: developers.cloudflare.com/logs/logpush/logpush-job/logpush-ownership-challenge
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.destinations import challenge
from firedrill.cloud.resources.keys import digest, owner, owner_path
from firedrill.cloud.state import Entry, State
from firedrill.cloud.tokens import OWNERSHIP_CHALLENGE
from firedrill.cloud.values import Json, revealed
from firedrill.vendors.cloudflare.rules.destinations.check import destination_breaches, is_challenged
from firedrill.vendors.errors import FiredrillError, refuse


class LogpushOwnershipChallenge(ResourceType):
    """`cloudflare.LogpushOwnershipChallenge`: writes a token into the destination."""

    token = OWNERSHIP_CHALLENGE
    noun = "LogpushOwnershipChallenge"
    known = frozenset({"accountId", "destinationConf", "zoneId"})
    required = ("destinationConf",)
    immutable = ("accountId", "zoneId", "destinationConf")
    hidden = ("destinationConf",)
    computed = ("filename", "message", "valid")

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The destination is one that is challenged."""
        owner(inputs, self.noun)
        refuse(self.noun, destination_breaches(inputs["destinationConf"]))
        if not is_challenged(inputs["destinationConf"]):
            raise FiredrillError(f"{self.noun}: this destination needs no challenge; remove it.")

    def key(self, id_: str, properties: Mapping[str, Any]) -> str:
        """One per destination; asking again writes the same token again."""
        return digest(owner(properties, self.noun), properties["destinationConf"])[:32]

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The id is that of the account or the zone, for all of its destinations."""
        return self.key("", inputs), owner(inputs, self.noun)

    def identity(self, id_: str, outputs: Mapping[str, Any]) -> str:
        """Its owner and the place of its file."""
        return f"{id_}/{outputs.get('filename')}"

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """Write the token."""
        inputs = revealed(entry.inputs)
        file = challenge(owner_path(inputs, self.noun), inputs["destinationConf"], around, self.noun)
        entry.computed = {"filename": file, "message": "", "valid": True}
