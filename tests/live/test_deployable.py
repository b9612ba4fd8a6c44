"""What it takes to run a Worker that the local cloud holds."""

from __future__ import annotations

from pathlib import Path

from firedrill.cloud.contents import DeployedScript
from firedrill.live.deployable import programs_of
from firedrill.resources import QUEUE, QUEUE_CONSUMER, WORKERS_SCRIPT, Resource


def test_a_worker_that_runs_gets_the_messages_of_the_queues_that_it_consumes(tmp_path: Path) -> None:
    (tmp_path / "shop.mjs").write_text("export default {};")
    inputs = {"scriptName": "shop", "accountId": "acc", "mainModule": "shop.mjs"}
    held = DeployedScript("shop", inputs, "shop.mjs", tmp_path / "shop.mjs", {}, {}, {})
    consumer = {"queueId": "1f", "scriptName": "shop", "type": "worker"}
    resources = [
        Resource(WORKERS_SCRIPT, "shop", "urn::shop", "shop", inputs),
        Resource(QUEUE, "jobs", "urn::jobs", "1f", {"queueName": "jobs"}),
        Resource(QUEUE_CONSUMER, "consumer", "urn::consumer", "2f", consumer),
    ]
    (program,) = programs_of(resources, [held], tmp_path, tmp_path)
    assert program.deployment.script["queue_consumers"] == ["jobs"]


def test_a_worker_that_runs_gets_the_answers_of_its_drill_file(tmp_path: Path) -> None:
    (tmp_path / "shop.mjs").write_text("export default {};")
    (tmp_path / "drill").mkdir()
    outbound = "outbound: {'https://api.example.com/*': {status: 503, body: closed}}"
    (tmp_path / "drill" / "shop.yaml").write_text(f"traffic: [{{session: [GET /]}}]\n{outbound}\n")
    inputs = {"scriptName": "shop", "accountId": "acc", "mainModule": "shop.mjs"}
    held = DeployedScript("shop", inputs, "shop.mjs", tmp_path / "shop.mjs", {}, {}, {})
    (program,) = programs_of(
        [Resource(WORKERS_SCRIPT, "shop", "urn::shop", "shop", inputs)], [held], tmp_path, tmp_path
    )
    (answer,) = program.deployment.answers
    assert (answer["url"], answer["status"], answer["body"]) == ("https://api.example.com/*", 503, "closed")
