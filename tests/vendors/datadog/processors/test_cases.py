"""Processors against cases from the vendor's pages.

Given are the `processors` and the `log` before them; expected are fields of the log after them.
"""

from __future__ import annotations

import copy
from pathlib import Path

from firedrill.vendors.datadog.log import Log
from firedrill.vendors.datadog.pipelines import compile_pipelines
from firedrill.vendors.datadog.processors import kinds
from firedrill.vendors.datadog.undocumented import Undocumented
from tests.cases import Case, each, load

CASES = load(Path(__file__).parent)


@each(CASES)
def test_a_log_comes_out_of_the_processors_as_the_page_says(case: Case) -> None:
    processors = [{"is_enabled": True, **processor} for processor in case.given["processors"]]
    pipelines = compile_pipelines(
        [{"name": "case", "is_enabled": True, "processors": processors}],
        Undocumented(**case.given.get("undocumented", {})),
    )
    log = pipelines.process(Log(**{"timestamp": 1_700_000_000_000, **copy.deepcopy(case.given["log"])}))
    assert {field: getattr(log, field) for field in case.expected} == case.expected


def test_every_processor_has_cases() -> None:
    assert {case.group for case in CASES} == set(kinds())
