"""What is run of a stack that is deployed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from firedrill.cloud.contents import deployed
from firedrill.cloud.folders import data_folder
from firedrill.engine.operations import LocalStack
from firedrill.engine.workspace import Workspace
from firedrill.live.deployable import Program
from firedrill.live.launch import deployed_programs
from firedrill.render.stack_config import StackConfig
from firedrill.resources import WORKERS_SCRIPT
from firedrill.vendors.errors import FiredrillError


@pytest.fixture
def stack(tmp_path: Path) -> LocalStack:
    return LocalStack(Workspace.of(tmp_path), "dev", StackConfig("tiny", {}, ()))


@pytest.fixture
def inputs(script: dict[str, Any], bundle: bytes) -> dict[str, Any]:
    """The small stack's Worker, as Pulumi uploads it."""
    bindings = [{"type": "durable_object_namespace", "name": "COUNTER", "className": "Counter"}]
    return {
        "accountId": "acc",
        "scriptName": script["script_name"],
        "compatibilityDate": script["compatibility_date"],
        "mainModule": "worker.mjs",
        "content": bundle.decode(),
        "bindings": bindings,
        "migrations": {"newTag": "v1", "newSqliteClasses": ["Counter"]},
    }


def objects_of(program: Program) -> Path:
    """Where the objects of its one class keep their data."""
    (binding,) = program.script["bindings"]
    return program.storage / str(binding["namespace_id"])


def test_a_deleted_worker_takes_along_what_its_objects_have_stored(stack: LocalStack, inputs: dict[str, Any]) -> None:
    id_, outputs = stack.cloud.create(WORKERS_SCRIPT, inputs)
    (program,) = deployed_programs(stack, deployed(stack.workspace.cloud))
    objects_of(program).mkdir(parents=True)

    stack.cloud.delete(WORKERS_SCRIPT, id_, outputs)

    assert not objects_of(program).exists()


def test_objects_keep_their_data_while_the_worker_is_there(stack: LocalStack, inputs: dict[str, Any]) -> None:
    _, outputs = stack.cloud.create(WORKERS_SCRIPT, inputs)
    (program,) = deployed_programs(stack, deployed(stack.workspace.cloud))
    objects_of(program).mkdir(parents=True)

    stack.cloud.update(WORKERS_SCRIPT, "tiny", outputs, {**inputs, "migrations": {"oldTag": "v1", "newTag": "v1"}})

    assert objects_of(program).is_dir()
    assert data_folder(stack.workspace.cloud.parent, "tiny", "") == program.storage


def test_a_worker_runs_without_the_bindings_that_its_drill_file_leaves_out(
    stack: LocalStack, inputs: dict[str, Any], tmp_path: Path
) -> None:
    stack.cloud.create(WORKERS_SCRIPT, inputs)
    (tmp_path / "drill").mkdir()
    (tmp_path / "drill" / "tiny.yaml").write_text(
        "traffic: [{session: [GET /]}]\nbindings: {PRICES: null, LIMIT: '9'}\n"
    )
    (program,) = deployed_programs(stack, deployed(stack.workspace.cloud))
    assert program.replaced == {"PRICES": None}, "a text that a binding has in the drill is for the drill"
    assert program.deployment.bindings == {"PRICES": None}


def test_a_binding_that_leads_to_another_worker_is_refused_by_name_for_all_workers_at_once(
    stack: LocalStack, inputs: dict[str, Any]
) -> None:
    own = inputs["bindings"][0]
    served = [own, {"type": "service", "name": "STOCK", "service": "stock"}]
    bound = [own, {**own, "name": "OTHER", "scriptName": "tiny"}]
    stack.cloud.create(WORKERS_SCRIPT, inputs | {"scriptName": "stock"})
    stack.cloud.create(WORKERS_SCRIPT, inputs | {"bindings": served})
    stack.cloud.create(WORKERS_SCRIPT, inputs | {"scriptName": "shop", "bindings": bound})
    with pytest.raises(FiredrillError) as refused:
        deployed_programs(stack, deployed(stack.workspace.cloud))
    told = str(refused.value)
    assert "WorkersScript 'tiny', binding 'STOCK': binding type service of another Worker, 'stock'," in told
    assert "bindings: {STOCK: null}" in told
    assert "In a running stack no binding leads to 'stock': each Worker runs by itself" in told
    assert "WorkersScript 'shop', binding 'OTHER'" in told
    assert "firedrill:workers" not in told
