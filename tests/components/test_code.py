from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from firedrill.components import code
from firedrill.components.model import ByWrangler, DeclaredWorker, Managed, ObservedClass
from firedrill.components.problems import DeclarationError

ROOT = Path(__file__).resolve().parents[2]
Build = Callable[..., DeclaredWorker]
MODULE = "export class ClassA {}\nexport default { fetch() {} };\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project's folder with esbuild, a module, and a file of Wrangler's in a folder of its own."""
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    (tmp_path / "entry.mjs").write_text(MODULE)
    chat = tmp_path / "chat"
    chat.mkdir()
    (chat / "index.mjs").write_text(MODULE)
    (chat / "wrangler.toml").write_text(
        'name = "svc-env-14"\nmain = "index.mjs"\ncompatibility_date = "2026-11-01"\nlogpush = true\n'
        '[[durable_objects.bindings]]\nname = "OBJECTS"\nclass_name = "ClassA"\n'
        '[[migrations]]\ntag = "v1"\nnew_sqlite_classes = ["ClassA"]\n'
    )
    return tmp_path


def managed(**changes: Any) -> Managed:
    script = {"entry": "entry.mjs", "compatibility_date": "2026-11-01", "variables": {}, "known_tags": {}}
    return Managed(**{**script, "deleted_classes": (), **changes})


def refusal(project: Path, services: list[DeclaredWorker], live_tags: Mapping[str, str] = {}) -> str:
    with pytest.raises(DeclarationError) as error:
        code.read_all(project, services, "dev", live_tags)
    return str(error.value)


def test_a_managed_worker_gets_its_bundle_and_the_step_from_its_own_live_tag(project: Path, service: Build) -> None:
    tags = {"svc-env-14": "classes:ClassA", "other": "v9"}
    found = code.read_all(project, [service(script=managed())], "dev", tags)["svc"]
    assert found.bundle.path == ".firedrill/bundles/svc.mjs"
    assert found.migrations == {"old_tag": "classes:ClassA", "new_tag": "classes:ClassA"}
    assert found.script == {}


def test_a_worker_that_wrangler_deploys_is_bundled_from_its_files_main(project: Path, service: Build) -> None:
    found = code.read_all(project, [service(script=ByWrangler("chat/wrangler.toml"))], "dev", {})["svc"]
    assert found.script["contentFile"] == found.bundle.path == ".firedrill/bundles/svc.mjs"
    assert found.script["contentSha256"] == found.bundle.sha256
    assert found.migrations == {}


def test_a_worker_that_wrangler_deploys_finds_the_wrappers_as_wrangler_does(project: Path, service: Build) -> None:
    module = 'import { observeWorker } from "firedrill"; export class ClassA {} export default observeWorker({}, {});'
    (project / "chat/index.mjs").write_text(module)
    worker, file = service(script=ByWrangler("chat/wrangler.toml")), project / "chat/wrangler.toml"
    alias = 'alias = { firedrill = "../.firedrill/lib/firedrill/telemetry.mjs" }'
    told = refusal(project, [worker]).splitlines()
    assert any('Could not resolve "firedrill"' in line for line in told)
    package = "Install the npm package firedrill beside it (docs/bring-your-own.md)"
    assert told[-1] == f"{package}, or add to chat/wrangler.toml: {alias}"
    file.write_text(f"{alias}\n{file.read_text()}")
    found = code.read_all(project, [worker], "dev", {})["svc"]
    assert ".firedrill/lib/firedrill/observe_worker.mjs" in (project / found.bundle.path).read_text()


def test_classes_are_renamed_and_deleted_as_the_config_says(
    project: Path, service: Build, observed: Callable[..., ObservedClass]
) -> None:
    classes = (observed(renamed_from="Former"),)
    script = managed(deleted_classes=("Gone",), known_tags={"v3": ("Former", "Gone")})
    found = code.read_all(project, [service(script=script, classes=classes)], "dev", {"svc-env-14": "v3"})["svc"]
    assert found.migrations == {
        "old_tag": "v3",
        "new_tag": "classes:ClassA",
        "renamed_classes": [{"from": "Former", "to": "ClassA"}],
        "deleted_classes": ["Gone"],
    }


def test_the_problems_of_every_worker_are_told_at_once(project: Path, service: Build) -> None:
    (project / "chat/wrangler.toml").write_text('name = "svc-env-14"\n')
    services = [
        service(key="lost", script=managed()),
        service(key="empty", script=managed(entry="none.mjs")),
        service(key="chat", script=ByWrangler("chat/wrangler.toml")),
    ]
    text = refusal(project, services, {"svc-env-14": "classes:ClassA+ClassB"})
    assert [line for line in text.splitlines() if not line.startswith(("  ", "chat/wrangler", "Declare"))] == [
        "Cloudflare would destroy every object of ClassB with all its data: live, but not in "
        "firedrill:workers.lost.classes.",
        "The file 'none.mjs', which a Worker's entry in the config names, does not exist.",
        "The Worker 'chat', which Wrangler deploys, has 4 problems.",
    ]
