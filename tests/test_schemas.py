"""Every JSON output has a version and a schema, which a command prints and docs/json.md lists."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from typer.main import get_command

from firedrill.cli import app
from firedrill.resources import Resource, dumps
from firedrill.schemas import VERSION, schema, titles
from tests.command_line import firedrill
from tests.json_schemas import as_its_schema_says

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "json.md").read_text()
COMMANDS = get_command(app).commands  # type: ignore[attr-defined]
NAMES = list(titles())
OPEN = {("render", "inputs"), ("pipeline", "attributes")}
"""Objects whose keys are another's: a provider's, or those of a log."""

PROBLEM = {"version": 1, "kind": "monitor", "name": "a", "problem": "b"}


def objects(value: Any, key: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every description of an object in a schema, with the key that it stands under."""
    if isinstance(value, dict):
        if value.get("type") == "object":
            yield key, value
        for name, inner in value.items():
            yield from objects(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner, key)


def test_every_command_with_json_has_a_schema_of_its_name() -> None:
    printing = {name for name, each in COMMANDS.items() if any("--json" in option.opts for option in each.params)}
    assert {*printing, "render"} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one_of_draft_2020_12(name: str) -> None:
    document = json.loads(schema(name))
    Draft202012Validator.check_schema(document)
    assert (document["$schema"], document["$id"]) == (
        "https://json-schema.org/draft/2020-12/schema",
        f"urn:firedrill:{name}:{VERSION}",
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_object_is_closed_and_carries_the_version_at_its_root(name: str) -> None:
    document = json.loads(schema(name))
    left_open = {(name, key) for key, each in objects(document) if "additionalProperties" not in each}
    assert left_open == {each for each in OPEN if each[0] == name}
    roots = [document["$defs"][each["$ref"].split("/")[-1]] for each in document.get("oneOf", []) if "$ref" in each]
    versions = [each["properties"]["version"] for each in roots or [document] if each.get("type", "object") == "object"]
    assert versions == [{"const": VERSION}] * (0 if name == "render" else len(roots or [document]))


@pytest.mark.parametrize("name", NAMES)
def test_the_command_prints_a_schema(name: str) -> None:
    assert firedrill("schema", name) == (0, schema(name), "", schema(name))


def test_the_command_lists_the_schemas_without_a_name() -> None:
    assert firedrill("schema").out.splitlines() == [f"{name:<8}  {title}" for name, title in titles().items()]


def test_a_schema_that_does_not_exist_is_refused_with_those_that_do() -> None:
    ran = firedrill("schema", "drll")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == f"firedrill: there is no schema 'drll' (did you mean 'drill'?); there are {', '.join(NAMES)}.\n"


def test_the_page_lists_every_schema() -> None:
    assert re.findall(r"^\| `firedrill schema (\w+)` \|", PAGE, re.MULTILINE) == NAMES


def test_what_is_rendered_is_as_its_schema_says(rendered: list[Resource]) -> None:
    assert as_its_schema_says("render", dumps(rendered))


@pytest.mark.parametrize(
    "changed",
    [{"version": 2}, {"version": True}, {"problem": 1}, {"more": 1}, {"warning": "both"}, {"rule": "without its page"}],
)
def test_another_document_is_refused(changed: dict[str, Any]) -> None:
    assert as_its_schema_says("check", json.dumps(PROBLEM)) == PROBLEM
    with pytest.raises(AssertionError):
        as_its_schema_says("check", json.dumps(PROBLEM | changed))


def test_a_stack_that_does_not_run_has_no_process() -> None:
    idle = {"version": 1, "stacks": [{"stack": "dev", "deployed": True, "running": False}]}
    as_its_schema_says("status", json.dumps(idle))
    changed = copy.deepcopy(idle)
    changed["stacks"][0]["process"] = 7  # type: ignore[index]
    with pytest.raises(AssertionError):
        as_its_schema_says("status", json.dumps(changed))
