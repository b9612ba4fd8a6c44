"""What telemetry says of an object's storage is what is stored, and costs no look at all of it."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from random import Random
from typing import Any

import pytest

pytestmark = pytest.mark.workerd

OPERATIONS = 5_000
BATCH = 500  # operations between two looks at the databases
OBJECTS = [f"storage-{number}" for number in range(5)]
IDS = [f"t{number}" for number in range(1_000)]
COUNTING = 3  # rows of SQLite's own that a start reads besides the object's entries, once
START_MS = 4_000_000_000_000  # far away: no alarm goes off by itself

Stored = dict[str, str]


def entries(chance: Random) -> list[dict[str, str]]:
    count = chance.choice((1, 1, 1, 5, 99))
    return [{"tool_use_id": chance.choice(IDS), "tool_name": chance.choice("abc")} for _ in range(count)]


def operation(chance: Random) -> tuple[str, list[Any]]:
    """An operation with its arguments; objects grow until they are emptied, by a clear or their alarm."""
    refused = {"tool_use_id": "not allowed", "tool_name": "n"}
    choices: list[tuple[int, str, list[Any]]] = [
        (40, "store", [entries(chance)]),
        (5, "store", [[*entries(chance), refused]]),
        (25, "retrieve", [chance.choice(IDS)]),
        (28, "delete", [chance.choice(IDS)]),
        (1, "clear", []),
        (1, "alarm", [{}]),
    ]
    ((_, method, arguments),) = chance.choices(choices, [weight for weight, *_ in choices])
    return method, arguments


def answer(stored: Stored, method: str, arguments: list[Any]) -> Any:
    """What an operation has to answer, and to do to what is stored."""
    if method == "store":
        (given,) = arguments
        if any(" " in entry["tool_use_id"] for entry in given):
            message = "tool_use_id must be 1 to 128 letters, digits or any of _ . : -"
            return {"name": "InputError", "message": message}
        stored.update({entry["tool_use_id"]: entry["tool_name"] for entry in given})
        return {"stored": len(given)}
    if method == "retrieve":
        return stored.get(arguments[0])
    if method == "delete":
        return {"deleted": int(stored.pop(arguments[0], None) is not None)}
    count = len(stored)
    stored.clear()
    return {"deleted": count} if method == "clear" else None


def on_disk(driver: Any, identity: str) -> tuple[Stored, int]:
    """The entries in an object's database, and its size in bytes, as SQLite outside of workerd reads it."""
    database = sqlite3.connect(f"file:{driver.storage / identity}.sqlite?mode=ro", uri=True)
    try:
        pages, page = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        known = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'tools'").fetchall()
        return dict(database.execute("SELECT * FROM tools")) if known else {}, pages * page
    finally:
        database.close()


def test_keys_and_bytes_are_those_that_are_stored(driver: Any, tell: Any) -> None:
    chance = Random(7)  # noqa: S311 - repeatable, not secret
    expected: dict[str, Stored] = {name: {} for name in OBJECTS}
    rows: dict[str, list[int]] = defaultdict(list)
    most = 0
    for batch in range(OPERATIONS // BATCH):
        calls = [(chance.choice(OBJECTS), *operation(chance)) for _ in range(BATCH)]
        answers, lines = played(driver, batch, calls)
        for (name, method, arguments), answered, line in zip(calls, answers, lines, strict=True):
            before = len(expected[name])
            assert answered.get("answer") == answer(expected[name], method, arguments)
            assert line["op"] == method
            assert (line["keys"], line["bytes"]) == (answered["keys"], answered["bytes"]), (method, line, answered)
            assert line["keys"] == len(expected[name])
            touched = 2 * (len(arguments[0]) if method == "store" else 1)
            assert line["read"] <= touched + (before + COUNTING if "cold" in line else 0), (method, line)
            rows[f"{method}, {'at a start' if 'cold' in line else 'later'}"].append(line["read"])
            most = max(most, line["keys"])
        for name, latest in {name: answered for (name, *_), answered in zip(calls, answers, strict=True)}.items():
            assert on_disk(driver, latest["id"]) == (expected[name], latest["bytes"])
    costs = [f"{case}: {sum(counts) / len(counts):.1f}, {max(counts)}" for case, counts in sorted(rows.items())]
    tell("operations, most entries of an object", (OPERATIONS, most))
    tell("rows read on average, at most", "; ".join(costs))


def played(driver: Any, batch: int, calls: Sequence[tuple[str, str, list[Any]]]) -> tuple[list[Any], list[Any]]:
    """The answers and the telemetry of calls, before which every object is evicted."""
    steps = [
        {
            "object": name,
            "method": "at",
            "args": [START_MS + batch, method, *arguments, {"requestId": f"{number:016x}"}],
            "evict": number == 0,
        }
        for number, (name, method, arguments) in enumerate(calls)
    ]
    answers, items = driver.play("steps", calls=steps)
    lines = [(item["id"], json.loads(text)) for item in items for _, text in item["lines"]]
    assert len(lines) == len(calls)
    by_request = {line["request"]: line for _, line in lines if "request" in line}
    alarms = {
        identity: [line for its, line in lines if its == identity and line["op"] == "alarm"] for identity, _ in lines
    }
    return answers, [
        alarms[answered["id"]].pop(0) if method == "alarm" else by_request[f"{number:016x}"]
        for number, ((_, method, _), answered) in enumerate(zip(calls, answers, strict=True))
    ]
