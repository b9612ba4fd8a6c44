"""How a value that is not allowed is shown."""

from __future__ import annotations

import pytest

from firedrill.vendors.rules.breach import shown


@pytest.mark.parametrize(
    ("value", "text"), [(None, "null"), (True, "true"), (5.0, "5"), ("a", "'a'"), ("a\n\x1b", r"'a\n\x1b'")]
)
def test_a_value_is_shown_as_it_was_written_on_one_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_of_a_value_that_would_fill_a_screen_its_beginning_and_its_length_are_shown() -> None:
    assert shown("a" * 998) == f"'{'a' * 998}'"
    assert shown("a" * 999) == f"'{'a' * 99}... (1001 characters)"
