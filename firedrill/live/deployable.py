"""What it takes to run a Worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from firedrill.cloud.contents import DeployedScript
from firedrill.cloud.folders import data_folder
from firedrill.declared.queue_consumers import consumed
from firedrill.declared.worker_versions import with_scripts
from firedrill.project import program_folder
from firedrill.resources import OBSERVED_SERVICE, WORKERS_SCRIPT, Resource, of_type
from firedrill.runtime.deployment import Deployment, Given
from firedrill.runtime.modules import modules_of
from firedrill.runtime.provided import require_provided
from firedrill.scenarios.outbound import answers_of
from firedrill.scenarios.read_drill_file import FOLDER, drill_file_of, read_drill_file
from firedrill.vendors.cloudflare.from_pulumi import workers_script
from firedrill.vendors.cloudflare.rules.modules import Module
from firedrill.vendors.errors import FiredrillError, Mistakes


@dataclass(frozen=True)
class Program:
    """A WorkersScript (API JSON), its bundle, where its objects keep data, and its secrets by binding, not masked.

    `root` is the folder of the project, whose workerd runs it. `replaced` are the bindings that are not to be had here,
    with what its drill file has in place of each, and `answers` are in the place of what is outside.
    """

    script: Mapping[str, Any]
    bundle: bytes
    storage: Path
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    root: Path = Path()
    replaced: Mapping[str, Given] = field(default_factory=dict)
    modules: tuple[Module, ...] = ()
    answers: tuple[Mapping[str, Any], ...] = ()

    @property
    def name(self) -> str:
        """The script's name."""
        return str(self.script["script_name"])

    @property
    def deployment(self) -> Deployment:
        """What workerd runs."""
        given = {**self.secrets, **self.replaced}
        return Deployment(self.script, self.bundle, given, root=self.root, modules=self.modules, answers=self.answers)


def programs_of(
    resources: Sequence[Resource], deployed: Sequence[DeployedScript], root: Path, folder: Path
) -> list[Program]:
    """The Workers of a stack: those that the local cloud in `folder` holds, as they were uploaded to it.

    A Worker that is deployed by other means (managed: false) is only described: its bundle lies under `root`.
    Raises FiredrillError when that bundle is missing, for what is wrong in a drill file, and Unsupported with every
    binding that is not to be had here, such as one that leads to another Worker.
    """
    names = {each.inputs["scriptName"]: each.name for each in of_type(with_scripts(resources), WORKERS_SCRIPT)}
    queues = consumed(resources)
    drills = {each.inputs["scriptName"]: each.inputs.get("drill") for each in of_type(resources, OBSERVED_SERVICE)}

    def given(program: Program, source: str, apart: Sequence[str]) -> Program:
        called = (program.name, names.get(program.name, program.name))
        drill = drills.get(program.name) or drill_file_of(called, source, root, program_folder(root))
        file = read_drill_file(root / drill, drill)
        replaced = {name: value for name, value in file.bindings.items() if not isinstance(value, str)}
        complete = replace(program, replaced=replaced, answers=answers_of(file.outbound))
        require_provided(complete.deployment, drill or f"{FOLDER}/{program.name}.yaml", apart)
        return complete

    found = [
        (_uploaded(each, queues.get(each.name, []), root, folder), each.source)
        for each in deployed
        if each.name in names
    ]
    found += [(_described(inputs, root, folder), inputs["contentFile"]) for inputs in _described_in(resources)]
    apart = [program.name for program, _ in found]
    mistakes, whole = Mistakes(), []
    for program, source in found:
        with mistakes.collect():
            whole.append(given(program, source, apart))
    mistakes.raise_all()
    return whole


def names_of(resources: Sequence[Resource]) -> list[str]:
    """The names of a stack's Workers, in the order of `programs_of`."""
    scripts = of_type(with_scripts(resources), WORKERS_SCRIPT)
    uploaded = [(each.inputs["accountId"], each.inputs["scriptName"]) for each in scripts]
    return [*(name for _, name in sorted(uploaded)), *(each["scriptName"] for each in _described_in(resources))]


def _described_in(resources: Sequence[Resource]) -> list[dict[str, Any]]:
    return [each.inputs["script"] for each in of_type(resources, OBSERVED_SERVICE) if each.inputs.get("script")]


def _uploaded(deployed: DeployedScript, queues: Sequence[str], root: Path, folder: Path) -> Program:
    script, ids = workers_script(deployed.inputs), deployed.namespaces
    bindings = [
        {**each, "namespace_id": ids[each["class_name"]]} if each.get("class_name") in ids else each
        for each in script["bindings"]
    ]
    storage = data_folder(folder, deployed.name, "")
    script |= {"bindings": bindings, "queue_consumers": queues}
    return Program(script, deployed.module.read_bytes(), storage, deployed.secrets, root)


def _described(inputs: dict[str, Any], root: Path, folder: Path) -> Program:
    script = workers_script(inputs)
    bundle = root / script["content_file"]
    if not bundle.is_file():
        raise FiredrillError(f"the bundle {script['content_file']!r} of {script['script_name']!r} does not exist")
    storage = data_folder(folder, script["script_name"], "")
    return Program(script, bundle.read_bytes(), storage, root=root, modules=modules_of(script, root))
