"""When a Worker runs by itself.

Source: developers.cloudflare.com/workers/configuration/cron-triggers
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import live_script, script_key
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, revealed
from firedrill.resources import WORKERS_CRON_TRIGGER
from firedrill.vendors.cloudflare.rules.crons import cron_breaches
from firedrill.vendors.errors import refuse


class WorkersCronTrigger(ResourceType):
    """`cloudflare.WorkersCronTrigger`: all schedules of a Worker that exists; deleting it leaves them as they are."""

    token = WORKERS_CRON_TRIGGER
    noun = "WorkersCronTrigger"
    known = frozenset({"accountId", "schedules", "scriptName"})
    required = ("accountId", "scriptName", "schedules")
    immutable = ("accountId", "scriptName")
    is_put = True
    outlives_deletion = True

    def place(self, inputs: Mapping[str, Any]) -> str:
        """By the Worker."""
        return f"{self.noun} of {inputs.get('scriptName', '')!r}"

    def check(self, inputs: Json, around: Surroundings) -> None:
        """Each schedule is a cron expression of Cloudflare's kind."""
        refuse(self.place(inputs), cron_breaches(str(each.get("cron", "")) for each in inputs["schedules"]))

    def key(self, id_: str, properties: Mapping[str, Any]) -> str:
        """That of the Worker."""
        return script_key(id_, properties)

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The Worker's name is the id."""
        return script_key("", inputs), inputs["scriptName"]

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The Worker has to be there."""
        live_script(key, self.place(revealed(entry.inputs)), state)
