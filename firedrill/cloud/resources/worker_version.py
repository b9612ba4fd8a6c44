"""The versions of a Worker, and which of them is deployed. The provider deletes neither: both go with the Worker.

Sources: developers.cloudflare.com/workers/configuration/versions-and-deployments,
pulumi.com/registry/packages/cloudflare/api-docs (workerversion, workersdeployment),
github.com/cloudflare/terraform-provider-cloudflare, internal/services (worker_version, workers_deployment)
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from firedrill.cloud import folders
from firedrill.cloud.resource_type import ResourceType, Surroundings
from firedrill.cloud.resources.bindings import refuse_missing, refuse_unknown, with_secret_texts
from firedrill.cloud.resources.content import file_content
from firedrill.cloud.resources.durable_objects import presumed
from firedrill.cloud.resources.keys import uuid
from firedrill.cloud.resources.worker import go_live, worker_key
from firedrill.cloud.state import Entry, State
from firedrill.cloud.values import Json, revealed
from firedrill.declared.worker_versions import script_inputs
from firedrill.resources import WORKER_VERSION, WORKERS_DEPLOYMENT
from firedrill.script_code import code_breaches
from firedrill.vendors.cloudflare import from_pulumi
from firedrill.vendors.errors import FiredrillError, Mistakes, Unsupported, refuse
from firedrill.vendors.rules.breach import Breach, shown

_STARTUP_MS = 10
"""Modelled: Cloudflare measures what loading the modules takes."""
_MOST_VERSIONS = 2


class WorkerVersion(ResourceType):
    """`cloudflare.WorkerVersion`: code and bindings, which never change."""

    token = WORKER_VERSION
    noun = "WorkerVersion"
    import_form = "<account_id>/<worker_id>/<version_id>"
    known = frozenset(
        {
            *("accountId", "annotations", "bindings", "compatibilityDate", "compatibilityFlags", "deploy"),
            *("mainModule", "migrations", "modules", "usageModel", "workerId"),
        }
    )
    required = ("accountId", "workerId", "mainModule", "modules")
    defaults: ClassVar[Mapping[str, Any]] = {"usageModel": "standard"}
    immutable = tuple(sorted(known))
    computed = ("createdOn", "migrationTag", "number", "source", "startupTimeMs")
    lasting = computed
    outlives_deletion = True

    def place(self, inputs: Mapping[str, Any]) -> str:
        """By the Worker."""
        return f"{self.noun} of {inputs.get('workerId', '')!r}"

    def marked(self, inputs: Json) -> Json:
        """The texts of secret_text bindings are secrets."""
        return with_secret_texts(inputs)

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The bindings, and its one module."""
        place = self.place(inputs)
        mistakes = Mistakes()
        with mistakes.collect():
            refuse_unknown(inputs.get("bindings") or (), place)
        script = from_pulumi.workers_script(script_inputs({"name": inputs["workerId"]}, inputs))
        with mistakes.collect():
            refuse(
                place, code_breaches(script, _content(inputs, place, around), presumed(script), around.now, around.root)
            )
        mistakes.raise_all()

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """A UUID."""
        id_ = uuid("version", state.number())
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The Worker has to be there; with `deploy` the version takes all of its requests."""
        inputs = revealed(entry.inputs)
        place = self.place(inputs)
        worker = worker_key(inputs["workerId"], inputs["accountId"], place, state)
        refuse_missing(inputs.get("bindings") or (), state, place)
        content = _content(inputs, place, around)
        entry.held = {"worker": worker, "sha256": folders.keep_module(around.folder, content)}
        entry.computed = {
            "createdOn": around.now,
            "migrationTag": (inputs.get("migrations") or {}).get("newTag"),
            "number": 1 + sum(each.held["worker"] == worker for each in state.of(self.token).values()),
            "source": "api",
            "startupTimeMs": _STARTUP_MS,
        }
        if inputs.get("deploy"):
            go_live(worker, entry, content, state, around)


class WorkersDeployment(ResourceType):
    """`cloudflare.WorkersDeployment`: which versions of a Worker its requests reach."""

    token = WORKERS_DEPLOYMENT
    noun = "WorkersDeployment"
    import_form = "<account_id>/<script_name>/<deployment_id>"
    known = frozenset({"accountId", "annotations", "force", "scriptName", "strategy", "versions"})
    required = ("accountId", "scriptName", "strategy", "versions")
    immutable = tuple(sorted(known))
    computed = ("createdOn", "source")
    lasting = computed
    outlives_deletion = True

    def place(self, inputs: Mapping[str, Any]) -> str:
        """By the Worker."""
        return f"{self.noun} of {inputs.get('scriptName', '')!r}"

    def check(self, inputs: Json, around: Surroundings) -> None:
        """The shares are those of all requests."""
        refuse(self.place(inputs), _breaches(inputs))

    def admit(self, inputs: Json, state: State, around: Surroundings) -> tuple[str, str]:
        """A UUID."""
        id_ = uuid("deployment", state.number())
        return id_, id_

    def apply(self, key: str, entry: Entry, before: Entry | None, state: State, around: Surroundings) -> None:
        """The Worker and the versions have to be there; the one with the greatest share is what runs here."""
        inputs = revealed(entry.inputs)
        place = self.place(inputs)
        worker = worker_key(inputs["scriptName"], inputs["accountId"], place, state)
        versions = state.of(WORKER_VERSION)
        for each in inputs["versions"]:
            found = versions.get(each["versionId"])
            if found is None or found.held["worker"] != worker:
                raise FiredrillError(
                    f"{place}: it has no version {each['versionId']!r}; give the id of one that it has."
                )
        most = max(inputs["versions"], key=lambda each: float(each["percentage"]))
        deployed = versions[most["versionId"]]
        content = folders.module_file(around.folder, deployed.held["sha256"]).read_text(encoding="utf-8")
        go_live(worker, deployed, content, state, around)
        entry.held = {"worker": worker}
        entry.computed = {"createdOn": around.now, "source": "api"}


def _content(inputs: Mapping[str, Any], place: str, around: Surroundings) -> str:
    """The code of a version. Raises FiredrillError unless it is one module that can be read."""
    modules = inputs["modules"]
    if len(modules) != 1:
        raise Unsupported(f"{len(modules)} modules", place, "Bundle them into one.")
    (module,) = modules
    if module.get("name") != inputs["mainModule"]:
        allowed = f"the name of its module, {shown(module.get('name'))}"
        refuse(place, [Breach("mainModule", shown(inputs["mainModule"]), allowed)])
    if module.get("contentFile") is not None:
        return file_content(around.root / module["contentFile"], place)
    try:
        return base64.b64decode(module.get("contentBase64") or "", validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise FiredrillError(
            f"{place}: contentBase64 is not UTF-8 text in Base64 ({error}); encode the module."
        ) from error


def _breaches(inputs: Mapping[str, Any]) -> Iterator[Breach]:
    if inputs["strategy"] != "percentage":
        yield Breach("strategy", shown(inputs["strategy"]), "'percentage'")
    versions = inputs["versions"]
    if not 1 <= len(versions) <= _MOST_VERSIONS:
        yield Breach("versions", f"{len(versions)} versions", f"1 to {_MOST_VERSIONS} versions")
    shares = [float(each.get("percentage") or 0) for each in versions]
    if versions and round(sum(shares), 6) != 100:
        yield Breach("versions", f"{sum(shares):g} % together", "100 % together")
