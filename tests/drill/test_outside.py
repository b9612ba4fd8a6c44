"""What a Worker fetches from outside in vain is told once, with what to write."""

from __future__ import annotations

from typing import Any

import yaml  # type: ignore[import-untyped]

from firedrill.drill.outside import unanswered
from firedrill.runtime.take import Take
from firedrill.scenarios.drill_file import DrillFile


def take(*asked: str) -> Take:
    return Take((), (), 0, 0, 0, reached={"outside": dict.fromkeys(asked, 1)})


def advised(told: str) -> Any:
    """The line to add, read as part of a drill file."""
    content = yaml.safe_load(told[told.index("outbound: {") :])
    return [*DrillFile.model_validate({"traffic": [{"session": [{}]}], **content}).outbound]


def test_a_url_is_told_once_with_the_line_for_the_drill_file() -> None:
    asked = ["GET https://api.example.com/v1/x", "POST https://api.example.com/v1/x"]
    (told,) = unanswered({"a": take(*asked), "b": take(*asked)}, "drill.yaml")
    assert told == (
        "the Worker fetches https://api.example.com/v1/x, which fails, since a drill reaches nothing outside; if it is"
        ' to have an answer, say which in drill.yaml: outbound: { "https://api.example.com/v1/x": { status: 200,'
        " json: {} } }"
    )
    assert advised(told) == ["https://api.example.com/v1/x"]


def test_paths_of_one_origin_are_told_together() -> None:
    paths = [f"GET https://push.example.com/{each}" for each in "cab"]
    (told,) = unanswered({"a": take(*paths)}, "")
    assert told.startswith("the Worker fetches https://push.example.com/a and 2 more of its paths, which fails")
    assert advised(told) == ["https://push.example.com/*"]


def test_nothing_is_told_where_all_is_answered() -> None:
    assert [*unanswered({"a": take(), "b": Take((), (), 0, 0, 0)}, "drill.yaml")] == []
