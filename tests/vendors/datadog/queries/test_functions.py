from __future__ import annotations

from pathlib import Path

from firedrill.vendors.datadog.queries.functions import functions
from tests.cases import load

QUERIES = "\n".join(case.given["query"] for case in load(Path(__file__).parent))


def test_every_function_of_its_own_has_a_case() -> None:
    families = ("ewma_", "median_", "rollingavg_", "top", "bottom")
    without_case = {
        name
        for name, function in functions().items()
        if function.status != "refused" and not name.startswith(families) and f"{name}(" not in QUERIES
    }

    assert without_case == set()
