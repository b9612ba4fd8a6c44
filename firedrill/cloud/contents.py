"""What is deployed in the local cloud, for what runs it and proves it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from firedrill.cloud import folders
from firedrill.cloud.credentials import without_credentials
from firedrill.cloud.resources import RESOURCE_TYPES
from firedrill.cloud.resources.logs_pipeline import pipeline_order
from firedrill.cloud.state import Entry
from firedrill.cloud.store import read
from firedrill.cloud.values import Json, revealed, seal
from firedrill.declared.worker_versions import script_inputs
from firedrill.resources import LOGPUSH_JOB, SECRET, WORKER, WORKER_VERSION, WORKERS_SCRIPT, Resource
from firedrill.vendors.cloudflare.rules.destinations.check import is_challenged


@dataclass(frozen=True)
class DeployedScript:
    """A Worker as it was uploaded: what it takes to run it.

    `secrets` are the texts of its secret_text bindings by name, unencrypted: they go to the Worker, and nowhere else.
    `data` has for each class the folder that its objects keep their data in; it is kept when the class is renamed, and
    removed when the class or the Worker is deleted.
    """

    name: str
    inputs: Json
    """As of `deployed`, those of a WorkersScript."""
    source: str
    """The file that its code came from, as the program names it; "" where the program has the code itself."""
    module: Path
    namespaces: Mapping[str, str]
    """Namespace ids by class."""
    data: Mapping[str, Path]
    secrets: Mapping[str, str]

    def __repr__(self) -> str:
        return f"DeployedScript({self.name!r})"


def deployed(state_file: Path) -> list[Resource]:
    """Everything that the vendors hold, with inputs as last sent, pipelines in the order in which they run.

    `name` is the vendor's, `id` Pulumi's, the URNs are made up: what a resource is in its program, only Pulumi's state
    says. A secret is `[secret]`, in a destination only where it is one. `contentFile` is the module that was uploaded.
    """
    return [resource for _, resource in identified(state_file)]


def identified(state_file: Path) -> list[tuple[str, Resource]]:
    """The same, each with what tells it from all others of its type, as in `identity`."""
    state = read(state_file)
    position = {id_: number for number, id_ in enumerate(pipeline_order(state))}
    return [
        (identity(token, entry.id, {**entry.inputs, **entry.computed}), _resource(token, key, entry, state_file.parent))
        for token, entries in sorted(state.entries.items())
        for key, entry in sorted(entries.items(), key=lambda item: (position.get(item[0], 0), item[0]))
    ]


def identity(token: str, id_: str, outputs: Mapping[str, Any]) -> str:
    """What tells a resource from all others of its type, from its id and its outputs, whatever is secret in them."""
    kind = RESOURCE_TYPES.get(token)
    return kind.identity(id_, outputs) if kind else id_


def deployed_scripts(state_file: Path) -> list[DeployedScript]:
    """The Workers, sorted by account and name."""
    state, folder = read(state_file), state_file.parent
    uploaded = [(entry, entry.inputs, entry) for entry in state.of(WORKERS_SCRIPT).values()]
    for worker in state.of(WORKER).values():
        if version := state.of(WORKER_VERSION).get(worker.held["version"]):
            uploaded.append((worker, script_inputs(worker.inputs, version.inputs), version))
    found = [_script(inputs, entry.held["classes"], code, folder) for entry, inputs, code in uploaded]
    return sorted(found, key=lambda each: (each.inputs["accountId"], each.name))


def with_destinations(resources: Sequence[Resource], state_file: Path) -> list[Resource]:
    """Resources of `deployed`, their Logpush jobs with the addresses that they deliver to, not masked.

    They go to what delivers on this machine, and nowhere else.
    """
    entries = read(state_file).of(LOGPUSH_JOB).values()
    conf_of = {entry.id: revealed(entry.inputs)["destinationConf"] for entry in entries}
    return [
        replace(each, inputs={**each.inputs, "destinationConf": conf_of[each.id]}) if each.type == LOGPUSH_JOB else each
        for each in resources
    ]


def _script(given: Json, namespaces: Mapping[str, str], code: Entry, folder: Path) -> DeployedScript:
    """A Worker with these inputs of a WorkersScript, of which `code` holds the module."""
    inputs = revealed(given)
    name = inputs["scriptName"]
    return DeployedScript(
        name=name,
        inputs=_with_module(seal(given)[0], code, folder),
        source=str(inputs.get("contentFile") or ""),
        module=folders.module_file(folder, code.held["sha256"]),
        namespaces=namespaces,
        data={each: folders.data_folder(folder, name, namespace) for each, namespace in namespaces.items()},
        secrets={each["name"]: each["text"] for each in inputs.get("bindings") or () if each["type"] == "secret_text"},
    )


def _resource(token: str, key: str, entry: Entry, folder: Path) -> Resource:
    inputs, secrets = seal(entry.inputs)
    if token == WORKERS_SCRIPT:
        inputs = _with_module(inputs, entry, folder)
    if token == WORKER_VERSION:
        (module,) = inputs["modules"]
        inputs = {**inputs, "modules": [{"name": module["name"], **_kept(entry, folder)}]}
    if token == LOGPUSH_JOB:
        inputs["destinationConf"] = without_credentials(secrets["/destinationConf"])
        if is_challenged(secrets["/destinationConf"]):  # an imported job has none, and was created with one
            inputs.setdefault("ownershipChallenge", SECRET)
    return Resource(
        type=token,
        name=str(inputs.get("name") or inputs.get("scriptName") or key),
        urn=f"urn:pulumi:deployed::local::{token}::{key}",
        id=entry.id,
        inputs=inputs,
        secret_inputs=tuple(sorted(map(_property_path, secrets))),
    )


def _with_module(inputs: Json, code: Entry, folder: Path) -> Json:
    return {key: value for key, value in inputs.items() if key != "content"} | _kept(code, folder)


def _kept(code: Entry, folder: Path) -> Json:
    """Where the module of an upload is kept."""
    sha256 = code.held["sha256"]
    return {"contentFile": str(folders.module_file(folder, sha256)), "contentSha256": sha256}


def _property_path(path: str) -> str:
    """`/bindings/2/text` as Pulumi writes it: `bindings[2].text`."""
    return re.sub(r"/(\d+)", r"[\1]", path).replace("/", ".").lstrip(".")
