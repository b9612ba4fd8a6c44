"""Reading a drill file: every mistake of a user is answered with its place and what may be there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from firedrill.runtime.take import Faults
from firedrill.scenarios.drill_file import DrillFile, entrypoints
from firedrill.scenarios.read_drill_file import editor_schema, read_drill_file
from firedrill.vendors.errors import FiredrillError

ROOT = Path(__file__).resolve().parents[2]
SMALLEST = "traffic:\n- session: [GET /]\n"


def read(folder: Path, text: str) -> DrillFile:
    (folder / "drill.yaml").write_text(text, encoding="utf-8")
    return read_drill_file(folder / "drill.yaml", "shop/drill.yaml")


def refusal(folder: Path, text: str) -> list[str]:
    with pytest.raises(FiredrillError) as error:
        read(folder, text)
    return str(error.value).splitlines()


def test_the_smallest_file_has_one_request(tmp_path: Path) -> None:
    file = read(tmp_path, SMALLEST)
    assert [(each.count, [call.request for call in each.session]) for each in file.traffic] == [(1, ["GET /"])]
    assert (file.bindings, file.idle, file.adjust, file.scenarios) == ({}, {}, {}, {})


def test_faults_are_those_of_a_take(tmp_path: Path) -> None:
    file = read(tmp_path, SMALLEST + "scenarios: {x: {summary: X., faults: {unreachable: 1, unreachable_attempts: 2}}}")
    assert file.scenarios["x"].faults == Faults(unreachable=1, unreachable_attempts=2)


def test_a_binding_may_be_left_out(tmp_path: Path) -> None:
    assert read(tmp_path, SMALLEST + "bindings: {CACHE: null, KEY: text}").bindings == {"CACHE": None, "KEY": "text"}


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FiredrillError) as error:
        read_drill_file(tmp_path / "none.yaml", "shop/none.yaml")
    assert str(error.value) == "there is no drill file 'shop/none.yaml'; write it, or correct its path"


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "drill.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FiredrillError) as error:
        read_drill_file(tmp_path / "drill.yaml", "shop/drill.yaml")
    assert str(error.value) == "shop/drill.yaml, line 1: not UTF-8 text (byte 0xff); save it as UTF-8."


def test_a_file_that_is_no_yaml_is_told_with_line_and_column(tmp_path: Path) -> None:
    assert refusal(tmp_path, "traffic:\n- [") == [
        "shop/drill.yaml, line 2, column 4: not YAML (expected the node content, but found '<stream end>')."
    ]


def test_a_scenario_that_is_defined_twice_is_refused(tmp_path: Path) -> None:
    twice = "scenarios:\n  burst: {summary: A.}\n  calm: {summary: B.}\n  burst: {summary: C.}\n"
    assert refusal(tmp_path, SMALLEST + twice) == [
        "shop/drill.yaml, line 6, column 3: key 'burst' is defined at line 4 and again at line 6; remove one."
    ]


@pytest.mark.parametrize("text", ["", "- a", "text", "3"])
def test_a_file_of_another_shape_is_told_what_keys_there_are(tmp_path: Path, text: str) -> None:
    assert refusal(tmp_path, text) == [
        "shop/drill.yaml: the file is not a mapping; "
        "allowed: the keys traffic, canary, bindings, outbound, unreached, idle, expects, adjust, scenarios"
    ]


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    text = """
traffic:
- count: 0
  session: ["GET /x/{idd}", {request: get}, 3, {foo: 1}]
- {}
scenarios:
  Bad: {summary: x, faults: {nope: 1, unreachable: x}}
  empty: {}
