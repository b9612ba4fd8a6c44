"""A line is bounded whichever fields it has, and loses optional ones from the end of the declared order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import compress, product
from typing import Any

import pytest

from firedrill.components.telemetry import FIELDS, MAX_LINE, SCHEMA_VERSION, Field

pytestmark = pytest.mark.workerd


def greatest(field: Field) -> Any:
    """The value that takes most room."""
    match field.type:
        case "enum":
            return max(field.values, key=len)
        case "integer":
            return 2**53 - 1
        case "flag":
            return 1
        case "hex" | "word":
            return "f" * field.size


def part(field: Field, value: Any) -> str:
    return f',"{field.wire}":{json.dumps(value)}'


def expected(head: str, parts: Sequence[str]) -> str:
    """The line of the required fields with optional ones, up to the first that has no room."""
    text = head
    for each in parts:
        if len(text) + len(each) >= MAX_LINE:
            break
        text += each
    return f"{text}}}"


@pytest.mark.parametrize("emitter", ["object", "gateway"])
def test_each_combination_of_the_longest_values_keeps_to_the_limit(driver: Any, tell: Any, emitter: str) -> None:
    mine = [field for field in FIELDS[1:] if emitter in field.emitters]
    required = {field.wire: greatest(field) for field in mine if field.required} | {"at": emitter, "result": "rejected"}
    optional = [field for field in mine if not field.required]
    assert [field.wire for field in mine] == [*required, *(field.wire for field in optional)], (
        "required ones come first"
    )
    lines, _ = driver.play("lines", required=required, optional=[(field.wire, greatest(field)) for field in optional])
    head = f'{{"v":{SCHEMA_VERSION}' + "".join(part(field, required[field.wire]) for field in mine if field.required)
    parts = [part(field, greatest(field)) for field in optional]
    chosen = [list(compress(parts, which)) for which in product((False, True), repeat=len(parts))]
    assert lines == [expected(head, each) for each in chosen]
    lengths = [len(line) for line in lines]
    assert max(lengths) <= MAX_LINE
    whole = sum(len(head) + 1 + sum(map(len, each)) == length for each, length in zip(chosen, lengths, strict=True))
    tell(f"lines of {emitter}", f"{len(lines)}, at most {max(lengths)} characters, {whole} without a field dropped")
