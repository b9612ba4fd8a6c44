"""Input of every kind, over HTTP and by RPC: always an answer, no exception, and one short line that can be read."""

from __future__ import annotations

import json
from collections import Counter
from itertools import product
from typing import Any

import pytest
from hypothesis import settings

from firedrill.components.telemetry import FIELDS, MAX_LINE

pytestmark = pytest.mark.workerd

WIRES = [field.wire for field in FIELDS]
RESULTS = ("ok", "miss", "rejected")  # what input can lead to
BATCH = 250
CASES = max(2_000, settings().max_examples)  # 50,000 with --hypothesis-profile=deep


def line_of(item: dict[str, Any]) -> dict[str, Any]:
    """The only line of an invocation in which nothing else happened."""
    assert (item["outcome"], item["exceptions"], len(item["lines"])) == ("ok", [], 1), item
    ((level, text),) = item["lines"]
    assert level == "debug"
    assert len(text) <= MAX_LINE
    line: dict[str, Any] = json.loads(text)
    assert list(line) == [wire for wire in WIRES if wire in line]
    assert line["result"] in RESULTS, line
    return line


def check(answer: dict[str, Any]) -> None:
    if "status" in answer:
        assert answer["status"] < 500, answer
        assert answer["head"] or json.loads(answer["body"]), answer
    else:
        assert answer.get("error", "InputError").startswith("InputError"), answer
        assert "error" in answer or not answer["input"].startswith("store [[null"), "a list with a hole was stored"


def test_whatever_is_sent_there_is_an_answer_and_one_line_for_each_invocation(driver: Any, tell: Any) -> None:
    seen: Counter[str] = Counter()
    for seed in range(CASES // BATCH):
        answers, items = driver.play("fuzz", seed=seed, count=BATCH)
        lines = [line_of(item) for item in items]
        for answer in answers:
            check(answer)
        calls = sum(item["calls"] for item in items)
        assert len(lines) == BATCH + calls, f"seed {seed}"
        assert {(line["at"], line["result"]) for line in lines} == set(product(("gateway", "object"), RESULTS))
        requests = sum("status" in answer for answer in answers)
        seen.update({"requests": requests, "calls by RPC": BATCH - requests, "invocations, one line each": len(lines)})
        seen["longest line"] = max(seen["longest line"], *(len(item["lines"][0][1]) for item in items))
    tell("fuzz", dict(seen))