adjust: {healthy: {may_fire: a, sky: 1}}
idle: 3
"""
    request = (
        "allowed: method and path, such as `GET /rooms/{id}`; of placeholders it takes {id}, {n}, {long} and what its "
        "session has captured"
    )
    lines = [line.removeprefix("shop/drill.yaml, ").split(": ", 1) for line in refusal(tmp_path, text)]
    places, told = zip(*lines, strict=True)
    assert places[:6] == (
        *("line 3, column 3", "line 4, column 13", "line 4, column 30", "line 4, column 45", "line 4, column 49"),
        "line 5, column 3",
    )
    assert told[:5] == (
        "traffic[0].count is 0; allowed: how many clients; a whole number, 1 to 1000",
        f"traffic[0].session[0].request is 'GET /x/{{idd}}'; {request}",
        f"traffic[0].session[1].request is 'get'; {request}",
        "traffic[0].session[2] is 3; allowed: requests, each a mapping or just its method and path",
        "traffic[0].session[3].foo is not a known field; allowed: one of request, headers, body, json, binary, cf,"
        " messages, every_ms, rpc, arguments, queue, batch, capture, at_once, scheduled",
    )
    assert told[5] == "traffic[1].session is missing; allowed: requests, each a mapping or just its method and path"
    assert told[6].startswith("idle is 3; allowed: values of bindings, as text")
    assert told[7].startswith("adjust.healthy.may_fire is 'a'; allowed: monitors that may fire")
    assert told[8].startswith("adjust.healthy.sky is not a known field; allowed: one of skip, also_fires, may_fire")
    assert told[9].startswith("scenarios.Bad is not a valid name; allowed: scenarios of this Worker alone, by name")
    assert told[10].startswith("scenarios.Bad.faults.unreachable is 'x'; allowed: what fails, as a rate from 0 to 1")
    assert told[11].startswith("scenarios.Bad.faults.nope is not a known field; allowed: one of classes, limit, ")
    assert told[12] == "scenarios.empty.summary is missing; allowed: a sentence that says what happens"
    assert len(told) == 13


def test_what_a_session_has_captured_can_stand_in_later_requests(tmp_path: Path) -> None:
    captured = """
traffic:
- session:
  - {request: POST /rooms, capture: {room: json.id}}
  - "GET /rooms/{room}"
- session: ["GET /rooms/{room}"]
- session:
  - "GET /rooms/{room}"
  - {request: POST /rooms, capture: {room: headers.location}}
"""
    assert refusal(tmp_path, captured) == [
        f"shop/drill.yaml, line {line}, column {column}: traffic[{number}].session[0]: {{room}} is captured by no"
        " earlier request of the session"
        for number, line, column in ((1, 6, 13), (2, 8, 5))
    ]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("{request: POST /, capture: {room: id}}", "capture.room is 'id'; allowed: values of the answer"),
        ("{request: POST /, capture: {Room: body}}", "capture.Room is not a valid name; allowed: values of the answer"),
        ("{request: POST /, binary: '?'}", "binary is '?'; allowed: the body as bytes, in base64"),
        ("{request: GET /, messages: [{binary: a}]}", "messages[0]"),
        ("{rpc: a.b.c}", "rpc is 'a.b.c'; allowed: a method to call by RPC instead"),
        ("{request: GET /, every_ms: -1}", "every_ms is -1; allowed: sends a message every so many ms"),
    ],
)
def test_what_traffic_cannot_be_is_told(tmp_path: Path, call: str, told: str) -> None:
    (line,) = refusal(tmp_path, f"traffic:\n- session:\n  - {call}\n")
    assert line.startswith("shop/drill.yaml, line 3, column ")
    assert f"traffic[0].session[0].{told}" in line


def test_the_named_entrypoints_that_traffic_calls() -> None:
    file = DrillFile.model_validate(
        {
            "traffic": [{"session": [{"rpc": "greet"}, {"rpc": "Admin.grant", "arguments": [1]}]}],
            "scenarios": {"more": {"summary": "More.", "more_traffic": [{"session": [{"rpc": "Billing.charge"}]}]}},
        }
    )
    assert entrypoints(file) == ("Admin", "Billing")


def test_editors_get_a_schema_that_takes_what_the_drill_takes() -> None:
    schema = Draft202012Validator(editor_schema())
    Draft202012Validator.check_schema(schema.schema)
    for file in ("worker/drill.yaml", "examples/chat-room/drill.yaml", "examples/tickets/drill.yaml"):
        schema.validate(yaml.safe_load((ROOT / file).read_text()))
    wrong = {"traffic": [{"session": ["get", {"request": "GET /", "mesages": []}], "count": 0}]}
    assert sorted(error.json_path for error in schema.iter_errors(wrong)) == [
        *("$.traffic[0].count", "$.traffic[0].session[0]", "$.traffic[0].session[1]"),
    ]
