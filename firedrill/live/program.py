"""What it takes to run a Worker: as it was rendered, or as it was deployed to the local cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from firedrill.cloud.deployed import DeployedScript
from firedrill.cloud.folders import data_folder
from firedrill.cloudflare.from_pulumi import workers_script
from firedrill.drill.record import read_bundle
from firedrill.runtime.config import Deployment


@dataclass(frozen=True)
class Program:
    """A WorkersScript (API JSON), its bundle, where its objects keep data, and its secrets by binding, in clear."""

    script: Mapping[str, Any]
    bundle: bytes
    storage: Path
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def name(self) -> str:
        """The script's name."""
        return str(self.script["script_name"])

    @property
    def deployment(self) -> Deployment:
        """What workerd runs."""
        return Deployment(self.script, self.bundle, self.secrets)


def rendered_program(inputs: dict[str, Any], root: Path, folder: Path) -> Program:
    """The Worker of a WorkersScript's rendered inputs, its bundle found under `root`; secrets are not its own."""
    script = workers_script(inputs)
    return Program(script, read_bundle(script, root), data_folder(folder, script["script_name"], ""))


def deployed_program(deployed: DeployedScript, folder: Path) -> Program:
    """The Worker as it was uploaded to the local cloud in `folder`."""
    script = workers_script(deployed.inputs)
    ids = deployed.namespaces
    bindings = [
        {**each, "namespace_id": ids[each["class_name"]]} if each.get("class_name") in ids else each
        for each in script["bindings"]
    ]
    storage = data_folder(folder, deployed.name, "")
    return Program({**script, "bindings": bindings}, deployed.module.read_bytes(), storage, deployed.secrets)
