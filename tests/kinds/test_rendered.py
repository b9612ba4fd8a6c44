"""Kinds of rendered resources that were once wrongly accepted, each by several inputs, through `firedrill check`.

A line of rendered.jsonl holds the `kind`, the `page` that says what is right, which resource of tests/doors/stack.py it
is `of`, what is changed of it, and a part of what `check` says; "" where it is right.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from firedrill.declared.declaration import declared_in
from firedrill.standalone.check import check
from tests.doors.stack import changed, stack_with
from tests.test_case_files import PAGES

FILE = Path(__file__).parent / "rendered.jsonl"
CASES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
LEAST = 3


@pytest.mark.parametrize("case", CASES, ids=[f"{case['kind']}-{number}" for number, case in enumerate(CASES)])
def test_check_says_what_the_vendor_says(case: dict[str, Any]) -> None:
    found = check(declared_in(stack_with(changed(case["of"], case["changes"])))).found
    lines = [each.text for each in found if each.kind in ("Logpush job", "WorkersScript", "monitor")]
    assert len(lines) == bool(case["problem"]), lines
    assert all(case["problem"] in line for line in lines), lines


def test_every_kind_has_inputs_of_its_own() -> None:
    assert min(Counter(case["kind"] for case in CASES).values()) >= LEAST
    assert [case for case in CASES if not case["page"].startswith(PAGES)] == []
