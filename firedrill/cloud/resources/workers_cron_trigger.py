"""When a Worker runs by itself.

Source: developers.cloudflare.com/workers/configuration/cron-triggers
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import live_script, script_key
from firedrill.cloud.state import Entry, State
from firedrill.cloud.tokens import WORKERS_CRON_TRIGGER
from firedrill.cloud.values import Json, revealed
from firedrill.vendors.errors import FiredrillError

_MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
_DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


def _field(low: int, high: int, names: list[str] | None = None, special: str = "") -> re.Pattern[str]:
    """A field of a cron expression: values, ranges and steps, joined by commas."""
    value = "|".join([*map(str, range(high, low - 1, -1)), *(names or ())])
    item = rf"(\*|({value})(-({value}))?)(/[1-9]\d*)?" + (f"|{special.replace('VALUE', value)}" if special else "")
    return re.compile(f"({item})(,({item}))*", re.IGNORECASE)


_FIELDS = (
    _field(0, 59),
    _field(0, 23),
    _field(1, 31, special=r"L|LW|(VALUE)W"),
    _field(1, 12, _MONTHS),
    _field(1, 7, _DAYS, special=r"(VALUE)L|(VALUE)#[1-5]"),
)
"""Minute, hour, day of the month, month, day of the week: Sunday is 1."""


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
        for schedule in inputs["schedules"]:
            fields = str(schedule.get("cron", "")).split()
            matches = [pattern.fullmatch(field) for pattern, field in zip(_FIELDS, fields, strict=False)]
            if len(fields) != len(_FIELDS) or not all(matches):
                raise FiredrillError(
                    f"{self.place(inputs)}: invalid cron string [code: 10100]: {schedule.get('cron')!r}; use minute,"
                    " hour, day of the month, month and day of the week, where Sunday is 1."
                )

    def key(self, id_: str, properties: Mapping[str, Any]) -> str:
        """That of the Worker."""
        return script_key(id_, properties)

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """The Worker's name is the id."""
        return script_key("", inputs), inputs["scriptName"]

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The Worker has to be there."""
        live_script(key, self.place(revealed(entry.inputs)), state)
