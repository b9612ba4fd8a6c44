from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.contents import deployed, deployed_scripts
from firedrill.cloud.folders import sweep
from firedrill.cloud.store import read
from firedrill.resources import WORKER, WORKER_VERSION, WORKERS_DEPLOYMENT, WORKERS_SCRIPT
from tests.cloud.conftest import refusal

Json = dict[str, Any]
Inputs = Callable[..., Json]
CODE = "export class Counter {}\nexport default {}\n"


def version_inputs(worker: str, code: str = CODE, **changes: Any) -> Json:
    module = {"name": "w.mjs", "contentType": "application/javascript+module"}
    return {
        "accountId": "acc",
        "workerId": worker,
        "mainModule": "w.mjs",
        "compatibilityDate": "2026-01-01",
        "modules": [{**module, "contentBase64": base64.b64encode(code.encode()).decode()}],
        **changes,
    }


def deployment_inputs(**shares: float) -> Json:
    versions = [{"versionId": id_.replace("_", "-"), "percentage": share} for id_, share in shares.items()]
    return {"accountId": "acc", "scriptName": "search", "strategy": "percentage", "versions": versions}


@pytest.fixture
def worker(cloud: Cloud) -> str:
    """A Worker without code."""
    return cloud.create(WORKER, {"accountId": "acc", "name": "search", "logpush": True})[0]


@pytest.fixture
def deploy(cloud: Cloud, worker: str) -> Callable[..., str]:
    """Create a version with changes, deploy it alone, and give its id."""

    def deploy(code: str = CODE, **changes: Any) -> str:
        id_, _ = cloud.create(WORKER_VERSION, version_inputs(worker, code, **changes))
        cloud.create(WORKERS_DEPLOYMENT, deployment_inputs(**{id_.replace("-", "_"): 100}))
        return id_

    return deploy


def test_a_worker_runs_what_is_deployed_and_nothing_before(
    cloud: Cloud, worker: str, deploy: Callable[..., str], state_file: Path
) -> None:
    cloud.create(WORKER_VERSION, version_inputs(worker))
    assert deployed_scripts(state_file) == []
    deploy("export default {fetch() {}}\n")
    (script,) = deployed_scripts(state_file)
    assert (script.name, script.module.read_text()) == ("search", "export default {fetch() {}}\n")
    assert script.inputs["logpush"] is True


def test_of_two_versions_the_one_with_the_greater_share_runs(cloud: Cloud, worker: str, state_file: Path) -> None:
    old, new = (
        cloud.create(WORKER_VERSION, version_inputs(worker, f"// {each}\n{CODE}"))[0] for each in ("old", "new")
    )
    cloud.create(WORKERS_DEPLOYMENT, deployment_inputs(**{old.replace("-", "_"): 10, new.replace("-", "_"): 90}))
    assert deployed_scripts(state_file)[0].module.read_text().startswith("// new")


def test_a_version_with_deploy_runs_at_once(cloud: Cloud, worker: str, state_file: Path) -> None:
    cloud.create(WORKER_VERSION, version_inputs(worker, deploy=True))
    assert [each.name for each in deployed_scripts(state_file)] == ["search"]


def test_migrations_are_applied_when_the_version_is_deployed_and_once(
    deploy: Callable[..., str], state_file: Path, cloud: Cloud
) -> None:
    objects = {
        "bindings": [{"type": "durable_object_namespace", "name": "COUNTER", "className": "Counter"}],
        "migrations": {"newTag": "v1", "newSqliteClasses": ["Counter"]},
    }
    first = deploy(**objects)
    namespaces = deployed_scripts(state_file)[0].namespaces
    assert namespaces.keys() == {"Counter"}
    cloud.create(WORKERS_DEPLOYMENT, deployment_inputs(**{first.replace("-", "_"): 100}))
    assert deployed_scripts(state_file)[0].namespaces == namespaces


def test_a_version_that_binds_to_a_class_that_is_not_there_cannot_be_deployed(deploy: Callable[..., str]) -> None:
    binding = {"type": "durable_object_namespace", "name": "COUNTER", "className": "Counter"}
    assert "bindings.COUNTER.class_name is 'Counter'" in refusal(lambda: deploy(bindings=[binding]))


def test_a_version_whose_code_lacks_a_new_class_is_refused_at_preview(cloud: Cloud, worker: str) -> None:
    binding = {"type": "durable_object_namespace", "name": "COUNTER", "className": "Counter"}
    migrations = {"newTag": "v1", "newSqliteClasses": ["Counter"]}
    given = version_inputs(worker, "export default {}\n", bindings=[binding], migrations=migrations)
    (told,) = cloud.check(WORKER_VERSION, given).problems
    assert "Cannot apply new-class migration to class 'Counter' that is not exported by script. [code: 10070]" in told


def test_a_version_without_a_live_class_cannot_be_deployed(deploy: Callable[..., str]) -> None:
    deploy(migrations={"newTag": "v1", "newSqliteClasses": ["Counter"]})
    assert "[code: 10064]" in refusal(lambda: deploy("export default {}\n"))


def test_a_version_with_a_syntax_error_is_refused_at_preview(cloud: Cloud, worker: str) -> None:
    (told,) = cloud.check(WORKER_VERSION, version_inputs(worker, "export default {1}")).problems
    assert "w.mjs:1:17: SyntaxError: Unexpected number" in told


