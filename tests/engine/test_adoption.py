"""Taking over what is there already: by import, and from the state of stacks as they were laid out before."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedrill.cloud.contents import deployed_scripts
from firedrill.cloud.server import serving
from firedrill.cloud.state import Entry
from firedrill.engine import binary
from firedrill.engine.process import Engine, Outcome
from firedrill.engine.stack_resources import deployed_resources
from firedrill.installed import PACKAGES as REPOSITORY
from firedrill.resources import LOGS_METRIC

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]


def pulumi(local: Local, *arguments: str) -> Outcome:
    """Run an operation that Firedrill has no command for."""
    stack = local.stack
    with serving(stack.cloud) as variables:
        environment = {**stack.workspace.environment(), **variables}
        engine = Engine(binary.find(REPOSITORY).path, stack.workspace.engine, environment)
        return engine.operate(*arguments, "--stack", stack.name)


def documented_ids() -> dict[str, str]:
    """The form of the id to import each type by, from the table of docs/adopting.md."""
    text = (REPOSITORY / "docs" / "adopting.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| (\w+) \| `(.+?)` \|", text, re.MULTILINE))


def import_ids(local: Local) -> dict[tuple[str, str], str]:
    """The id to import each resource by, for its type and its name in the program."""
    forms = documented_ids()
    with local.stack.cloud.store.reading() as state:
        keys = {(token, entry.id): (key, entry) for token, held in state.entries.items() for key, entry in held.items()}
    found = {}
    for resource in deployed_resources(local.stack):
        if resource.id:
            form = forms[resource.type.rpartition(":")[2]]
            found[resource.type, resource.name] = filled(form, *keys[resource.type, resource.id])
    return found


def filled(form: str, key: str, entry: Entry) -> str:
    """The form of an id with what is known of one thing."""
    facts = {
        "<account_id>": str(entry.inputs.get("accountId")),
        "<script_name>": str(entry.inputs.get("scriptName")),
        "<job_id>": key,
        "<id>": entry.id,
        "<name>": str(entry.inputs.get("name")),
    }
    return re.sub("<.+?>", lambda match: facts[match.group()], form)


@pytest.mark.usefixtures("language_host")
def test_what_is_there_already_is_adopted_by_the_documented_ids(
    of: Callable[[Path, str, Path], Local], tmp_path: Path
) -> None:
    local = of(REPOSITORY, "dev", tmp_path)
    local.did("up")
    before, ids = local.held(), import_ids(local)
    live = sorted((token, entry.id) for token, entry in local.entries())
    shutil.rmtree(tmp_path / "state")

    file = tmp_path / "import.json"
    local.did("preview", options=("--import-file", str(file)))
    listed = json.loads(file.read_text())
    for entry in listed["resources"]:
        if not entry.get("component"):
            entry["id"] = ids.pop((entry["type"], entry["name"]))
    assert not ids
    file.write_text(json.dumps(listed))

    imported = pulumi(local, "import", "--file", str(file), "--generate-code=false", "--protect=false", "--yes")
    assert imported.ok, imported.errors
    assert imported.changes["import"] == len(listed["resources"])

    assert local.did("up").keys() == {"update"}
    assert local.did("up") == {}
    assert sorted((token, entry.id) for token, entry in local.entries()) == live
    assert local.held() == before
    assert local.agrees()


def test_a_worker_under_another_key_keeps_its_objects_and_its_monitors(
    of: Callable[[Path, str, Path], Local], tmp_path: Path
) -> None:
    own = {
        "entry": "tests/engine/worker.mjs",
        "name": "counter-live",
        "classes": {"Tally": {"binding": "TALLY", "operations": ["add"]}},
    }
    local = of(REPOSITORY, "dev", tmp_path)
    local.configure(workers={"conversation-state": False, "counter": own})
    local.did("up")
    local.did("up")
    before = ids(local)
    (script,) = deployed_scripts(local.stack.workspace.cloud)
    local.configure(workers={"conversation-state": False, "tally": {**own, "renamedFrom": "counter"}})
    done = local.did("up")
    assert done.keys() == {"update", "replace"}
    assert ids(local)[LOGS_METRIC].isdisjoint(before[LOGS_METRIC])  # their names cannot be changed
    assert {token: each for token, each in ids(local).items() if token != LOGS_METRIC} == {
        token: each for token, each in before.items() if token != LOGS_METRIC
    }
    assert deployed_scripts(local.stack.workspace.cloud)[0].namespaces == script.namespaces
    assert local.agrees()


def ids(local: Local) -> dict[str, set[str]]:
    """The ids of what the cloud holds, by type."""
    found: dict[str, set[str]] = {}
    for token, entry in local.entries():
        found.setdefault(token, set()).add(entry.id)
    return found


def test_a_stack_of_the_layout_before_workers_were_config_entries_is_updated_in_place(
    of: Callable[[Path, str, Path], Local], tmp_path: Path
) -> None:
    of(Path(__file__).parent / "previous", "dev", tmp_path).did("up")
    local = of(REPOSITORY, "dev", tmp_path)
    before = {(token, entry.id) for token, entry in local.entries()}
    assert local.did("up").keys() == {"create", "update"}
    assert before < {(token, entry.id) for token, entry in local.entries()}
