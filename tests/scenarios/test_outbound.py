"""`outbound` of a drill file: what is written, and what is wrong with it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from firedrill.scenarios.outbound import answers_of
from firedrill.scenarios.read_drill_file import editor_schema, read_drill_file
from firedrill.vendors.errors import FiredrillError

SMALLEST = "traffic:\n- session: [GET /]\n"


def answers(folder: Path, text: str) -> tuple[dict[str, Any], ...]:
    (folder / "drill.yaml").write_text(SMALLEST + text, encoding="utf-8")
    return answers_of(read_drill_file(folder / "drill.yaml", "drill.yaml").outbound)


def test_the_answer_is_200_without_a_body_unless_something_else_is_said(tmp_path: Path) -> None:
    assert answers(tmp_path, "outbound: {'https://a.example/x': {}}") == (
        {"method": "", "url": "https://a.example/x", "status": 200, "headers": {}, "body": ""},
    )


@pytest.mark.parametrize(("value", "body"), [("{a: 1}", '{"a": 1}'), ("null", "null"), ("hello", '"hello"')])
def test_json_is_any_value_and_brings_its_content_type(tmp_path: Path, value: str, body: str) -> None:
    (answer,) = answers(tmp_path, f"outbound:\n  https://a.example/x: {{json: {value}}}\n")
    assert (answer["body"], answer["headers"]) == (body, {"content-type": "application/json"})


def test_a_content_type_that_is_said_holds(tmp_path: Path) -> None:
    text = "outbound:\n  https://a.example/x: {json: {}, headers: {Content-Type: application/problem+json}}\n"
    assert answers(tmp_path, text)[0]["headers"] == {"content-type": "application/problem+json"}


def test_the_most_specific_url_comes_first_and_of_the_same_one_that_with_a_method(tmp_path: Path) -> None:
    text = """\
outbound:
  https://a.example/*: {}
  https://a.example/v1/*: {}
  https://a.example/v1/x: {}
  POST https://a.example/v1/x: {}
"""
    assert [(each["method"], each["url"]) for each in answers(tmp_path, text)] == [
        ("POST", "https://a.example/v1/x"),
        ("", "https://a.example/v1/x"),
        ("", "https://a.example/v1/*"),
        ("", "https://a.example/*"),
    ]


def test_every_mistake_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    text = """\
outbound:
  api.example.com/v1: {}
  https://a.example/?key=1: {}
  https://user@a.example/: {}
  https://a.example/*/x: {}
  https://a.example/x: {status: 101, sky: x}
  https://b.example/x: {status: true, headers: 3}
"""
    with pytest.raises(FiredrillError) as error:
        answers(tmp_path, text)
    told = str(error.value).splitlines()
    assert [each.split(";")[0] for each in told] == [
        "drill.yaml, line 4, column 3: outbound.api.example.com/v1 is not a valid name",
        "drill.yaml, line 5, column 3: outbound.https://a.example/?key=1 is not a valid name",
        "drill.yaml, line 6, column 3: outbound.https://user@a.example/ is not a valid name",
        "drill.yaml, line 7, column 3: outbound.https://a.example/*/x is not a valid name",
        "drill.yaml, line 8, column 25: outbound.https://a.example/x.status is 101",
        "drill.yaml, line 8, column 38: outbound.https://a.example/x.sky is not a known field",
        "drill.yaml, line 9, column 25: outbound.https://b.example/x.status is true",
        "drill.yaml, line 9, column 39: outbound.https://b.example/x.headers is 3",
    ]
    assert "such as `https://api.example.com/v1/*`" in told[0]


def test_a_body_that_is_there_twice_or_cannot_be_there_is_refused(tmp_path: Path) -> None:
    text = "outbound:\n  https://a.example/: {body: x, json: {}}\n  https://b.example/: {status: 204, body: x}\n"
    with pytest.raises(FiredrillError) as error:
        answers(tmp_path, text)
    assert str(error.value).splitlines() == [
        "drill.yaml, line 4, column 24: outbound.https://a.example/ has both body and json; leave out one of them",
        "drill.yaml, line 5, column 24: outbound.https://b.example/ has a body, which status 204 has not; remove it",
    ]


def test_the_editors_schema_knows_it() -> None:
    schema = Draft202012Validator(editor_schema())
    traffic = [{"session": ["GET /"]}]
    assert schema.is_valid({"traffic": traffic, "outbound": {"POST https://a.example/*": {"status": 503}}})
    assert not schema.is_valid({"traffic": traffic, "outbound": {"https://a.example/": {"status": 7}}})
