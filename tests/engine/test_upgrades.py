"""Stacks that former versions have deployed, kept in tests/upgrades, are brought up by the code as it is now."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from firedrill.cloud.contents import DeployedScript, deployed, deployed_scripts
from firedrill.declared.declaration import declared_in
from firedrill.engine import binary
from firedrill.engine.process import Engine
from firedrill.engine.workspace import make_stack, write_project
from firedrill.installed import PACKAGES as REPOSITORY
from firedrill.live.deployable import programs_of
from firedrill.organisation import Organisation, compile_organisation
from firedrill.resources import LOGS_METRIC, MONITOR, WORKERS_SCRIPT
from firedrill.runtime import Faults, Request
from firedrill.runtime.recording import deployed as running
from firedrill.vendors.cloudflare.trace_items import Record, Script, record
from firedrill.vendors.datadog.intake import receive
from tools.keep_state import KEPT, made_up

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.workerd,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]

VERSIONS = sorted(folder.name for folder in KEPT.iterdir())
OF_ONE = "/conversations/one/tools/toolu_1"
TRAFFIC = (
    Request("PUT", OF_ONE, body='{"tool_name": "grep"}', session="one"),
    Request("GET", OF_ONE, session="one"),
    Request("GET", "/conversations/one/tools/unknown", session="one"),
    Request("PUT", OF_ONE, body="{", session="one"),
    Request("DELETE", "/conversations/one/tools", session="one"),
)
DELIVERED_MS = 30_000  # after an event


@dataclass(frozen=True)
class Live:
    """What is live at the vendors: its Worker, and everything from its Logpush job to its metrics."""

    script: DeployedScript
    organisation: Organisation
    records: Sequence[Record]
    """What Logpush gets of the Worker when it works and when its storage fails."""

    def points(self, records: Sequence[Record]) -> Counter[tuple[str, ...]]:
        """What becomes of records: each point's metric, tags and value."""
        (job,) = self.organisation.jobs
        found: Counter[tuple[str, ...]] = Counter()
        for full in records:
            sent, received_ms = job.prepare(full), full["EventTimestampMs"] + DELIVERED_MS
            assert sent is not None
            for log in receive([sent], params=job.destination.parameters, received_ms=received_ms).logs:
                points = self.organisation.logging.process(log, received_ms).points
                found.update((point.metric, *point.tags, str(point.value)) for point in points)
        return found


def live(state_file: Path) -> Live:
    """The stack that the local cloud holds, and what its Worker tells of itself."""
    resources = deployed(state_file)
    (script,) = deployed_scripts(state_file)
    (program,) = programs_of(resources, [script], REPOSITORY, state_file.parent)
    known = Script(script.name)
    with running(program.deployment) as worker:
        takes = [worker.take(TRAFFIC, faults=Faults(storage_failing=rate)) for rate in (0.0, 1.0)]
    invocations = [each for take in takes for each in take.invocations]
    records = [{**record(each, known), "CPUTimeMs": 2} for each in invocations]
    return Live(script, compile_organisation(declared_in(resources)), records)


@pytest.fixture
def left(of: Callable[[Path, str, Path], Local], tmp_path: Path) -> Callable[[str], Local]:
    """The stack dev as a former version has left it."""

    def put(version: str) -> Local:
        local = of(REPOSITORY, "dev", tmp_path)
        workspace, config = local.stack.workspace, local.stack.config
        keys = write_project(workspace, "dev", config)
        engine = Engine(binary.find(REPOSITORY).path, workspace.engine, workspace.environment())
        make_stack(workspace, engine, "dev", config, ())
        for key in keys:
            engine.call("config", "set", "--secret", key, "--stack", "dev", given=made_up(key))
        state = json.loads((KEPT / version / "state.json").read_text())
        own = json.loads(engine.call("stack", "export", "--stack", "dev"))
        state["deployment"]["secrets_providers"] = own["deployment"]["secrets_providers"]
        (tmp_path / "state.json").write_text(json.dumps(state))
        engine.call("stack", "import", "--file", str(tmp_path / "state.json"), "--stack", "dev")
        contents = workspace.cloud.parent / "contents"
        contents.mkdir(parents=True)
        for module in (KEPT / version).glob("*.mjs"):
            shutil.copy(module, contents)
        shutil.copy(KEPT / version / "cloud.json", workspace.cloud)
        return local

    return put


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_former_version_deployed_is_updated_in_place_and_its_lines_stay_readable(
    left: Callable[[str], Local], version: str
) -> None:
    local = left(version)
    assert local.agrees()
    state_file = local.stack.workspace.cloud
    before, ids = live(state_file), set(local.recorded())

    assert local.did("up", preview=True).keys() <= {"create", "update"}
    local.did("up")  # the Worker once more, with the migration tag that Cloudflare holds now
    assert local.did("up") == {}
    after = live(state_file)

    assert {token for token, _ in ids} >= {WORKERS_SCRIPT, LOGS_METRIC, MONITOR}
    assert set(local.recorded()) >= ids  # neither a Worker nor a metric nor a monitor is another one
    assert after.script.namespaces == before.script.namespaces

    names = set(before.organisation.logging.metrics.definitions)
    for records in (before.records, after.records):
        known = before.points(records)
        assert {point[0] for point in known} & names
        assert known == Counter({point: count for point, count in after.points(records).items() if point[0] in names})


def test_what_is_kept_of_former_versions_has_no_secret_but_its_name() -> None:
    for version in VERSIONS:
        text = (KEPT / version / "state.json").read_text()
        assert "ciphertext" not in text
        assert "made-up-datadogApiKey" in text
        vault = json.loads((KEPT / version / "cloud.json").read_text())["vault"]
        texts = [text for entries in vault.values() for secrets in entries.values() for text in secrets.values()]
        assert texts
        assert all("made-up-" in text for text in texts)
