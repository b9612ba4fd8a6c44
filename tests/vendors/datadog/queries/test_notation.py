from __future__ import annotations

import pytest

from firedrill.vendors.datadog.queries.notation import parse_notation
from firedrill.vendors.errors import FiredrillError


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("", []),
        ("1 2.5 -3", [1, 2.5, -3]),
        ("_ 1 _x2 2", [None, 1, None, None, 2]),
        ("7x3", [7, 7, 7, 7]),
        ("0+30x3", [0, 30, 60, 90]),
        ("9-4.5x2", [9, 4.5, 0]),
        ("1e3-1e2x1", [1000, 900]),
    ],
)
def test_the_notation_expands(text: str, values: list[float | None]) -> None:
    assert parse_notation(text) == values


@pytest.mark.parametrize("item", ["x3", "1+x3", "_+1x3", "1x", "1,2", "--1", "1x-2"])
def test_a_bad_item_is_named(item: str) -> None:
    with pytest.raises(FiredrillError) as refusal:
        parse_notation(f"1 {item} 2")

    assert str(refusal.value) == (
        f"Series '1 {item} 2': {item!r} is not a value; write 1.5, _ for no point, _x4 for four of them, "
        "7x3 to repeat 7 three times more, or 0+30x20 for steps of 30."
    )
