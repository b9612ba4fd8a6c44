"""Marked values are put wherever a request can hold something personal."""

from __future__ import annotations

import json
from typing import Any

from firedrill.runtime.take import Request
from firedrill.scenarios.drill_file import DrillFile
from firedrill.scenarios.marked import marked
from firedrill.scenarios.read_drill_file import EVERYDAY

POST = {"request": "POST /rooms/{id}/messages?as=bob", "json": {"author": "ada", "tags": ["a", {"text": "b"}], "n": 1}}


def sent(*session: Any) -> tuple[Request, ...]:
    return marked(DrillFile.model_validate({"traffic": [{"session": [*session]}]})).take.requests


def test_a_request_is_sent_with_marks_around_it_and_again_with_marks_in_its_body() -> None:
    as_it_is, inside, nowhere = sent(POST)
    for each in (as_it_is, inside):
        assert each.path == "/rooms/marked-object-name-0/messages?as=bob&marked=marked-query"
        assert each.headers["x-marked"] == "marked-header"
        assert each.headers["cookie"] == "session=marked-header"
        assert each.headers["content-type"] == "application/json"
    assert json.loads(as_it_is.body or "") == POST["json"]
    assert json.loads(inside.body or "") == {
        "author": "marked-body-author",
        "tags": ["marked-body-tags", {"text": "marked-body-text"}],
        "n": 1,
    }
    assert nowhere.path == "/marked-url"


def test_a_body_that_is_no_json_and_messages_are_marked_whole() -> None:
    _, inside, _ = sent({"request": "PUT /x", "body": "{", "messages": ["hello", "bye"]})
    assert (inside.body, inside.messages) == ("marked-body", ("marked-message", "marked-message"))


def test_a_scheduled_run_has_no_request_to_mark() -> None:
    assert [each.path for each in sent({"scheduled": "* * * * *"})] == ["/marked-url"]


def test_what_fails_has_a_marked_text_and_every_mark_says_what_it_stands_for() -> None:
    take, marks = (found := marked(EVERYDAY)).take, found.marks
    assert {take.faults.worker_message, take.faults.storage_message, take.faults.background_message} == {
        marks["exception"]
    }
    assert [*marks] == ["object name", "query", "header", "URL", "exception"]


def test_no_mark_looks_like_something_that_cloudflare_leaves_out_of_urls() -> None:
    """A run of 21 or more characters with two digits and two capitals, or of 32 hexadecimal digits."""
    assert all(mark.islower() and not any(map(str.isdigit, mark)) for mark in marked(EVERYDAY).marks.values())
