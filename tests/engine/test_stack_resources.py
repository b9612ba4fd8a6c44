"""What a stack has deployed, as the drill and what runs it take it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console

from firedrill.drill.choice import Choice
from firedrill.drill.drill import drill_resources
from firedrill.drill.stages import Stages
from firedrill.engine.stack_resources import deployed_resources
from firedrill.installed import PACKAGES as REPOSITORY
from firedrill.render import render
from firedrill.resources import LOGPUSH_JOB, MONITOR, Resource
from firedrill.vendors.errors import FiredrillError

if TYPE_CHECKING:
    from tests.engine.conftest import Local

pytestmark = [
    pytest.mark.engine,
    pytest.mark.filterwarnings("ignore:.* has been deprecated:DeprecationWarning"),  # when the providers are imported
]


def verdicts(resources: list[Resource]) -> Any:
    """What a drill of one scenario says of each monitor."""
    choice = Choice(root=REPOSITORY, scenarios=("storage-failing",))
    drilled = drill_resources(resources, choice, Stages(Console(file=io.StringIO())))
    return [worker.verdicts for worker in drilled.result.workers]


@pytest.fixture(scope="module")
def dev(of: Callable[[Path, str, Path], Local], tmp_path_factory: pytest.TempPathFactory) -> Local:
    """The project's dev stack, deployed."""
    local = of(REPOSITORY, "dev", tmp_path_factory.mktemp("dev"))
    local.did("up")
    local.did("up")  # now the Worker holds the migration that changes nothing
    return local


def test_resources_have_their_names_and_parents_in_the_program(dev: Local) -> None:
    rendered = {each.urn: each for each in render("dev", REPOSITORY)}
    deployed = {each.urn: each for each in deployed_resources(dev.stack)}
    assert deployed.keys() == rendered.keys()
    for urn, each in deployed.items():
        assert (each.type, each.name, each.parent) == (rendered[urn].type, rendered[urn].name, rendered[urn].parent)
        assert bool(each.id) == bool(rendered[urn].id)
    services = [each for each in rendered.values() if each.type == "firedrill:components:ObservedService"]
    assert [deployed[each.urn].inputs for each in services] == [each.inputs for each in services]


def test_no_secret_is_among_them(dev: Local) -> None:
    (job,) = [each for each in deployed_resources(dev.stack) if each.type == LOGPUSH_JOB]
    assert "header_DD-API-KEY=[secret]&" in job.inputs["destinationConf"]
    assert job.secret_inputs == ("destinationConf",)


@pytest.mark.workerd
def test_a_drill_of_what_is_deployed_gives_the_verdicts_of_what_is_rendered(dev: Local) -> None:
    assert verdicts(deployed_resources(dev.stack)) == verdicts(render("dev", REPOSITORY))


def test_a_stack_that_is_not_deployed_is_told(small: Local) -> None:
    with pytest.raises(FiredrillError) as raised:
        deployed_resources(small.stack)
    assert str(raised.value) == "Stack 'dev' is not deployed. Deploy it: firedrill up --stack dev"


def test_what_was_deleted_by_hand_is_told(small: Local) -> None:
    small.did("up")
    (whole,) = [entry for _, entry in small.entries() if entry.inputs["type"] == "composite"]
    small.stack.cloud.delete(MONITOR, whole.id, {**whole.inputs, **whole.computed})
    with pytest.raises(FiredrillError) as raised:
        deployed_resources(small.stack)
    assert str(raised.value) == (
        "Stack 'dev' has lost whole in the local cloud. "
        "To repair it: firedrill refresh --stack dev, then firedrill up --stack dev"
    )


def test_what_another_stack_has_is_not_among_them(small: Local) -> None:
    small.did("up")
    small.named("other").did("up")
    names = [each.name for each in deployed_resources(small.stack)]
    assert sorted(names) == ["part-0", "part-1", "part-2", "whole"]
