"""Which queues' messages come to which Worker, wherever a program says it."""

from __future__ import annotations

from typing import Any

from firedrill.declared.queue_consumers import consumed
from firedrill.declared.worker_versions import with_scripts
from firedrill.resources import OBSERVED_SERVICE, QUEUE, QUEUE_CONSUMER, WORKERS_SCRIPT, Resource

ID = "fedcba9876543210fedcba9876543210"


def resource(token: str, name: str, **inputs: Any) -> Resource:
    return Resource(token, name, f"urn::{name}", f"id-{name}", inputs)


def consumer(name: str = "consumer", **inputs: Any) -> Resource:
    return resource(QUEUE_CONSUMER, name, **{"scriptName": "shop", "type": "worker", **inputs})


def test_a_queue_has_the_name_that_the_program_declares_it_with() -> None:
    queues = [resource(QUEUE, "q", queueName="jobs"), resource(QUEUE, "r", queueName="a-first")]
    assert consumed([*queues, consumer(queueId="id-q"), consumer(queueId="id-r")]) == {"shop": ["a-first", "jobs"]}


def test_a_queue_that_is_only_named_has_the_name_that_its_worker_says() -> None:
    service = resource(OBSERVED_SERVICE, "shop", queues={ID: "jobs"})
    assert consumed([service, consumer(queueId=ID)]) == {"shop": ["jobs"]}
    assert consumed([consumer(queueId=ID)]) == {"shop": [ID]}


def test_a_queue_that_is_asked_for_its_messages_calls_no_worker() -> None:
    assert consumed([consumer(queueId=ID, type="http_pull", scriptName=None)]) == {}


def test_the_worker_that_is_drilled_has_its_queues_and_no_other_one() -> None:
    scripts = [resource(WORKERS_SCRIPT, name, scriptName=name) for name in ("shop", "cart")]
    queue = resource(QUEUE, "q", queueName="jobs")
    found = {each.name: each.inputs for each in with_scripts([*scripts, queue, consumer(queueId="id-q")])}
    assert (found["shop"]["queueConsumers"], "queueConsumers" in found["cart"]) == (["jobs"], False)
