"""Queues, and the Workers that get their messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from firedrill.cloud.cloud import Cloud
from firedrill.resources import QUEUE, QUEUE_CONSUMER, WORKERS_SCRIPT
from tests.cloud.conftest import refusal

Json = dict[str, Any]
JOBS = {"accountId": "acc", "queueName": "jobs"}
ID = "fedcba9876543210fedcba9876543210"
CONSUMER = {"accountId": "acc", "queueId": ID, "scriptName": "shop", "type": "worker", "settings": {"batchSize": 5}}


@pytest.fixture
def worker(cloud: Cloud, inputs: Callable[..., Json]) -> None:
    cloud.create(WORKERS_SCRIPT, inputs(WORKERS_SCRIPT))


def test_a_queue_is_read_by_its_id_and_its_name_is_its_own(cloud: Cloud) -> None:
    id_, outputs = cloud.create(QUEUE, JOBS)
    assert (outputs["queueId"], len(id_)) == (id_, 32)
    found = cloud.read(QUEUE, f"acc/{id_}", {}, {})
    assert found
    assert found.inputs == JOBS
    assert refusal(lambda: cloud.create(QUEUE, JOBS)) == (
        f"queue 'jobs': Queue name is already taken [code: 11009]; import acc/{id_}, or choose another name."
    )
    (wrong,) = cloud.check(QUEUE, {**JOBS, "queueName": "a_b"}).problems
    assert "queue_name is 'a_b'" in str(wrong)


@pytest.mark.usefixtures("worker")
def test_a_queue_has_one_consumer_which_keeps_its_id(cloud: Cloud) -> None:
    id_, outputs = cloud.create(QUEUE_CONSUMER, CONSUMER)
    assert outputs["consumerId"] == id_
    again = refusal(lambda: cloud.create(QUEUE_CONSUMER, CONSUMER))
    assert again == f"QueueConsumer of the queue '{ID}': the queue has a consumer already; delete one of the two."


def test_a_consumer_is_a_worker_that_is_there(cloud: Cloud) -> None:
    told = "This Worker does not exist on your account. [code: 10007]; deploy it first."
    assert told in refusal(lambda: cloud.create(QUEUE_CONSUMER, CONSUMER))


@pytest.mark.usefixtures("worker")
def test_what_a_consumer_may_not_be_is_told_by_name(cloud: Cloud) -> None:
    def told(**changed: Any) -> str:
        (problem,) = cloud.check(QUEUE_CONSUMER, {**CONSUMER, **changed}).problems
        return str(problem)

    assert "type 'http_pull'" in told(type="http_pull")
    assert "settings.batch_size is 101; allowed: 1 to 100 messages" in told(settings={"batchSize": 101})
    assert "script_name is missing" in told(scriptName=None)
    assert "dead_letter_queue is '-'" in told(deadLetterQueue="-")
