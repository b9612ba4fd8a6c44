"""Whether a Worker is reachable at workers.dev.

Source: developers.cloudflare.com/workers/configuration/routing/workers-dev
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import live_script, script_key
from firedrill.cloud.state import Entry, State
from firedrill.cloud.tokens import WORKERS_SUBDOMAIN
from firedrill.cloud.values import Json, revealed


class WorkersScriptSubdomain(ResourceType):
    """`cloudflare.WorkersScriptSubdomain` of a Worker that exists."""

    token = WORKERS_SUBDOMAIN
    noun = "WorkersScriptSubdomain"
    known = frozenset({"accountId", "enabled", "previewsEnabled", "scriptName"})
    required = ("accountId", "scriptName", "enabled")
    defaults: ClassVar[Mapping[str, Any]] = {"previewsEnabled": False}
    immutable = ("accountId", "scriptName")
    is_put = True

    def place(self, inputs: Mapping[str, Any]) -> str:
        """By the Worker."""
        return f"{self.noun} of {inputs.get('scriptName', '')!r}"

    def key(self, id_: str, properties: Mapping[str, Any]) -> str:
        """That of the Worker."""
        return script_key(id_, properties)

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The id is that of the account, for all of its Workers."""
        return script_key("", inputs), inputs["accountId"]

    def identity(self, id_: str, outputs: Mapping[str, Any]) -> str:
        """That of the Worker."""
        return f"{outputs.get('accountId')}/{outputs.get('scriptName')}"

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The Worker has to be there."""
        live_script(key, self.place(revealed(entry.inputs)), state)
