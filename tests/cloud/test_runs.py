"""Whose a resource is: that of the run which made it, until another one takes it over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.cloud.store import Store
from firedrill.resources import LOGPUSH_JOB, LOGS_METRIC, LOGS_PIPELINE, MONITOR, WORKERS_SCRIPT

Inputs = Callable[..., dict[str, Any]]
ALL = [WORKERS_SCRIPT, LOGPUSH_JOB, LOGS_PIPELINE, LOGS_METRIC, MONITOR]


def later(inputs: Inputs, token: str) -> dict[str, Any]:
    """Inputs for what is there already: a Worker goes on from the migration tag that is live."""
    return inputs(token, **({"migrations": {"oldTag": "v1", "newTag": "v1"}} if token == WORKERS_SCRIPT else {}))


def of_run(cloud: Cloud, run: str) -> Cloud:
    """The same cloud as a run uses it, in a process of its own."""
    return Cloud(Store(cloud.store.file), run=run)


def runs(cloud: Cloud, token: str) -> list[str]:
    """The runs that what the cloud holds of a type belongs to, as its file says."""
    with Store(cloud.store.file).reading() as state:
        return [entry.run for entry in state.of(token).values()]


@pytest.mark.parametrize("token", ALL)
def test_a_resource_is_that_of_the_run_which_made_it(cloud: Cloud, inputs: Inputs, token: str) -> None:
    mine = of_run(cloud, "mine")
    id_, outputs = mine.create(token, inputs(token))
    assert runs(cloud, token) == ["mine"]
    mine.read(token, id_, outputs, inputs(token))
    mine.update(token, id_, outputs, later(inputs, token))
    assert runs(cloud, token) == ["mine"]


@pytest.mark.parametrize("token", ALL)
def test_a_resource_that_another_run_updates_is_that_of_no_run(cloud: Cloud, inputs: Inputs, token: str) -> None:
    id_, outputs = of_run(cloud, "mine").create(token, inputs(token))
    of_run(cloud, "another").update(token, id_, outputs, later(inputs, token))
    assert runs(cloud, token) == [""]


@pytest.mark.parametrize("token", ALL)
def test_a_resource_that_was_there_before_a_run_does_not_become_its_own(
    cloud: Cloud, inputs: Inputs, token: str
) -> None:
    id_, outputs = cloud.create(token, inputs(token))
    of_run(cloud, "mine").update(token, id_, outputs, later(inputs, token))
    assert runs(cloud, token) == [""]


def test_a_worker_that_is_uploaded_over_another_ones_is_that_of_no_run(cloud: Cloud, inputs: Inputs) -> None:
    cloud.create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT))
    of_run(cloud, "mine").create(WORKERS_SCRIPT, later(inputs, WORKERS_SCRIPT))
    assert runs(cloud, WORKERS_SCRIPT) == [""]


def test_a_worker_that_an_interrupted_run_left_is_its_own_no_more_once_somebody_uploads_it(
    cloud: Cloud, inputs: Inputs
) -> None:
    of_run(cloud, "mine").create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT))
    cloud.create(WORKERS_SCRIPT, later(inputs, WORKERS_SCRIPT))
    assert runs(cloud, WORKERS_SCRIPT) == [""]


@pytest.mark.parametrize("token", ALL)
def test_an_import_takes_a_resource_over(cloud: Cloud, inputs: Inputs, token: str) -> None:
    id_, _ = of_run(cloud, "mine").create(token, inputs(token))
    imported = {WORKERS_SCRIPT: f"acc/{id_}", LOGPUSH_JOB: f"accounts/acc/{id_}"}.get(token, id_)
    assert cloud.read(token, imported, {}, {}) is not None
    assert runs(cloud, token) == [""]
