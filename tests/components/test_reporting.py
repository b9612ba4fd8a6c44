from __future__ import annotations

import re
from pathlib import Path

import pytest

from firedrill.components.settings import Reporter
from firedrill.components.worker.reporting import reporter_bindings

SOURCE = Path(__file__).resolve().parents[2] / "firedrill/worker/reporter.mjs"
KEY = {"type": "secret_text", "name": "DD_API_KEY", "text": "key-1"}
SITE = {"type": "plain_text", "name": "DD_SITE", "text": "datadoghq.eu"}
PREFIX = {"type": "plain_text", "name": "FIREDRILL_METRIC_PREFIX", "text": "chat_room.dev."}
DATASET = {"type": "analytics_engine", "name": "FIREDRILL_ANALYTICS", "dataset": "chat_room_dev"}


@pytest.mark.parametrize(
    ("reporter", "expected"),
    [
        ("none", []),
        ("datadog", [KEY, SITE, PREFIX]),
        ("analytics-engine", [DATASET]),
        ("both", [KEY, SITE, PREFIX, DATASET]),
    ],
)
def test_a_reporter_is_turned_on_by_its_bindings(reporter: Reporter, expected: list[dict[str, str]]) -> None:
    assert reporter_bindings(reporter, "datadoghq.eu", "chat_room.dev.", "key-1") == expected


def test_the_bindings_are_those_that_the_workers_reporter_asks_for() -> None:
    asked = set(re.findall(r"env\.([A-Z_]+)", SOURCE.read_text()))
    assert {binding["name"] for binding in reporter_bindings("both", "", "", "")} == asked
