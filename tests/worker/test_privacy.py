"""Marked values are planted wherever a caller can put something, and looked for in everything that is written."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytestmark = pytest.mark.workerd

MARK = "planted"
CONVERSATION = f"{MARK}-conversation"
TOOLS = f"/conversations/{CONVERSATION}/tools"
ENTRY = {"tool_use_id": f"{MARK}-tool", "tool_name": f"{MARK} name"}
HEADERS = {"authorization": f"Bearer {MARK}", "cookie": f"session={MARK}", "x-request-id": MARK}
ERROR = {"message": f"cannot read {MARK} at {MARK}.mjs:1", "name": "PlantedError"}

# method, path, body, faults, whether the object is reached
REQUESTS: list[tuple[str, str, Any, dict[str, Any], bool]] = [
    ("PUT", f"{TOOLS}/{MARK}-tool?token={MARK}", ENTRY, {}, True),
    ("POST", TOOLS, [ENTRY], {}, True),
    ("GET", f"{TOOLS}/{MARK}-unknown", None, {}, True),
    ("DELETE", f"{TOOLS}/{MARK}-unknown", None, {}, True),
    ("DELETE", TOOLS, None, {}, True),
    ("GET", f"/{MARK}", None, {}, False),
    ("GET", f"{TOOLS}/{MARK}%20{MARK}", None, {}, False),
    ("POST", TOOLS, f'{{"{MARK}'.encode(), {}, False),
    ("POST", TOOLS, [{MARK: MARK}], {}, False),
    ("POST", TOOLS, {"tool_use_id": f"{MARK} {MARK}", "tool_name": MARK}, {}, False),
    ("GET", f"{TOOLS}/{MARK}-tool", None, {"x-fault-call": {"times": 9, "retryable": True, **ERROR}}, False),
    ("GET", f"{TOOLS}/{MARK}-tool", None, {"x-fault-object": {"broken": "sql", **ERROR}}, True),
]


@pytest.mark.parametrize("sent", REQUESTS, ids=lambda sent: f"{sent[0]} {sent[1]}")
def test_nothing_that_a_caller_sends_is_written(
    workerd: Any, salt: str, sent: tuple[str, str, Any, dict[str, Any], bool]
) -> None:
    method, path, body, faults, reached = sent
    headers = HEADERS | {header: json.dumps(value) for header, value in faults.items()}
    response = workerd.send("faulty", method, path, body, headers)
    items = [workerd.item_of(response, at) for at in (("gateway", "object") if reached else ("gateway",))]
    written = response.text + json.dumps([response.headers, *([item["logs"], item["exceptions"]] for item in items)])
    for secret in (MARK, salt, ".mjs", *(item["durableObjectId"] for item in items[1:])):
        assert secret not in written


def test_an_answer_holds_the_stored_name_and_nothing_else(workerd: Any) -> None:
    workerd.send("faulty", "POST", TOOLS, [ENTRY])
    assert workerd.send("faulty", "GET", f"{TOOLS}/{MARK}-tool").json == ENTRY
