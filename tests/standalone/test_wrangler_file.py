"""A Wrangler file alone, as `firedrill check` reads it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firedrill.standalone.check import check
from firedrill.standalone.formats import read_declared, wrangler
from firedrill.standalone.read import Source
from firedrill.vendors.errors import FiredrillError

TOML = """name = "chat"
main = "src/index.ts"
compatibility_date = 2026-01-01
logpush = true
[[durable_objects.bindings]]
name = "ROOM"
class_name = "Room"
[[migrations]]
tag = "v1"
new_sqlite_classes = ["Room"]
"""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def said(text: str, name: str = "wrangler.toml") -> list[str]:
    return [each.text for each in check(read_declared(Source(name, text))).found]


def test_a_sound_file_has_no_problem() -> None:
    assert said(TOML) == []
    assert said('{"name": "a", /* with a comment */ "main": "a.mjs", "logpush": true,}', "wrangler.jsonc") == []


@pytest.mark.parametrize(
    ("text", "name", "message"),
    [
        ('name = "a\n', "wrangler.toml", r"^wrangler.toml: not TOML \(Illegal character .* line 1, column 10\)\)\.$"),
        ('{"name": "a", "main": }', "wrangler.jsonc", "^wrangler.jsonc, line 1, column 23: not JSON with comments"),
        ('{"name": "a", "name": "b", "main": "x"}', "wrangler.jsonc", "key 'name' is defined twice"),
        ('{"name": "a", "env": {"prod": 1}}', "wrangler.jsonc", r"env\.prod is 1; it should be an object\.$"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_place(text: str, name: str, message: str) -> None:
    with pytest.raises(FiredrillError, match=message):
        read_declared(Source(name, text))


def test_a_class_in_exports_exists() -> None:
    exported = TOML[: TOML.index("[[migrations]]")] + '[exports.Room]\ntype = "durable-object"\nstorage = "sqlite"\n'
    assert said(exported) == []


def test_what_wrangler_would_not_take_is_told_once_for_each_section() -> None:
    (problem,) = said(
        TOML.replace("logpush = true", 'logpush = true\nminify = "no"')
        + "[env.prod]\n"
        + TOML[TOML.index("[[d") :].replace("[[", "[[env.prod.")
    )
    assert problem == "wrangler.toml: minify is 'no'; allowed: true or false."


@given(st.dictionaries(st.sampled_from([*wrangler._KEYS]), VALUES))
def test_whatever_the_file_holds_it_is_told(fields: dict[str, Any]) -> None:
    value = {**fields, "name": "a", "main": "a.mjs"}
    with suppress(FiredrillError):  # an environment that is no object
        check(wrangler.read(value, "wrangler.json"))
