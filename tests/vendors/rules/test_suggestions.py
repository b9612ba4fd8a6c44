"""A name that there is not is answered with the one that was probably meant."""

from __future__ import annotations

import pytest

from firedrill.vendors.rules.suggestions import hint, nearest


@pytest.mark.parametrize(
    ("given", "meant"),
    [("prd", "prod"), ("PROD", "prod"), ("walltimems", "WallTimeMs"), ("qa", ""), ("", ""), (3, "")],
)
def test_the_nearest_name_is_found_whatever_its_case(given: object, meant: str) -> None:
    assert nearest(given, ["dev", "prod", "WallTimeMs"]) == meant


def test_a_hint_is_a_question_or_nothing() -> None:
    assert (hint("prd", ["prod"]), hint("qa", ["prod"])) == (" (did you mean 'prod'?)", "")
