"""YAML and JSON as people write them: nothing that they wrote is dropped without a word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firedrill.vendors.rules.documents import (
    DocumentError,
    Scalars,
    json5_value,
    json_value,
    read_text,
    yaml_mapping,
    yaml_value,
)


def refusal(read: Callable[..., Any], *given: Any) -> str:
    with pytest.raises(DocumentError) as error:
        read(*given)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3, column 1: key 'a' is defined at line 1 and again at line 3; remove one"),
        (
            "x:\n- y: {k: 1,\n   k: 2}\n",
            "line 3, column 4: key 'k' is defined at line 2 and again at line 3; remove one",
        ),
        ("{a: 1, a: 2}", "line 1, column 8: key 'a' is defined twice at line 1; remove one"),
        ("yes: 1\ntrue: 2\n", "line 2, column 1: key 'true' is defined at line 1 and again at line 2; remove one"),
        ("1: a\n'1': b\n", "line 2, column 1: key '1' is defined at line 1 and again at line 2; remove one"),
        (
            "m: &m {a: 1}\nn:\n  <<: *m\n  <<: *m\n",
            "line 4, column 3: key '<<' is defined at line 3 and again at line 4; remove one",
        ),
        ("a: 1\n---\nb: 2\n", "line 2, column 1: a second document begins; keep one in the file"),
        ("a: [\n", "line 2, column 1: not YAML (expected the node content, but found '<stream end>')"),
        ("a:\n\tb: 1\n", "line 2, column 1: not YAML (found character '\\t' that cannot start any token)"),
        ("a: 1\nb: \x00\n", "line 2, column 4: not YAML (the character '\\x00' is not allowed)"),
        ("a: 2026-13-45\n", "line 1, column 4: not YAML ('2026-13-45' is not a valid timestamp)"),
        ("a: *b\n", "line 1, column 4: not YAML (found undefined alias 'b')"),
        (
            "a: !!python/none x\n",
            "line 1, column 4: not YAML (could not determine a constructor for the tag "
            "'tag:yaml.org,2002:python/none')",
        ),
        ("? [a]\n: 1\n", "line 1, column 3: not YAML (found unhashable key)"),
    ],
)
def test_yaml_is_refused_with_file_line_and_column(text: str, message: str) -> None:
    assert refusal(yaml_value, text, "f.yaml") == f"f.yaml, {message}"


def test_keys_of_yaml_are_unique_where_scalars_stay_texts_too() -> None:
    assert yaml_value("a: 0x10", "f", scalars="text") == {"a": "0x10"}
    assert refusal(lambda: yaml_value("a: 1\na: 2", "f", scalars="text")).endswith("and again at line 2; remove one")


def test_anchors_and_merged_keys_that_are_defined_again_stay() -> None:
    text = "base: &base {a: 1, b: 2}\none: {<<: *base, a: 3}\ntwo:\n  <<: [*base, {c: 4}]\n  b: 5\nsame: *base\n"
    assert yaml_value(text, "f") == {
        "base": {"a": 1, "b": 2},
        "one": {"a": 3, "b": 2},
        "two": {"a": 1, "b": 5, "c": 4},
        "same": {"a": 1, "b": 2},
    }


@pytest.mark.parametrize("scalars", ["text", "json"])
def test_keys_are_merged_whatever_scalars_are(scalars: Scalars) -> None:
    text = "base: &base {a: on, b: x}\none:\n  <<: *base\n  a: 2026-01-05\n"
    assert yaml_value(text, "f", scalars=scalars)["one"] == {"a": "2026-01-05", "b": "x"}


@pytest.mark.parametrize("text", ["a: &a [*a]", "[" * 102 + "]" * 102, "[" * 2_000])
def test_yaml_that_is_nested_without_end_is_told(text: str) -> None:
    assert refusal(yaml_value, text, "f") == "f: nested more than 100 levels deep"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "f is empty; it has to be a mapping of keys to values"),
        ("# nothing\n", "f is empty; it has to be a mapping of keys to values"),
        ("- a\n", "f is not a mapping; it has to be a mapping of keys to values"),
    ],
)
def test_a_mapping_is_needed(text: str, message: str) -> None:
    assert refusal(yaml_mapping, text, "f") == message


@pytest.mark.parametrize("read", [json_value, json5_value])
@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '{"a": 1,\n "b": {"c": [{"d": 1,\n  "d": 2}]}}',
            "line 3, column 3: key 'd' is defined at line 2 and again at line 3; remove one",
        ),
        ('{"a:{": 1, "a:{": "}"}', "line 1, column 12: key 'a:{' is defined twice at line 1; remove one"),
        (
            '{"\\u0061": "x\\"y",\n"a": 2}',
            "line 2, column 1: key 'a' is defined at line 1 and again at line 2; remove one",
        ),
    ],
)
def test_a_name_that_json_has_twice_is_refused(read: Callable[..., Any], text: str, message: str) -> None:
    assert refusal(read, text, "f") == f"f, {message}"


def test_the_same_name_in_two_objects_is_no_mistake() -> None:
    text = '{"a": {"a": [{"a": 1}, {"a": "a:"}]}, "b": {"a": 2}}'
    assert json_value(text, "f") == json5_value(text, "f") == {"a": {"a": [{"a": 1}, {"a": "a:"}]}, "b": {"a": 2}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "{a: 1, // a: 2\n'a': 3}",
            "f, line 2, column 1: key 'a' is defined at line 1 and again at line 2; remove one",
        ),
        (
            "{/* a: 1 */ a: 1,\n b: 'http://x',\n a: 3}",
            "f, line 3, column 2: key 'a' is defined at line 1 and again at line 3; remove one",
        ),
    ],
)
def test_comments_and_bare_names_of_json_are_read_over(text: str, message: str) -> None:
    assert refusal(json5_value, text, "f") == message


def test_json_is_refused_with_file_line_and_column() -> None:
    assert refusal(json_value, '{\n "a": nul}', "f", 5) == "f, line 6, column 7: not JSON (Expecting value)"
    assert refusal(json_value, "[1e999]", "f") == "f: not JSON (the number 1e999 is too large)"
    assert refusal(json_value, "[NaN]", "f") == "f: not JSON (NaN is not a number)"
    assert refusal(json_value, "[" * 100_000, "f") == "f: nested more than 100 levels deep"
    assert refusal(json_value, b'["\xff"]', "f") == "f, line 1: not UTF-8 text (byte 0xff); save it as UTF-8"
    assert refusal(json5_value, "{ name: }", "f").startswith("f, line 1, column 9: not JSON with comments (Unexpected")


def test_a_file_that_is_not_utf8_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes("a: 1\nb: é\n".encode("latin-1"))
    assert refusal(read_text, tmp_path / "f", "x/f") == "x/f, line 2: not UTF-8 text (byte 0xe9); save it as UTF-8"


def test_a_byte_order_mark_is_not_part_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "f").write_text("a: 1", encoding="utf-8-sig")
    assert read_text(tmp_path / "f", "f") == "a: 1"
