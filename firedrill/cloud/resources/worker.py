"""A Worker whose code comes in versions.

Sources: developers.cloudflare.com/api/resources/workers/subresources/beta/subresources/workers,
pulumi.com/registry/packages/cloudflare/api-docs/worker
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.durable_objects import migrate, refuse_bound
from firedrill.cloud.resources.keys import digest
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, in_order, revealed
from firedrill.declared.worker_versions import script_inputs
from firedrill.resources import WORKER, WORKER_VERSION, WORKERS_DEPLOYMENT, WORKERS_SCRIPT
from firedrill.vendors.cloudflare import from_pulumi
from firedrill.vendors.cloudflare.rules.exports import export_breaches
from firedrill.vendors.cloudflare.rules.migrations import Live
from firedrill.vendors.cloudflare.rules.scripts import SCRIPT_NAME
from firedrill.vendors.cloudflare.script import check_script
from firedrill.vendors.errors import FiredrillError, Unsupported, refuse


class Worker(ResourceType):
    """`cloudflare.Worker`: its name and what is observed of it; it answers once a version is deployed."""

    token = WORKER
    noun = "Worker"
    import_form = "<account_id>/<worker_id>"
    known = frozenset({"accountId", "logpush", "name", "observability", "subdomain", "tags", "tailConsumers"})
    required = ("accountId", "name")
    defaults: ClassVar[Mapping[str, Any]] = {"logpush": False, "tags": []}
    immutable = ("accountId",)
    computed = ("createdOn", "deployedOn", "updatedOn")
    lasting = ("createdOn",)

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The name is one that a Worker may have."""
        refuse(self.place(inputs), SCRIPT_NAME.breaches("name", inputs["name"]))

    def comparable(self, inputs: Json) -> Json:
        """Tags have no order."""
        result = super().comparable(inputs)
        return {**result, "tags": in_order(result["tags"])}

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """32 hexadecimal digits."""
        id_ = digest("Worker", state.number())[:32]
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The name has to be free. What is deployed stays so."""
        inputs = revealed(entry.inputs)
        place, name = self.place(inputs), inputs["name"]
        others = [each for id_, each in state.of(self.token).items() if id_ != key and each.inputs["name"] == name]
        others += [each for each in state.of(WORKERS_SCRIPT).values() if each.inputs["scriptName"] == name]
        if any(each.inputs["accountId"] == inputs["accountId"] for each in others):
            raise FiredrillError(f"{place}: the account has a Worker with this name already; choose another name.")
        if before and before.held["classes"] and before.inputs["name"] != name:
            raise Unsupported(f"another name for a Worker with objects, which is {before.inputs['name']!r}", place)
        entry.held = before.held if before else {"classes": {}, "tag": "", "version": ""}
        created, deployed = (before.computed[each] if before else None for each in ("createdOn", "deployedOn"))
        entry.computed = {"createdOn": created or around.now, "deployedOn": deployed, "updatedOn": around.now}

    def retire(self, key: str, entry: Entry, state: State) -> None:
        """Not while another Worker binds to one of its classes; its versions and their deployments go with it."""
        inputs = revealed(entry.inputs)
        refuse_bound(state, inputs["accountId"], inputs["name"], self.place(inputs))
        for token in (WORKER_VERSION, WORKERS_DEPLOYMENT):
            for id_, each in list(state.of(token).items()):
                if each.held["worker"] == key:
                    del state.of(token)[id_]


def worker_key(given: str, account: str, place: str, state: State) -> str:
    """The key of the Worker that is `given` by its id or its name. Raises FiredrillError when there is none."""
    for key, entry in state.of(WORKER).items():
        if given in (key, entry.inputs["name"]) and entry.inputs["accountId"] == account:
            return key
    if f"{account}/{given}" in state.of(WORKERS_SCRIPT):
        raise Unsupported(f"a version of a WorkersScript ({given!r})", place, "Declare it as a Worker.")
    raise FiredrillError(f"{place}: there is no Worker {given!r}; give the id or the name of one.")


def go_live(key: str, version: Entry, content: str, state: State, around: Surroundings) -> None:
    """Deploy a version of the Worker, whose code is `content`: its migrations are applied unless the Worker has them.

    Raises FiredrillError for what Cloudflare would refuse.
    """
    worker = state.of(WORKER)[key]
    inputs, live = revealed(worker.inputs), worker.held
    script = from_pulumi.workers_script(script_inputs(inputs, revealed(version.inputs)))
    if (script.get("migrations") or {}).get("new_tag") == live["tag"]:
        script.pop("migrations", None)
    held_before = Live(live["tag"], frozenset(live["classes"]))
    check_script(script, held_before)
    refuse(f"Worker {inputs['name']!r}", export_breaches(script, content, held_before))
    migrations = script.get("migrations") or {}

    def new_namespace(name: str) -> str:
        return digest(inputs["accountId"], inputs["name"], name, state.number())[:32]

    classes = migrate(migrations, live["classes"], new_namespace, f"Worker {inputs['name']!r}")
    held = {"classes": classes, "tag": migrations.get("new_tag") or live["tag"], "version": version.id}
    state.of(WORKER)[key] = replace(worker, held=held, computed={**worker.computed, "deployedOn": around.now})
