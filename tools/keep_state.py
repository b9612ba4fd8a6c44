"""Keep what a version has deployed, for the test of upgrades: `python tools/keep_state.py VERSION [PROJECT]`.

PROJECT (this folder by default) is a checkout of that version whose stack dev was deployed by
`firedrill up --stack dev --no-serve`. Its secrets, which the local cloud has made up, are replaced by their names.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from firedrill.cloud.contents import deployed_scripts
from firedrill.engine import binary
from firedrill.engine.process import Engine
from firedrill.engine.workspace import Workspace

KEPT = Path(__file__).resolve().parents[1] / "tests" / "upgrades"
STACK = "dev"
_OF_A_MACHINE = ("sourcePosition", "stackTrace", "sourcePositions")


def made_up(key: str) -> str:
    """The placeholder for the secret with that config key."""
    return f"made-up-{key.rpartition(':')[2]}"


def keep(version: str, project: Path) -> Path:
    """Write Pulumi's state, the local cloud's and the Workers' modules; returns their folder."""
    workspace = Workspace.of(project)
    engine = Engine(binary.find(project).path, workspace.engine, workspace.environment())
    config = json.loads(engine.call("config", "--show-secrets", "--json", "--stack", STACK))
    secrets = {each["value"]: made_up(key) for key, each in config.items() if each["secret"]}
    state = json.loads(_without(engine.call("stack", "export", "--show-secrets", "--stack", STACK), secrets))
    del state["deployment"]["secrets_providers"]  # of the passphrase that it was encrypted with
    folder = KEPT / version
    folder.mkdir(parents=True)
    (folder / "state.json").write_text(_text(_of_no_machine(state)), encoding="utf-8")
    cloud = json.loads(_without(workspace.cloud.read_text(encoding="utf-8"), secrets))
    (folder / "cloud.json").write_text(_text(cloud), encoding="utf-8")
    for script in deployed_scripts(workspace.cloud):
        shutil.copyfile(script.module, folder / script.module.name)
    return folder


def _without(text: str, secrets: Mapping[str, str]) -> str:
    for value, name in secrets.items():
        text = text.replace(value, name)
    return text


def _of_no_machine(value: Any) -> Any:
    """A state without the places in a program, which are paths."""
    if isinstance(value, dict):
        return {key: _of_no_machine(each) for key, each in value.items() if key not in _OF_A_MACHINE}
    return [_of_no_machine(each) for each in value] if isinstance(value, list) else value


def _text(value: object) -> str:
    return f"{json.dumps(value, indent=1, sort_keys=True)}\n"


if __name__ == "__main__":
    print(keep(sys.argv[1], Path(sys.argv[2] if len(sys.argv) > 2 else ".")))
