"""The life of the project's own stacks with the real engine: from the first preview until nothing is left."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from firedrill.cloud.contents import deployed_scripts
from firedrill.cloud.values import revealed
from firedrill.installed import PACKAGES as REPOSITORY
from firedrill.resources import LOGPUSH_JOB, MONITOR

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]

OF_A_CLASS = {"dev": 6, "staging": 6, "prod": 31 + 2 * (1 + 4)}
"""Its monitors; in prod two SLOs too, with four alerts each."""


def workers(own: Mapping[str, Any], counter: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The config of the stack's own Worker, and of a second one with the classes `counter`."""
    classes = {name: {"binding": name.upper(), "operations": ["add"], **fields} for name, fields in counter.items()}
    return {
        "conversation-state": dict(own),
        "counter": {"entry": "tests/engine/worker.mjs", "classes": classes, **more},
    }


def namespaces(local: Local) -> Mapping[str, str]:
    """The namespaces of the second Worker's live classes: where their objects are."""
    (script,) = [each for each in deployed_scripts(local.stack.workspace.cloud) if "counter" in each.name]
    return script.namespaces


def delivery_key(local: Local) -> str:
    """The API key with which logs are delivered."""
    job = next(entry for token, entry in local.entries() if token == LOGPUSH_JOB)
    return str(parse_qs(urlsplit(revealed(job.inputs)["destinationConf"]).query)["header_DD-API-KEY"][0])


def change_by_hand(local: Local) -> None:
    """Change a monitor and delete another one, as somebody does on the vendor's site."""
    monitors = [entry for token, entry in local.entries() if token == MONITOR]
    changed = next(entry for entry in monitors if entry.inputs["type"] != "composite")
    deleted = next(entry for entry in monitors if entry.inputs["type"] == "composite")
    cloud = local.stack.cloud
    cloud.update(
        MONITOR, changed.id, {**changed.inputs, **changed.computed}, {**changed.inputs, "message": "changed by hand"}
    )
    cloud.delete(MONITOR, deleted.id, {**deleted.inputs, **deleted.computed})


@pytest.fixture
def arguments(monkeypatch: pytest.MonkeyPatch) -> Sequence[str]:
    """The arguments of every process that is started."""
    seen: list[str] = []
    start = subprocess.Popen.__init__

    def noting(process: Any, command: Any, *rest: Any, **options: Any) -> None:
        seen.extend([command] if isinstance(command, str) else map(str, command))
        start(process, command, *rest, **options)

    monkeypatch.setattr(subprocess.Popen, "__init__", noting)
    return seen


@pytest.mark.parametrize("name", ["dev", "staging", "prod"])
def test_a_stack_lives_from_the_first_preview_until_nothing_is_left(
    name: str,
    tmp_path: Path,
    of: Callable[[Path, str, Path], Local],
    arguments: Sequence[str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    local = of(REPOSITORY, name, tmp_path)
    own: dict[str, Any] = {"name": f"life-{name}"}

    # The first deployment
    reporting = name == "staging"
    if reporting:
        local.configure(platformMetrics="collector")
    local.configure(workers=workers(own, {"Tally": {}}))
    planned = local.did("preview")
    assert not local.entries()
    assert local.did("up") == planned
    assert local.did("up") == {"update": 2}  # each Worker once more, with the migration tag that Cloudflare holds now
    assert local.did("up") == {}

    # A threshold
    own["monitors"] = {"do-latency": {"critical": 420}}
    local.configure(workers=workers(own, {"Tally": {}}))
    assert local.did("up") == {"update": 1}

    # A new class
    tally = namespaces(local)["Tally"]
    local.configure(workers=workers(own, {"Tally": {}, "Extra": {}}))
    done = local.did("up")
    assert done.keys() == {"create", "update"}
    assert done["create"] == OF_A_CLASS[name]
    assert namespaces(local).keys() == {"Tally", "Extra"}
    assert namespaces(local)["Tally"] == tally

    # A renamed class
    total = {"renamedFrom": "Tally"}
    local.configure(workers=workers(own, {"Total": total, "Extra": {}}))
    assert local.did("up").keys() == {"update"}
    assert namespaces(local).keys() == {"Total", "Extra"}
    assert namespaces(local)["Total"] == tally

    # A class whose objects nobody said may be destroyed
    held = local.held()
    local.configure(workers=workers(own, {"Total": total}))
    refused = local.run("up")
    assert not refused.ok
    assert refused.errors == (
        "Cloudflare would destroy every object of Extra with all its data: live, but not in "
        "firedrill:workers.counter.classes.\n"
        "Declare it again; or say which class takes over its objects, with renamedFrom: Extra; or, to lose the data, "
        "add to firedrill:workers.counter.deletedClasses: Extra\n",
    )
    assert local.held() == held

    # The same, acknowledged
    local.configure(workers=workers(own, {"Total": total}, deletedClasses=["Extra"]))
    done = local.did("up")
    assert done.keys() == {"delete", "update"}
    assert done["delete"] == OF_A_CLASS[name]
    assert namespaces(local) == {"Total": tally}
    assert local.did("up") == {"update": 1}  # the Worker once more, with the new tag
    assert local.did("up") == {}

    # Changes by hand
    held = local.held()
    change_by_hand(local)
    assert local.held() != held
    assert local.did("refresh") == {"update": 1, "delete": 1}
    assert local.did("up") == {"update": 1, "create": 1}
    assert local.held() == held
    assert local.agrees()

    # A secret
    before = delivery_key(local)
    workers_too = {"staging": 3, "prod": 1}.get(name, 0)  # both that report, and the collector
    assert local.did("up", rotate=["datadogApiKey"]) == {"update": 2 + workers_too}  # the jobs of both Workers
    after = delivery_key(local)
    assert after != before

    # The end
    if local.stack.config.values["firedrill:protect"] == "true":
        refused = local.run("destroy")
        assert refused.errors == (
            f"Nothing was deleted, since stack {name!r} has protected resources: "
            "WorkersScript conversation-state-worker-script, WorkersScript counter-worker-script.\n"
            f"To delete them too, set firedrill:protect: false in Pulumi.{name}.yaml, then run: "
            f"firedrill up --no-serve --stack {name} && firedrill destroy --stack {name}",
        )
        assert local.held() == held
        local.configure(protect=False)
        local.did("up")
    local.did("destroy")
    assert not local.entries()
    shown = capfd.readouterr()
    for secret in (before, after):
        assert not [text for text in (shown.out, shown.err, *arguments) if secret in text]
