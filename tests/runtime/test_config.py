from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.runtime.config import files, text
from firedrill.runtime.deployment import Deployment
from firedrill.vendors.errors import Unsupported


def capnp(deployment: Deployment, **changed: Any) -> str:
    script = {**deployment.script, **changed}
    return files(dataclasses.replace(deployment, script=script))["config.capnp"].decode()


@pytest.mark.parametrize(
    ("value", "literal"),
    [("plain é", '"plain é"'), ('say "a"', '"say \\"a\\""'), ("a\\b", '"a\\\\b"'), ("a\n\t\x00", '"a\\x0a\\x09\\x00"')],
)
def test_a_text_is_escaped(value: str, literal: str) -> None:
    assert text(value) == literal


@given(st.text())
def test_a_literal_is_one_line_without_bare_quotes(value: str) -> None:
    literal = text(value)
    inner = literal[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inner
    assert not any(ord(char) < 32 for char in literal)


def test_the_bundle_is_deployed_unchanged(deployment: Deployment) -> None:
    assert files(deployment)["worker.mjs"] == deployment.bundle


def test_each_bound_class_is_wrapped_once(deployment: Deployment) -> None:
    twice = [{"type": "durable_object_namespace", "name": name, "class_name": "Counter"} for name in ("A", "B")]
    script = {**deployment.script, "bindings": twice}
    main = files(dataclasses.replace(deployment, script=script))["main.mjs"].decode()
    assert main.count('export const Counter = wrapObject(deployed.Counter, "Counter", classes);') == 1


def test_a_binding_can_be_given_another_text(deployment: Deployment) -> None:
    changed = dataclasses.replace(deployment, bindings={"ALARM_MS": "5"})
    assert '(name = "ALARM_MS", text = "5")' in files(changed)["config.capnp"].decode()


def test_secrets_and_json_are_bound_like_texts(deployment: Deployment) -> None:
    bindings = [
        {"type": "secret_text", "name": "S", "text": "[secret]"},
        {"type": "json", "name": "J", "json": '{"a":1}'},
    ]
    config = capnp(deployment, bindings=bindings)
    assert 'bindings = [(name = "S", text = "[secret]"), (name = "J", json = "{\\"a\\":1}")]' in config


def test_a_class_that_is_a_container_is_refused_by_name(deployment: Deployment) -> None:
    binding = {"type": "durable_object_namespace", "name": "BOX", "class_name": "Counter"}
    with pytest.raises(Unsupported) as raised:
        capnp(deployment, bindings=[binding], containers=["Counter"])
    assert raised.value.feature == "binding type durable_object_namespace of a container"
    assert raised.value.place == "WorkersScript 'tiny', binding 'BOX'"


def test_a_script_without_a_date_has_cloudflares_default(deployment: Deployment) -> None:
    assert 'compatibilityDate = "2021-11-02"' in capnp(deployment, compatibility_date=None)


def test_compatibility_flags_are_kept(deployment: Deployment) -> None:
    config = capnp(deployment, compatibility_flags=["nodejs_compat", "rpc"])
    assert 'compatibilityFlags = ["nodejs_compat", "rpc"]' in config


def test_classes_have_sqlite_unless_they_were_created_without(deployment: Deployment) -> None:
    sqlite = '(className = "Counter", uniqueKey = "Counter", enableSql = true)'
    assert sqlite in capnp(deployment)
    assert sqlite.replace("true", "false") in capnp(deployment, migrations={"new_classes": ["Counter"]})


def test_objects_belong_to_the_namespace_of_their_class_where_there_is_one(deployment: Deployment) -> None:
    binding = {"type": "durable_object_namespace", "name": "C", "class_name": "Counter", "namespace_id": "4f2a"}
    assert '(className = "Counter", uniqueKey = "4f2a", enableSql = true)' in capnp(deployment, bindings=[binding])


def test_every_socket_is_on_loopback_and_only_the_gateways_port_can_be_chosen(deployment: Deployment) -> None:
    config = files(deployment, port=4321)["config.capnp"].decode()
    assert [line.split('"')[3] for line in config.splitlines() if "address" in line] == [
        "127.0.0.1:4321",
        "127.0.0.1:0",
    ]


@pytest.mark.parametrize(
    ("binding", "feature"),
    [
        ({"type": "ai", "name": "AI"}, "binding type ai"),
        (
            {"type": "durable_object_namespace", "name": "FAR", "class_name": "A", "script_name": "other"},
            "binding type durable_object_namespace of another Worker, 'other',",
        ),
    ],
)
def test_a_binding_that_workerd_lacks_is_refused_by_name(
    deployment: Deployment, binding: dict[str, str], feature: str
) -> None:
    with pytest.raises(Unsupported) as raised:
        capnp(deployment, bindings=[binding])
    assert raised.value.feature == feature
    assert raised.value.place == f"WorkersScript 'tiny', binding {binding['name']!r}"
    declared = "; or declare 'other' under firedrill:workers" if "script_name" in binding else ""
    assert str(raised.value).endswith(
        f" To drill the Worker without it, write in its drill file bindings: {{{binding['name']}: null}}; or say what "
        f"methods answer, such as {{{binding['name']}: {{run: {{response: fine}}}}}}{declared}"
    )
