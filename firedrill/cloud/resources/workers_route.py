"""Routes of a zone that lead to a Worker. Zones are not kept here: whichever one is named is there.

Sources: developers.cloudflare.com/workers/configuration/routing/routes,
pulumi.com/registry/packages/cloudflare/api-docs/workersroute
"""

from __future__ import annotations

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.keys import digest
from firedrill.cloud.state import Entry, State
from firedrill.cloud.tokens import WORKERS_ROUTE
from firedrill.cloud.values import Json, revealed
from firedrill.resources import WORKERS_SCRIPT
from firedrill.vendors.cloudflare.rules.scripts import NO_SUCH_WORKER
from firedrill.vendors.errors import FiredrillError


class WorkersRoute(ResourceType):
    """`cloudflare.WorkersRoute`: a pattern of a zone's own, and the Worker that gets its requests."""

    token = WORKERS_ROUTE
    noun = "WorkersRoute"
    named_by = "pattern"
    import_form = "<zone_id>/<route_id>"
    known = frozenset({"pattern", "script", "zoneId"})
    required = ("pattern", "zoneId")
    immutable = ("zoneId",)

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """32 hexadecimal digits."""
        id_ = digest("route", state.number())[:32]
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The pattern has to be free in its zone, and the Worker there."""
        inputs = revealed(entry.inputs)
        place = self.place(inputs)
        if other := self.double(key, inputs, state):
            raise FiredrillError(
                f"{place}: a route with the same pattern already exists [code: 10020]; import "
                f"{inputs['zoneId']}/{other}, or choose another pattern."
            )
        script = inputs.get("script")
        if script and not any(each.inputs["scriptName"] == script for each in state.of(WORKERS_SCRIPT).values()):
            raise FiredrillError(f"{place}: {NO_SUCH_WORKER}; deploy {script!r} first.")
