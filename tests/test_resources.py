"""Rendered resources, written and read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from firedrill.resources import Resource, dumps, loads, of_type
from firedrill.vendors.errors import FiredrillError

BUCKET = Resource(
    type="aws:s3/bucket:Bucket",
    name="photos",
    urn="urn:pulumi:dev::shop::aws:s3/bucket:Bucket::photos",
    id="photos-1",
    inputs={"région": "Zürich", "acl": "private"},
    parent="urn:pulumi:dev::shop::shop:index:Storage::storage",
    depends_on=("urn:pulumi:dev::shop::aws:iam/role:Role::reader",),
    secret_inputs=("acl",),
    protect=True,
    aliases=("urn:pulumi:dev::shop::aws:s3/bucket:Bucket::pictures",),
)
ROLE = Resource(
    type="aws:iam/role:Role", name="reader", urn="urn:pulumi:dev::shop::aws:iam/role:Role::reader", id="11", inputs={}
)


def entry(**changes: Any) -> dict[str, Any]:
    return {**ROLE.to_json(), **changes}


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in ROLE.to_json().items() if name != key}


def refusal(text: str) -> str:
    with pytest.raises(FiredrillError) as error:
        loads(text, "dev.json")
    return str(error.value)


def test_what_is_written_is_read_again() -> None:
    assert loads(dumps([ROLE, BUCKET]), "dev.json") == [ROLE, BUCKET]


def test_bytes_are_read_as_utf_8() -> None:
    assert loads(dumps([BUCKET]).encode(), "dev.json") == [BUCKET]


def test_the_order_of_resources_and_inputs_does_not_show() -> None:
    turned = Resource(**{**vars(BUCKET), "inputs": dict(reversed(BUCKET.inputs.items()))})
    assert dumps([BUCKET, ROLE]) == dumps([ROLE, turned])


def test_a_resource_is_written_with_the_keys_of_the_contract() -> None:
    assert json.loads(dumps([BUCKET])) == [
        {
            "type": "aws:s3/bucket:Bucket",
            "name": "photos",
            "urn": "urn:pulumi:dev::shop::aws:s3/bucket:Bucket::photos",
            "id": "photos-1",
            "parent": "urn:pulumi:dev::shop::shop:index:Storage::storage",
            "inputs": {"acl": "private", "région": "Zürich"},
            "dependsOn": ["urn:pulumi:dev::shop::aws:iam/role:Role::reader"],
            "secretInputs": ["acl"],
            "protect": True,
            "aliases": ["urn:pulumi:dev::shop::aws:s3/bucket:Bucket::pictures"],
        }
    ]


def test_no_resources_are_an_empty_list() -> None:
    assert dumps([]) == "[]\n"
    assert loads("[]", "dev.json") == []


def test_resources_are_found_by_their_type_in_their_order() -> None:
    other = Resource(**{**vars(ROLE), "name": "writer"})
    assert of_type([other, BUCKET, ROLE], "aws:iam/role:Role") == [other, ROLE]
    assert of_type([BUCKET], "aws:iam/role:Role") == []


def test_a_text_that_is_not_json_is_refused_by_its_place() -> None:
    assert refusal("name: firedrill") == (
        "dev.json, line 1, column 1: not JSON (Expecting value). Create rendered resources with: firedrill render"
    )


def test_bytes_that_are_no_text_are_refused() -> None:
    with pytest.raises(FiredrillError) as error:
        loads(b"\x89PNG\r\n", "photo.png")
    assert str(error.value) == (
        "photo.png, line 1: not UTF-8 text (byte 0x89); save it as UTF-8. "
        "Create rendered resources with: firedrill render"
    )


@pytest.mark.parametrize("text", ["{}", "3", "null", '"text"'])
def test_json_that_is_no_list_is_refused(text: str) -> None:
    assert refusal(text) == (
        "dev.json is not a list of rendered resources (it is not a list); create it with: firedrill render"
    )


@pytest.mark.parametrize("thing", [3, "text", None, ["type"]])
def test_an_entry_that_is_no_object_is_refused(thing: Any) -> None:
    assert refusal(json.dumps([ROLE.to_json(), thing])) == (
        "dev.json is not a list of rendered resources (entry 2 is not an object); create it with: firedrill render"
    )


@pytest.mark.parametrize("key", ["type", "name", "urn", "id", "parent", "inputs", "dependsOn", "secretInputs"])
def test_an_entry_that_lacks_a_key_is_refused(key: str) -> None:
    assert refusal(json.dumps([without(key)])) == (
        f"dev.json is not a list of rendered resources (entry 1 has no {key!r}); create it with: firedrill render"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("type", 3),
        ("name", None),
        ("urn", ["u"]),
        ("id", 11),
        ("parent", {}),
        ("inputs", ["ab"]),
        ("dependsOn", "urn"),
        ("protect", 1),
        ("aliases", 7),
    ],
)
def test_a_value_of_another_type_is_refused(key: str, value: Any) -> None:
    assert refusal(json.dumps([entry(**{key: value})])) == (
        f"dev.json is not a list of rendered resources (entry 1: {key!r} is {value!r}); "
        "create it with: firedrill render"
    )


def test_a_text_nested_without_end_is_refused() -> None:
    assert refusal("[" * 100_000) == (
        "dev.json: nested more than 100 levels deep. Create rendered resources with: firedrill render"
    )


@pytest.mark.parametrize("key", ["protect", "aliases"])
def test_a_file_from_before_a_key_was_rendered_is_read_without_it(key: str) -> None:
    assert loads(json.dumps([without(key)]), "dev.json") == [ROLE]
