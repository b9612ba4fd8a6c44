"""Every line of JSON that the three commands print is as its schema says, explained or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cases import Case, each
from tests.json_schemas import as_its_schema_says
from tests.standalone.test_cases import CASES, text

ROOT = Path(__file__).resolve().parents[2]
PRINTED = [case for case in CASES if case.expected["exit"] != 2]


@pytest.mark.parametrize("options", [["--json"], ["--json", "--explain"]], ids=" ".join)
@each(PRINTED)
def test_a_line_is_as_its_schema_says(case: Case, options: list[str], firedrill: Callable[..., Any]) -> None:
    folder, arguments = case.path.parent, case.given["arguments"]
    stdin = text(folder / case.given["stdin"]) if "stdin" in case.given else ""
    ran = firedrill(*arguments, *options, stdin=stdin, folder=folder)
    assert ran.code == case.expected["exit"]
    for line in ran.out.splitlines():
        as_its_schema_says(arguments[0], line)


def test_an_expectation_is_as_its_schema_says(firedrill: Callable[..., Any]) -> None:
    files = {"resources": "shop-monitors.json", "series": "shop-series.yaml", "expect": "shop-expect.yaml"}
    words = [word for option, name in files.items() for word in (f"--{option}", f"docs/standalone/{name}")]
    lines = firedrill("monitor", *words, "--json", folder=ROOT).out.splitlines()
    found = [as_its_schema_says("monitor", line) for line in lines]
    assert [each["got"] for each in found if "expectation" in each] == ["OK", "Alert", "Alert", "none"]