def test_the_worker_takes_its_versions_and_deployments_along(
    cloud: Cloud, worker: str, deploy: Callable[..., str], state_file: Path
) -> None:
    version = deploy()
    cloud.delete(WORKER_VERSION, version, {"accountId": "acc"})
    assert version in read(state_file).of(WORKER_VERSION), "as upstream, where the provider deletes no version"
    cloud.delete(WORKER, worker, {"accountId": "acc"})
    assert not any(read(state_file).entries.values())
    assert not list((state_file.parent / "contents").glob("*.mjs"))


def test_the_modules_and_the_data_of_what_is_there_are_kept(deploy: Callable[..., str], state_file: Path) -> None:
    deploy(
        bindings=[{"type": "durable_object_namespace", "name": "COUNTER", "className": "Counter"}],
        migrations={"newTag": "v1", "newSqliteClasses": ["Counter"]},
    )
    (script,) = deployed_scripts(state_file)
    script.data["Counter"].mkdir(parents=True)
    sweep(read(state_file), state_file.parent)
    assert script.data["Counter"].is_dir()
    assert script.module.exists()


def test_a_version_never_changes(cloud: Cloud, worker: str) -> None:
    old, new = version_inputs(worker), version_inputs(worker, "// new\n")
    assert list(cloud.diff(WORKER_VERSION, old, new).replaced) == ["modules"]
    shares = [deployment_inputs(**{id_: 100}) for id_ in ("a", "b")]
    assert list(cloud.diff(WORKERS_DEPLOYMENT, *shares).replaced) == ["versions"]


def test_a_version_is_told_with_the_module_that_was_uploaded(deploy: Callable[..., str], state_file: Path) -> None:
    deploy()
    (version,) = [each for each in deployed(state_file) if each.type == WORKER_VERSION]
    (module,) = version.inputs["modules"]
    assert Path(module["contentFile"]).read_text() == CODE


def test_a_name_is_one_workers_whatever_its_kind(cloud: Cloud, worker: str, inputs: Inputs) -> None:
    again = refusal(lambda: cloud.create(WORKER, {"accountId": "acc", "name": "search"}))
    assert again == "Worker 'search': the account has a Worker with this name already; choose another name."
    cloud.create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT))
    assert "with this name already" in refusal(lambda: cloud.create(WORKER, {"accountId": "acc", "name": "shop"}))
    assert cloud.create(WORKER, {"accountId": "other", "name": "search"})[0] != worker


def test_a_worker_with_objects_keeps_its_name(cloud: Cloud, worker: str, deploy: Callable[..., str]) -> None:
    renamed = {"accountId": "acc", "name": "finder"}
    cloud.update(WORKER, worker, {"accountId": "acc"}, renamed)
    cloud.update(WORKER, worker, {"accountId": "acc"}, {**renamed, "name": "search"})
    deploy(migrations={"newTag": "v1", "newSqliteClasses": ["Counter"]})
    assert "another name for a Worker with objects, which is 'search'" in refusal(
        lambda: cloud.update(WORKER, worker, {"accountId": "acc"}, renamed)
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"modules": []}, "0 modules is not supported"),
        ({"mainModule": "x.mjs"}, "mainModule is 'x.mjs'; allowed: the name of its module, 'w.mjs'"),
        ({"modules": [{"name": "w.mjs", "contentBase64": "%%"}]}, "contentBase64 is not UTF-8 text in Base64"),
        ({"modules": [{"name": "w.mjs", "contentBase64": "/w=="}]}, "contentBase64 is not UTF-8 text in Base64"),
        ({"modules": [{"name": "w.mjs", "contentFile": "none.mjs"}]}, "none.mjs'"),
        ({"bindings": [{"type": "wasm_module", "name": "W"}]}, "binding type 'wasm_module'"),
        ({"placement": {"mode": "smart"}}, "input 'placement'"),
    ],
)
def test_a_version_that_cannot_run_here_is_refused(cloud: Cloud, worker: str, change: Json, said: str) -> None:
    (found,) = cloud.check(WORKER_VERSION, version_inputs(worker, **change)).problems
    assert said in found


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ({}, "versions is 0 versions; allowed: 1 to 2 versions"),
        ({"a": 50}, "versions is 50 % together; allowed: 100 % together"),
        ({"a": 50, "b": 25, "c": 25}, "versions is 3 versions; allowed: 1 to 2 versions"),
    ],
)
def test_shares_that_are_not_those_of_all_requests_are_refused(cloud: Cloud, shares: Json, said: str) -> None:
    assert said in cloud.check(WORKERS_DEPLOYMENT, deployment_inputs(**shares)).problems[0]


def test_what_is_not_there_cannot_be_deployed(cloud: Cloud, worker: str, inputs: Inputs) -> None:
    nothing = deployment_inputs(nothing=100)
    assert "it has no version 'nothing'" in refusal(lambda: cloud.create(WORKERS_DEPLOYMENT, nothing))
    assert "there is no Worker 'nobody'" in refusal(lambda: cloud.create(WORKER_VERSION, version_inputs("nobody")))
    cloud.create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT))
    assert "a version of a WorkersScript ('shop')" in refusal(
        lambda: cloud.create(WORKER_VERSION, version_inputs("shop"))
    )


def test_a_worker_whose_class_another_binds_to_stays(
    cloud: Cloud, worker: str, deploy: Callable[..., str], inputs: Inputs
) -> None:
    deploy(migrations={"newTag": "v1", "newSqliteClasses": ["Counter"]})
    foreign = {"type": "durable_object_namespace", "name": "C", "className": "Counter", "scriptName": "search"}
    cloud.create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT, bindings=[foreign], migrations=None))
    assert "the Worker 'shop' binds to its class 'Counter'" in refusal(
        lambda: cloud.delete(WORKER, worker, {"accountId": "acc"})
    )
