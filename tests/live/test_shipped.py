"""The shipped stack live: the real Worker and everything that dev declares."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.live.deployable import Program
from firedrill.live.events import Notified, StateChanged
from firedrill.live.faults import Switch
from firedrill.render import render
from firedrill.resources import WORKERS_SCRIPT, of_type
from firedrill.vendors.cloudflare.from_pulumi import workers_script

ROOT = Path(__file__).parents[2]
REQUESTS = 6
"""A minute: enough for ratios to count."""


def store(address: str, minute: int) -> None:
    """A minute of requests, each to a conversation of its own, since lines of calls that overlap get mixed up."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    for number in range(REQUESTS):
        body = json.dumps({"tool_name": "grep"})
        connection.request("PUT", f"/conversations/{minute}-{number}/tools/toolu_1", body)
        connection.getresponse().read()
    connection.close()


@pytest.mark.workerd
def test_failing_storage_is_notified_and_so_is_its_end(run: Callable[..., Any], tmp_path: Path) -> None:
    resources = render("dev", ROOT)
    (declared,) = of_type(resources, WORKERS_SCRIPT)
    script = workers_script(declared.inputs)
    program = Program(script, (ROOT / script["content_file"]).read_bytes(), tmp_path / "data")

    with run(program, resources=resources) as stack:
        for minute in range(20):
            if minute in (7, 11):
                stack.live.switch(Switch("storage-failing", 1.0 if minute == 7 else 0.0))
            before = stack.live.standing().events
            store(stack.address, minute)
            stack.until(lambda expected=before + 2 * REQUESTS: stack.live.standing().events == expected)
            stack.minutes(1)

        changes = [(each.monitor, each.state) for each in stack.of(StateChanged) if each.monitor == "worker-5xx"]
        assert changes == [("worker-5xx", "OK"), ("worker-5xx", "Alert"), ("worker-5xx", "OK")]
        titles = [each.title for each in stack.of(Notified)]
        assert len(titles) == 2 * len({title.partition("] ")[2].partition("] ")[2] for title in titles}), titles
