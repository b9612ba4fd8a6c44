"""Processors against cases from the vendor's pages, one file each.

A case holds its `page`, the `processors`, the `log` before, and in `expected` the fields of the log after.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.pipelines import compile_pipelines
from firedrill.vendors.datadog.processors import kinds
from firedrill.vendors.datadog.undocumented import Undocumented

CASES = sorted(Path(__file__).parent.glob("cases/*/*.json"))
HANDLED = {name for name, kind in kinds().items() if kind.feature.status != "refused"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_log_comes_out_of_the_processors_as_the_page_says(path: Path) -> None:
    case = json.loads(path.read_text())
    processors = [{"is_enabled": True, **processor} for processor in case["processors"]]
    pipelines = compile_pipelines(
        [{"name": "case", "is_enabled": True, "processors": processors}], Undocumented(**case.get("undocumented", {}))
    )
    log = pipelines.process(Log(**{"timestamp": 1_700_000_000_000, **case["log"]}))
    assert {field: getattr(log, field) for field in case["expected"]} == case["expected"]
    assert case["page"].startswith(("docs.datadoghq.com/", "github.com/DataDog/"))


def test_every_processor_has_cases() -> None:
    assert {path.parent.name for path in CASES} == HANDLED
